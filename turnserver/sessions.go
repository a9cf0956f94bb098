package turnserver

import (
	"context"
	"log/slog"
	"time"

	"zerortc/turnserver/gate"
)

// Sessions lists the allocations there are, the oldest first.
func (s *Server) Sessions() []gate.Session { return s.rules.Sessions() }

// Kick ends an allocation. It tells whether there was one of that id.
func (s *Server) Kick(id uint64) bool { return s.rules.Kick(id) }

// Observe has f told what happens to allocations, on the goroutine it happens
// on: f must be quick and must not call the server. It is set once, before
// Serve.
func (s *Server) Observe(f func(gate.Event)) { s.observe = f }

// Stats is a glance at the server's counters.
type Stats struct {
	gate.Figures
	PortsInUse   int // relay ports, on all addresses together
	PortCapacity int // relay ports of one address
	Connections  int // of clients over TCP and TLS
}

// Stats reads the counters.
func (s *Server) Stats() Stats {
	return Stats{
		Figures:      s.rules.Figures(),
		PortsInUse:   s.relays.InUse(),
		PortCapacity: s.relays.Capacity(),
		Connections:  s.crowd.size(),
	}
}

// Hush has the allocations of some users, such as those of the process's own
// tests, logged at the level debug. It is set once, before Serve.
func (s *Server) Hush(user func(name string) bool) { s.hushed = user }

// Refused tells how many packets were refused so far, by reason: the names of
// package gate, which are stable.
func (s *Server) Refused() map[string]uint64 { return s.rules.Refused() }

// report logs the beginning and the end of allocations and passes events on.
func (s *Server) report(e gate.Event) {
	level := slog.LevelInfo
	if s.hushed(e.Session.User) {
		level = slog.LevelDebug
	}
	if s.log.Enabled(context.Background(), level) {
		s.write(e, level)
	}
	s.observe(e)
}

func (s *Server) write(e gate.Event, level slog.Level) {
	a := e.Session
	facts := []any{"id", a.ID, "client", a.Client, "transport", a.Transport.String(), "user", gate.Clip(a.User), "relay", a.Relay}
	switch e.Kind {
	case gate.Opened:
		s.log.Log(context.Background(), level, "allocation opened", facts...)
	case gate.Closed:
		s.log.Log(context.Background(), level, "allocation closed", append(facts, "why", string(e.Reason), "open", time.Since(a.Opened).Round(time.Second),
			"packets-to-peers", a.ToPeers.Packets, "bytes-to-peers", a.ToPeers.Bytes,
			"packets-from-peers", a.FromPeers.Packets, "bytes-from-peers", a.FromPeers.Bytes)...)
	}
}
