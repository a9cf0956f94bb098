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
// the time is over, or at a second signal. What the control socket asks for is no
// signal: the first after it may leave less time, and cuts nobody off by itself. Nor
// has the service manager asked then: it is told that we stop after a signal only, else
// its own stop would take us for stopping already and send none.
type drainer struct {
	begin   func()                     // refuses what is new
	tell    func(within time.Duration) // the service manager that sent the signal: wait so long
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
	first := signalled.Done()
	again := make(chan os.Signal, 1)
	listen := func() { signal.Notify(again, os.Interrupt, syscall.SIGTERM) }
	defer signal.Stop(again)
	select {
	case <-ctx.Done():
		return nil
	case <-first:
		within, first = d.timeout(), nil
		listen()
	case within = <-d.asked:
	}
	d.begin()
	if first == nil {
		d.tell(within)
	}
	d.wait(ctx, signals{first, again, listen}, within)
	stop()
	return nil
}

// signals are those that may come while calls are waited for.
type signals struct {
	first  <-chan struct{}  // nil: there was one, which began the drain
	again  <-chan os.Signal // those after it
	listen func()           // has them come, once the first was there
}

// wait returns when there is nothing to wait for any more.
func (d *drainer) wait(ctx context.Context, s signals, within time.Duration) {
	calls := d.calls()
	if calls == 0 || within == 0 {
		return
	}
	d.log.Info("waiting for calls to end", "calls", calls, "within", within)
	end := time.Now().Add(within)
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
		case <-s.first:
			s.first = nil
			s.listen()
			within = min(time.Until(end), d.timeout())
			end = time.Now().Add(within)
			late.Reset(within)
			d.tell(within)
			d.log.Info("asked to end while calls are waited for", "calls", d.calls(), "within", within)
		case <-s.again:
			d.log.Warn("calls are cut off: asked to end a second time", "calls", d.calls())
			return
		case within = <-d.asked:
			end = time.Now().Add(within)
			late.Reset(within)
			if s.first == nil {
				d.tell(within)
			}
		case <-ctx.Done():
			return
		}
	}
}
