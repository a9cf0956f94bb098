package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/netip"
	"os"
	"time"

	"zerortc/cmd/admin"
	"zerortc/cmd/lan"
	"zerortc/web/certs"
)

// control is the running process as the control socket sees it.
type control struct {
	*server
	started time.Time
	live    *reloader
	drain   *drainer
}

func newControl(s *server, live *reloader) *control {
	c := &control{server: s, started: time.Now(), live: live}
	c.drain = &drainer{
		begin: c.begin, tell: c.stopping, calls: c.calls, timeout: live.drainTimeout,
		asked: make(chan time.Duration, 1), log: s.log,
	}
	return c
}

// openControl makes the control socket. The server works without one, so what keeps
// it from being there is a warning.
func openControl(p process, state string, log *slog.Logger) *admin.Server {
	socket, err := admin.Listen(admin.Folder(p.getenv, state), log)
	if err == nil {
		return socket
	}
	remedy := "name a folder that this user can write to with --state-dir"
	switch {
	case errors.Is(err, admin.ErrInUse):
		remedy = "give each server a folder of its own with --state-dir"
	case errors.Is(err, admin.ErrTooLong):
		remedy = "name a folder with a shorter path with --state-dir"
	}
	log.Warn("no control socket: zerortc ctl will not reach this server", "err", err, "remedy", remedy)
	return nil
}

// serveControl is the part that serves the socket, if there is one.
func serveControl(socket *admin.Server, routes http.Handler) func(context.Context) error {
	return func(ctx context.Context) error {
		if socket == nil {
			<-ctx.Done()
			return nil
		}
		return socket.Serve(ctx, routes)
	}
}

// Status implements admin.Process.
func (c *control) Status(context.Context) admin.Status {
	rooms := c.rooms.Stats()
	reasons := c.well.Ready()
	s := admin.Status{
		Version: version(), PID: os.Getpid(), Started: c.started,
		Ready: len(reasons) == 0, Reasons: append([]string{}, reasons...), Draining: c.well.Draining(),
		Sockets: rooms.Sockets, Rooms: rooms.Rooms, Members: rooms.Members, Calls: rooms.Calls,
		Allocations: len(c.turn.Sessions()), Certificates: []admin.Certificate{},
	}
	for _, at := range c.pages.Addrs() {
		s.HTTP = append(s.HTTP, at.String())
	}
	for _, at := range c.turn.Addrs() {
		s.TURN = append(s.TURN, at.String())
	}
	for _, v := range certs.Validities(c.certificates) {
		s.Certificates = append(s.Certificates, admin.Certificate{Name: v.Name, From: v.NotBefore, Until: v.NotAfter})
	}
	return s
}

// calls are the rooms with two in them, or more.
func (c *control) calls() int { return c.rooms.Stats().Calls }

// Sessions implements admin.Process.
func (c *control) Sessions() (all []admin.Session) {
	for _, s := range c.turn.Sessions() {
		all = append(all, admin.Session{
			ID: s.ID, User: s.User, Transport: s.Transport.String(), Client: s.Client.String(), Relay: s.Relay.String(),
			Opened: s.Opened, Expires: s.Expires, ToPeers: admin.Traffic(s.ToPeers), FromPeers: admin.Traffic(s.FromPeers),
		})
	}
	return all
}

// Reports implements admin.Process.
func (c *control) Reports() (all []admin.Report) {
	for _, e := range c.reports.Last() {
		all = append(all, admin.Report{
			At: e.At, Outcome: e.Outcome, Pair: e.Pair, Transport: e.Transport, Verdict: e.Verdict, ConnectMS: e.Connect.Milliseconds(),
		})
	}
	return all
}

// Kick implements admin.Process.
func (c *control) Kick(id uint64) bool { return c.turn.Kick(id) }

// Drain implements admin.Process.
func (c *control) Drain(within time.Duration) admin.Draining {
	return admin.Draining{Calls: c.calls(), Within: c.drain.ask(within).Seconds()}
}

// SetLevel implements admin.Process.
func (c *control) SetLevel(level slog.Level) { c.live.level.Set(level) }

// Reload implements admin.Process.
func (c *control) Reload() (admin.Reloaded, error) { return c.live.reload() }

// Secrets implements admin.Process.
func (c *control) Secrets() ([]admin.Secret, error) { return c.live.listSecrets() }

// RotateSecret implements admin.Process.
func (c *control) RotateSecret() ([]admin.Secret, error) { return c.live.rotateSecret() }

// RetireSecret implements admin.Process.
func (c *control) RetireSecret(id string) ([]admin.Secret, error) { return c.live.retireSecret(id) }

// Mint implements admin.Process: what the ICE endpoint would give somebody who came
// by TLS to the host.
func (c *control) Mint(wish admin.Wish) (admin.Credentials, error) {
	now := time.Now()
	ttl := wish.TTL
	if ttl == 0 {
		ttl = c.ice.TTL()
	}
	if ttl < time.Second || ttl > longestTTL {
		return admin.Credentials{}, fmt.Errorf("%v is not between a second and a year", ttl)
	}
	host := wish.Host
	if host == "" {
		host = lan.Addresses()[0].String()
		if at, err := netip.ParseAddrPort(c.pages.Addrs()[0].String()); err == nil && !at.Addr().IsUnspecified() {
			host = at.Addr().String()
		}
	}
	made := admin.Credentials{TTL: int(ttl.Seconds())}
	made.STUN, made.TURN = c.ice.URLs(host, true)
	made.Username, made.Credential, made.Expires = c.ice.Mint(wish.User, ttl, now)
	return made, nil
}

// longestTTL is that of the setting ice.ttl.
const longestTTL = 365 * 24 * time.Hour

// begin has every part refuse what is new.
func (c *control) begin() {
	c.well.Drain(true) // first: from here on no reload says that we are ready
	_ = c.manager.Status("waiting for calls to end")
	c.tests.Pause() // before they are refused a relay as well
	c.turn.Drain()
	c.rooms.Drain(comeBack)
}

// stopping has the service manager, which asked for the end, wait as long as we do.
func (c *control) stopping(within time.Duration) {
	_ = c.manager.Stopping(within+stopWithin, "waiting for calls to end")
}

// comeBack is within how long clients that are told that the server ends come back,
// each at a moment of its own.
const comeBack = 5 * time.Second

// CloseRoom implements admin.Process.
func (c *control) CloseRoom(name string) bool { return c.rooms.CloseRoom(name) }
