package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"os"
	"slices"

	"zerortc/cmd/health"
	"zerortc/cmd/selftest"
	"zerortc/cmd/systemd"
	"zerortc/config"
	"zerortc/signaling"
	"zerortc/turnserver"
)

// passedSockets are those that a service manager has opened for us. What is wrong
// with them is wrong in a socket unit, which no restart mends.
func passedSockets(p process, log *slog.Logger) (systemd.Sockets, error) {
	sockets, err := systemd.Take(p.getenv, os.Getpid())
	if err != nil {
		return sockets, config.Faults{{Where: "socket activation", What: err.Error()}}
	}
	if sockets.Any() {
		log.Info("sockets of the service manager", "http", len(sockets.HTTP), "turn", len(sockets.TURN), "udp", len(sockets.UDP))
	}
	return sockets, nil
}

// reachedByBoth wants a TCP port beside every UDP port: clients are told of both.
func reachedByBoth(turn []netip.AddrPort, tcp []net.Listener) error {
	ports := map[uint16]bool{}
	for _, l := range tcp {
		if at, err := netip.ParseAddrPort(l.Addr().String()); err == nil {
			ports[at.Port()] = true
		}
	}
	var faults config.Faults
	for _, at := range turn {
		if !ports[at.Port()] {
			faults = append(faults, config.Fault{
				Where: "socket activation", What: fmt.Sprintf("TURN has UDP port %d without the TCP port of that number", at.Port()),
				Remedy: fmt.Sprintf("write ListenStream=%d into a socket unit", at.Port()),
			})
		}
	}
	if len(faults) > 0 {
		return faults
	}
	return nil
}

// watched is the process as the service manager sees it.
type watched struct {
	pages []net.Addr
	turn  *turnserver.Server
	rooms *signaling.Server
	well  *health.Health
}

// serve tells the service manager, if there is one, how we are.
func (w watched) serve(m *systemd.Manager, log *slog.Logger) func(context.Context) error {
	program := systemd.Program{Answers: w.answers, Alive: w.well.Live, Status: w.status}
	return func(ctx context.Context) error { return m.Serve(ctx, program, log) }
}

// status is what systemctl status shows.
func (w watched) status() string {
	s := w.rooms.Stats()
	now := fmt.Sprintf("%d calls, %d sockets, %d allocations", s.Calls, s.Sockets, len(w.turn.Sessions()))
	if w.well.Draining() {
		return "waiting for calls to end: " + now
	}
	return now
}

// answers asks every listener, as a client on this machine would.
func (w watched) answers(ctx context.Context) error {
	if err := w.well.Live(ctx); err != nil {
		return err
	}
	for _, at := range addrPorts(w.pages) {
		if err := answersHTTP(ctx, at); err != nil {
			return err
		}
	}
	return nil
}

// answersHTTP tries the addresses at which a listener is reached from this machine,
// loopback first; one is enough.
func answersHTTP(ctx context.Context, listener netip.AddrPort) (failed error) {
	for _, at := range slices.Backward(selftest.Places(listener)) {
		err := healthy(ctx, "http://"+at.String()+"/healthz")
		if err == nil {
			return nil
		}
		failed = errors.Join(failed, err)
	}
	return failed
}

func healthy(ctx context.Context, url string) error {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return err
	}
	direct := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}} // no proxy of the environment
	answer, err := direct.Do(request)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		return fmt.Errorf("%s answers %s", url, answer.Status)
	}
	return nil
}
