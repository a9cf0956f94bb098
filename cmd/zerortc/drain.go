package main

import (
	"context"
	"log/slog"
	"os"
	"os/signal"
	"syscall"
	"time"
)

// drainer ends the process in peace. The first signal, or the control socket, has
// everything new refused, and the end comes when the calls that run have ended, when
// the time is over, or at a second signal.
type drainer struct {
	begin   func(within time.Duration) // refuses what is new
	calls   func() int                 // that are waited for
	timeout func() time.Duration       // of the settings
	asked   chan time.Duration         // by the control socket
	log     *slog.Logger
}

// lookForCalls is how often calls are counted.
const lookForCalls = 100 * time.Millisecond

// ask begins a drain, or gives the one under way another time. A negative time is
// that of the settings.
func (d *drainer) ask(within time.Duration) time.Duration {
	if within < 0 {
		within = d.timeout()
	}
	select {
	case d.asked <- within:
	default: // somebody was quicker, by an instant
	}
	return within
}

// serve waits to be asked to end, by the end of signalled or by ask, drains, and
// then stops the process. It gives up when ctx ends: something else has failed.
func (d *drainer) serve(ctx, signalled context.Context, stop func()) error {
	var within time.Duration
	select {
	case <-ctx.Done():
		return nil
	case <-signalled.Done():
		within = d.timeout()
	case within = <-d.asked:
	}
	again := make(chan os.Signal, 1)
	signal.Notify(again, os.Interrupt, syscall.SIGTERM)
	defer signal.Stop(again)
	d.begin(within)
	d.wait(ctx, again, within)
	stop()
	return nil
}

// wait returns when there is nothing to wait for any more.
func (d *drainer) wait(ctx context.Context, again <-chan os.Signal, within time.Duration) {
	calls := d.calls()
	if calls == 0 || within == 0 {
		return
	}
	d.log.Info("waiting for calls to end", "calls", calls, "within", within)
	late := time.NewTimer(within)
	defer late.Stop()
	look := time.NewTicker(lookForCalls)
	defer look.Stop()
	for {
		select {
		case <-look.C:
			if d.calls() == 0 {
				d.log.Info("all calls have ended")
				return
			}
		case <-late.C:
			d.log.Warn("calls are cut off", "calls", d.calls())
			return
		case <-again:
			d.log.Warn("calls are cut off: asked to end a second time", "calls", d.calls())
			return
		case within = <-d.asked:
			late.Reset(within)
		case <-ctx.Done():
			return
		}
	}
}
