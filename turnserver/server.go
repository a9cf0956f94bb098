// Package turnserver is the STUN/TURN server (RFC 8489, RFC 8656) over UDP and
// TCP.
//
// A packet's way: a loop (package socket) reads it from a UDP socket or a connection
// (line.go, package stream; where the system has no such loop a goroutine reads each
// connection: tcp.go). Data that the gate knows the way of
// goes on from there, to the peer by the relay's socket (package relay) and back,
// or to the client of another relay. All else the gate judges, and the engine keeps
// the table. Whom we serve is package auth, where relays may lead is package policy.
//
// Who runs: one loop, or more under load, which reads the sockets of clients and
// relays; a goroutine per UDP socket for requests (udp.go), and per connection
// (line.go); one per TCP listener; and those of the engine.
package turnserver

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/netip"
	"runtime"
	"slices"
	"sync"

	"zerortc/config"
	"zerortc/turnserver/auth"
	"zerortc/turnserver/engine"
	"zerortc/turnserver/gate"
	"zerortc/turnserver/policy"
	"zerortc/turnserver/quota"
	"zerortc/turnserver/relay"
	"zerortc/turnserver/socket"
)

// Server is a TURN server that listens.
type Server struct {
	log    *slog.Logger
	rules  *gate.Rules
	public *public
	cards  *interfaces
	relays *relay.Ports
	addrs  []netip.AddrPort

	sharedTCP []string // addresses whose TCP port somebody else has
	opened    Opened   // what is left of it while the settings are gone through
	udp       []*socket.UDP
	loops     *socket.Loops
	engines   *engine.Engines
	tcp       []net.Listener
	crowd     *crowd
	patience  deadlines
	observe   func(gate.Event)
	hushed    func(user string) bool
}

// Listen opens every listener of the settings. A port that is taken is an error
// that matches syscall.EADDRINUSE. Serve must be called afterwards, or Close.
func Listen(cfg config.TURN, users *auth.Book, log *slog.Logger) (*Server, error) {
	return ListenOn(Opened{}, cfg, users, log)
}

// ListenOn is Listen with sockets that are open already. Also on error they are
// the server's.
func ListenOn(opened Opened, cfg config.TURN, users *auth.Book, log *slog.Logger) (*Server, error) {
	outside := newPublic(cfg.PublicIPs, log)
	outside.update(context.Background())
	s := &Server{
		log: log, public: outside, relays: relay.New(cfg.RelayPorts, outside.of), crowd: newCrowd(), patience: defaultDeadlines(),
		observe: func(gate.Event) {}, hushed: func(string) bool { return false },
	}
	s.sharedTCP, s.opened = cfg.SharedTCP, opened
	if err := s.rule(cfg, users); err != nil {
		s.Close()
		return nil, err
	}
	var err error
	if s.loops, err = socket.NewLoops(runtime.GOMAXPROCS(0), s.rules.Undelivered); err != nil {
		s.Close()
		return nil, err
	}
	for _, address := range cfg.Listen {
		if err := s.listen(address); err != nil {
			s.Close()
			return nil, err
		}
	}
	if err := s.adoptRest(); err != nil {
		s.Close()
		return nil, err
	}
	log.Info("relaying", "peers", s.rules.Live().Peers.String(), "ports", fmt.Sprintf("%d-%d", cfg.RelayPorts.Min, cfg.RelayPorts.Max))
	s.tellBuffers()
	return s, nil
}

// rule makes the rules of the settings.
func (s *Server) rule(cfg config.TURN, users *auth.Book) (err error) {
	s.cards = newInterfaces(s.public.has)
	if s.engines, err = engine.NewEngines(runtime.GOMAXPROCS(0), s.log); err != nil {
		return err
	}
	s.rules, err = gate.NewRules(gate.Rules{
		Realm: cfg.Realm,
		Users: users,
		Machine: policy.Machine{
			Own: s.cards.own, Attached: s.cards.attached, Live: s.relays.Live,
			Version: func() uint64 { return s.cards.changes.Load() + s.public.changes.Load() },
		},
		Relays:  s.relays,
		Quota:   quota.New(quotaOf(cfg)),
		Engines: s.engines,
		Sibling: s.cards.sibling,
		Log:     s.log,
	}, liveOf(cfg, policyOf(cfg)), func(e gate.Event) { s.report(e) })
	return err
}

// triesForBoth is how often port 0 may give a UDP port whose TCP twin is taken.
const triesForBoth = 16

// listen opens an address for UDP and for TCP, with the same port.
func (s *Server) listen(address string) error {
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		return fmt.Errorf("listening on %s: %w", address, err)
	}
	for range triesForBoth {
		if err = s.listenBoth(address, host); err == nil || port != "0" {
			break
		}
	}
	return err
}

func (s *Server) listenBoth(address, host string) error {
	sockets, err := s.listenUDP(address)
	if err != nil {
		return err
	}
	at := sockets[0].Local()
	if err := s.listenTCP(net.JoinHostPort(host, fmt.Sprint(at.Port()))); err != nil {
		closeSockets(sockets)
		return fmt.Errorf("listening on tcp %s: %w", address, err)
	}
	if host == "" {
		at = netip.AddrPortFrom(netip.IPv6Unspecified(), at.Port()) // both families
	}
	s.addrs = append(s.addrs, at)
	s.udp = append(s.udp, sockets...)
	return nil
}

// listenTCP leaves an address that HTTP listens on to HTTP.
func (s *Server) listenTCP(address string) error {
	if slices.Contains(s.sharedTCP, address) {
		return nil
	}
	listener := s.opened.takeTCP(address)
	if listener == nil {
		var err error
		if listener, err = net.Listen("tcp", address); err != nil {
			return err
		}
	}
	s.tcp = append(s.tcp, listener)
	return nil
}

// Addrs returns what is listened on, one for each address of the settings.
func (s *Server) Addrs() []netip.AddrPort { return s.addrs }

// TakeTCP hands the TCP listeners to a caller who sorts what comes in on them,
// and gives connections of clients to ServeConn. Serve then serves UDP. The
// caller closes the listeners.
func (s *Server) TakeTCP() []net.Listener {
	taken := s.tcp
	s.tcp = nil
	return taken
}

// Serve serves until the context ends, then releases everything: sockets,
// connections, allocations, relay ports.
func (s *Server) Serve(ctx context.Context) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	var (
		running sync.WaitGroup
		once    sync.Once
		failed  error
	)
	run := func(serve func() error) {
		running.Go(func() {
			if err := serve(); err != nil && !errors.Is(err, net.ErrClosed) {
				once.Do(func() { failed = err })
			}
			cancel() // one that ends ends all
		})
	}
	for _, u := range s.udp {
		f := newFront(u, s.rules, s.loops)
		run(func() error { return f.serve(ctx) })
	}
	running.Go(s.loops.Run)
	for _, l := range s.tcp {
		run(func() error { return s.serveTCP(l) })
	}
	running.Go(func() { s.public.follow(ctx) })
	running.Go(func() { s.cards.follow(ctx) })
	<-ctx.Done()
	s.release()
	running.Wait() // the gates have told why their allocations end
	s.engines.Close()
	s.relays.Close() // what a request parked that was still under way
	return failed
}

// Close ends a server that was not served.
func (s *Server) Close() {
	s.release()
	if s.engines != nil {
		s.engines.Close()
	}
}

// release stops listening and lets go of connections and parked ports.
func (s *Server) release() {
	s.opened.close()
	closeSockets(s.udp)
	if s.loops != nil {
		s.loops.Close()
	}
	for _, l := range s.tcp {
		_ = l.Close()
	}
	s.crowd.close()
	s.relays.Close()
}

func closeSockets(sockets []*socket.UDP) {
	for _, u := range sockets {
		_ = u.Close()
	}
}
