package main

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"zerortc/cmd/admin"
	"zerortc/cmd/logs"
	"zerortc/cmd/oneport"
	"zerortc/cmd/state"
	"zerortc/cmd/systemd"
	"zerortc/config"
	"zerortc/turnserver"
	"zerortc/turnserver/auth"
	"zerortc/turnserver/icelist"
	"zerortc/web"
)

func loadAndServe(ctx context.Context, p process, flags flagValues) error {
	cfg, warnings, err := config.Load(sources(p, flags))
	if err != nil {
		for _, w := range warnings {
			fmt.Fprintf(p.stderr, "zerortc: warning: %s\n", w)
		}
		return err
	}
	level := new(slog.LevelVar)
	level.Set(cfg.Log.Level)
	log := logs.New(p.stderr, cfg.Log.Format, level, p.getenv)
	for _, w := range warnings {
		log.Warn("doubtful setting", "what", w)
	}
	warnOfDescriptors(cfg, descriptorLimit(), log)
	return serve(ctx, p, cfg, &reloader{
		read:    func() (config.Config, []string, error) { return config.Load(sources(p, flags)) },
		running: cfg, level: level, log: log.With("part", "settings"),
	}, log)
}

// serve is the composition root: each part gets its settings and those it works
// with, is opened before anything runs, and ends with the context.
func serve(ctx context.Context, p process, cfg config.Config, live *reloader, log *slog.Logger) error {
	hangup := make(chan os.Signal, 1)     // one that waits stands for all
	signal.Notify(hangup, syscall.SIGHUP) // never comes on Windows
	defer signal.Stop(hangup)
	folder := state.Folder(cfg.StateDir, p.getenv)
	live.secrets = newTURNSecrets(folder)
	secrets, err := live.secrets.of(cfg.TURN)
	if err != nil {
		return err
	}
	live.secrets.tell(cfg.TURN, log)
	invites, err := openInvites(p, cfg, log)
	if err != nil {
		return err
	}
	certificates, err := openCertificates(cfg.TLS, folder, log.With("part", "tls"))
	if err != nil {
		return err
	}
	manager := systemd.Find(p.getenv, os.Getpid())
	live.certificates, live.manager = certificates, manager
	passed, err := passedSockets(p, log.With("part", "systemd"))
	if err != nil {
		return err
	}
	book := auth.New(cfg.TURN.Realm, cfg.TURN.Users, secrets)
	turn, err := turnserver.ListenOn(turnserver.Opened{UDP: passed.UDP, TCP: passed.TURN}, cfg.TURN, book, log.With("part", "turn"))
	if err != nil {
		passed.Close()
		return withRemedy(err, "turn-listen")
	}
	ice := icelist.New(cfg.ICE.Host, cfg.ICE.TTL, book, turn.Addrs(), turnOverTLS(certificates))
	rooms := newRooms(cfg, ice, invites, log.With("part", "signaling"))
	tests := newSelfTest(cfg.TURN, turn, book, log)
	well := newHealth(rooms, turn, tests, certificates)
	var pages *web.Server
	figures := counted{rooms, turn, ice, tests, well, certificates, func() web.Stats { return pages.Stats() }}
	pages, err = web.Listen(cfg.HTTP, web.Parts{
		Signaling: rooms,
		ICE:       ice,
		Proof:     proof{invites, rooms},
		CA:        authority(certificates),
		TLS:       certificates != nil,
		Version:   release(),
		Challenge: challenge(certificates),
		Health:    well,
		Metrics:   figures.route(cfg, &live.monitors, log),
		Opened:    passed.HTTP,
	}, log.With("part", "web"))
	if err != nil {
		turn.Close()
		return withRemedy(err, "http-listen")
	}
	// Every TCP port speaks everything: its connections are sorted first.
	tcp := append(turn.TakeTCP(), pages.TakeTCP()...)
	ports := oneport.New(oneport.DefaultLimits(), serverTLS(certificates), turn.ServeConn, log.With("part", "tcp"))
	pages.ServeOn(ports.HTTP())
	if err := reachedByBoth(turn.Addrs(), tcp); err != nil {
		turn.Close()
		systemd.Sockets{TURN: tcp}.Close()
		return err
	}

	socket := openControl(p, folder, log.With("part", "control"))
	if err := announce(p, cfg.Start, newBanner(cfg, pages.Addrs(), turn.Addrs(), certificates, invites), log); err != nil {
		log.Warn("nobody reads the banner", "err", err) // a closed terminal is no reason not to serve
	}
	log.Info("serving", "http", pages.Addrs(), "turn", turn.Addrs())
	defer log.Info("stopped")
	live.book, live.turn, live.ice, live.pages, live.rooms = book, turn, ice, pages, rooms
	c := newControl(control{pages: pages.Addrs(), turn: turn, rooms: rooms, ice: ice, well: well, certificates: certificates, live: live, manager: manager}, log)
	work, stop := context.WithCancel(context.WithoutCancel(ctx)) // ctx asks for the end, which comes after the calls'
	defer stop()
	parts := []part{
		{"turn", turn.Serve}, {"signaling", rooms.Serve}, {"web", pages.Serve}, {"selftest", tests.Serve},
		{"tcp", func(ctx context.Context) error { return ports.Serve(ctx, tcp) }},
		{"systemd", watched{pages.Addrs(), turn, rooms, well}.serve(manager, log.With("part", "systemd"))},
		{"reload", func(ctx context.Context) error {
			return live.serve(ctx, hangup, abandoned(p), func() { c.drain.ask(-1) })
		}},
		{"drain", func(work context.Context) error { return c.drain.serve(work, ctx, stop) }},
		{"control", serveControl(socket, admin.Routes(c, log.With("part", "control")))},
	}
	if certificates != nil {
		parts = append(parts, part{"tls", certificates.Serve})
	}
	return runTogether(work, stopWithin, parts...)
}

// getenv is the value of a variable, empty if it is not set.
func (p process) getenv(name string) string {
	for _, line := range p.environ {
		if value, found := strings.CutPrefix(line, name+"="); found {
			return value
		}
	}
	return ""
}
