package main

import (
	"context"
	"log/slog"
	"net"
	"os"

	"zerortc/cmd/health"
	"zerortc/cmd/mdns"
	"zerortc/cmd/oneport"
	"zerortc/cmd/reports"
	"zerortc/cmd/seen"
	"zerortc/cmd/selftest"
	"zerortc/cmd/state"
	"zerortc/cmd/systemd"
	"zerortc/config"
	"zerortc/signaling"
	"zerortc/signaling/invite"
	"zerortc/turnserver"
	"zerortc/turnserver/auth"
	"zerortc/turnserver/icelist"
	"zerortc/web"
	"zerortc/web/certs"
)

// server is the parts that serve clients, in the order in which they are made: each
// works with those above it.
type server struct {
	cfg     config.Config
	folder  string // the state folder
	log     *slog.Logger
	manager *systemd.Manager

	invites      *invite.Book // nil: whoever knows a room's name may come
	certificates certs.Source // nil: TLS is off
	book         *auth.Book
	turn         *turnserver.Server
	ice          *icelist.List
	rooms        *signaling.Server
	tests        *selftest.Runner
	well         *health.Health
	reports      *reports.Book
	seen         *seen.Book
	pages        *web.Server
	ports        *oneport.Ports
	tcp          []net.Listener  // every TCP port; ports sorts what comes in
	name         *mdns.Responder // nil: we answer to none
	localName    string          // by which the local network finds the pages; empty: by none
}

// open is the composition root: each part gets its settings and those it works with,
// and is opened before anything runs. It leaves nothing open when it fails.
func open(p process, cfg config.Config, live *reloader, log *slog.Logger) (*server, error) {
	s := &server{cfg: cfg, folder: state.Folder(cfg.StateDir, p.getenv), log: log, manager: systemd.Find(p.getenv, os.Getpid())}
	if err := s.openSecrets(p, live); err != nil {
		return nil, err
	}
	passed, err := passedSockets(p, s.part("systemd"))
	if err != nil {
		return nil, err
	}
	if err := s.openTURN(passed); err != nil {
		passed.Close()
		return nil, withRemedy(err, "turn-listen")
	}
	s.compose()
	if err := s.openPages(live, passed); err != nil {
		s.turn.Close()
		return nil, withRemedy(err, "http-listen")
	}
	if err := s.sortTCP(); err != nil {
		s.turn.Close()
		systemd.Sockets{TURN: s.tcp}.Close()
		return nil, err
	}
	s.openName()
	live.certificates, live.manager, live.draining = s.certificates, s.manager, s.well.Draining
	live.book, live.turn, live.ice, live.pages, live.rooms, live.ports = s.book, s.turn, s.ice, s.pages, s.rooms, s.ports
	return s, nil
}

// part is the logger of one.
func (s *server) part(name string) *slog.Logger { return s.log.With("part", name) }

// openSecrets reads, and at the first start makes, what others have to trust.
func (s *server) openSecrets(p process, live *reloader) error {
	live.secrets = newTURNSecrets(s.folder)
	live.drainWithin.Store(int64(s.cfg.Drain.Timeout))
	secrets, err := live.secrets.of(s.cfg.TURN)
	if err != nil {
		return err
	}
	live.secrets.tell(s.cfg.TURN, s.log)
	s.book = auth.New(s.cfg.TURN.Realm, s.cfg.TURN.Users, secrets)
	if s.invites, err = openInvites(p, s.cfg, s.log); err != nil {
		return err
	}
	s.certificates, err = openCertificates(s.cfg.TLS, s.folder, s.part("tls"))
	return err
}

func (s *server) openTURN(passed systemd.Sockets) (err error) {
	s.turn, err = turnserver.ListenOn(turnserver.Opened{UDP: passed.UDP, TCP: passed.TURN}, s.cfg.TURN, s.book, s.part("turn"))
	return err
}

// compose makes what needs no port of its own.
func (s *server) compose() {
	s.ice = icelist.New(s.cfg.ICE.Host, s.cfg.ICE.TTL, s.book, s.turn.Addrs(), turnOverTLS(s.certificates))
	s.rooms = newRooms(s.cfg, s.ice, s.invites, s.part("signaling"))
	s.tests = newSelfTest(s.cfg.TURN, s.turn, s.book, s.log)
	s.reports, s.seen = reports.New(), seen.New(s.book, s.tests.Owns)
	s.well = newHealth(s.rooms, s.turn, s.tests, s.certificates)
}

func (s *server) openPages(live *reloader, passed systemd.Sockets) (err error) {
	// The pages count themselves, once they are there.
	figures := counted{s.rooms, s.turn, s.ice, s.tests, s.well, s.certificates, s.reports, s.seen, func() web.Stats { return s.pages.Stats() }, func() map[string]uint64 { return s.ports.Refused() }}
	shown := figures.metrics(s.log)
	s.pages, err = web.Listen(s.cfg.HTTP, web.Parts{
		Signaling: s.rooms,
		ICE:       s.ice,
		Proof:     proof{s.invites, s.rooms},
		CA:        authority(s.certificates),
		Covers:    covers(s.certificates),
		TLS:       s.certificates != nil,
		Version:   release(),
		Challenge: challenge(s.certificates),
		Health:    s.well,
		Metrics:   figures.route(s.cfg, &live.monitors, shown.Handler(s.part("metrics"))),
		Report:    func(r web.Report) { s.reports.Take(r); shown.Report(r) },
		Seen:      s.seen,
		Opened:    passed.HTTP,
	}, s.part("web"))
	return err
}

// sortTCP has every TCP port speak everything: its connections are sorted first.
func (s *server) sortTCP() error {
	s.tcp = append(s.turn.TakeTCP(), s.pages.TakeTCP()...)
	s.ports = oneport.New(oneport.DefaultLimits(), connections(s.cfg), serverTLS(s.certificates), s.turn.ServeConn, s.part("tcp"))
	s.pages.ServeOn(s.ports.HTTP())
	return reachedByBoth(s.turn.Addrs(), s.tcp)
}

// HTTP connections that are no sockets of signaling, of all and of one address: pages
// that are being loaded, and what browsers keep open after.
const (
	pageConnections           = 6000
	pageConnectionsPerAddress = 2000
)

// connections are as many as the sockets that the settings allow, and the pages' own:
// it is for signaling to say that there are too many, by a name that is counted.
func connections(cfg config.Config) oneport.Live {
	beside := func(sockets, pages int) int {
		if sockets == 0 {
			return 0 // no limit
		}
		return sockets + pages
	}
	return oneport.Live{
		HTTP:           beside(cfg.Rooms.MaxSockets, pageConnections),
		HTTPPerAddress: beside(cfg.Rooms.MaxSocketsPerAddress, pageConnectionsPerAddress),
		Proxies:        cfg.HTTP.TrustedProxies,
	}
}

func (s *server) banner() banner {
	b := newBanner(s.cfg, s.pages.Addrs(), s.turn.Addrs(), s.certificates, s.invites)
	b.local = s.localName
	return b
}

// parts are those that run.
func (s *server) parts() []part {
	parts := []part{
		{"turn", s.turn.Serve}, {"signaling", s.rooms.Serve}, {"web", s.pages.Serve}, {"selftest", s.tests.Serve},
		{"tcp", func(ctx context.Context) error { return s.ports.Serve(ctx, s.tcp) }},
		{"systemd", watched{s.pages.Addrs(), s.turn, s.rooms, s.well}.serve(s.manager, s.part("systemd"))},
	}
	if s.name != nil {
		parts = append(parts, part{"mdns", s.name.Serve})
	}
	if s.certificates != nil {
		parts = append(parts, part{"tls", s.certificates.Serve})
	}
	return parts
}
