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
	"zerortc/cmd/profile"
	"zerortc/config"
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
	tellOfDescriptors(cfg, descriptorLimit(), log)
	return serve(ctx, p, cfg, &reloader{
		read:    func() (config.Config, []string, error) { return config.Load(sources(p, flags)) },
		running: cfg, level: level, log: log.With("part", "settings"),
	}, log)
}

// serve runs the parts until ctx asks for the end, and the calls have had theirs.
func serve(ctx context.Context, p process, cfg config.Config, live *reloader, log *slog.Logger) error {
	hangup := make(chan os.Signal, 1)     // one that waits stands for all
	signal.Notify(hangup, syscall.SIGHUP) // never comes on Windows
	defer signal.Stop(hangup)
	s, err := open(p, cfg, live, log)
	if err != nil {
		return err
	}
	socket := openControl(p, s.folder, log.With("part", "control"))
	if err := announce(p, cfg.Start, s.banner(), log); err != nil {
		log.Warn("nobody reads the banner", "err", err) // a closed terminal is no reason not to serve
	}
	log.Info("serving", "http", s.pages.Addrs(), "turn", s.turn.Addrs())
	defer log.Info("stopped")

	c := newControl(s, live)
	routes := admin.Routes(c, log.With("part", "control"))
	routes.Handle(profile.Path, profile.Handler())
	work, stop := context.WithCancel(context.WithoutCancel(ctx)) // ctx asks for the end, which comes after the calls'
	defer stop()
	return runTogether(work, stopWithin, append(s.parts(),
		part{"reload", func(ctx context.Context) error {
			return live.serve(ctx, hangup, abandoned(p), func() { c.drain.ask(-1) })
		}},
		part{"drain", func(work context.Context) error { return c.drain.serve(work, ctx, stop) }},
		part{"control", serveControl(socket, routes)},
		part{"memory", giveBackStart},
	)...)
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
