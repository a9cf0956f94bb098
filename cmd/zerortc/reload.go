package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"sync"
	"sync/atomic"
	"time"

	"zerortc/cmd/admin"
	"zerortc/cmd/oneport"
	"zerortc/cmd/systemd"
	"zerortc/cmd/terminal"
	"zerortc/config"
	"zerortc/signaling"
	"zerortc/turnserver"
	"zerortc/turnserver/auth"
	"zerortc/turnserver/icelist"
	"zerortc/web"
	"zerortc/web/certs"
)

// reloader reads the settings again while the server runs and hands each part what
// has changed. All that can fail comes first: settings that are at fault, a secret
// or a certificate that cannot be read, change nothing.
type reloader struct {
	read         func() (config.Config, []string, error)
	secrets      *turnSecrets
	certificates certs.Source // nil: TLS is off
	manager      *systemd.Manager
	draining     func() bool // whether the end has begun
	log          *slog.Logger

	// Those that are told.
	level *slog.LevelVar
	book  *auth.Book
	turn  *turnserver.Server
	ice   *icelist.List
	pages *web.Server
	rooms *signaling.Server
	ports *oneport.Ports
	// monitors are who may read metrics: told before they are asked for.
	monitors monitors

	drainWithin atomic.Int64

	mu      sync.Mutex // one reload at a time
	running config.Config
}

// serve reloads whenever it is asked to. A hangup of the terminal that it was started
// on, which was closed, means the end instead.
func (r *reloader) serve(ctx context.Context, asked <-chan os.Signal, abandoned func() bool, end func()) error {
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-asked:
			if abandoned() {
				end()
				continue
			}
			_, _ = r.reload() // told in the log
		}
	}
}

// abandoned tells whether the terminal that the log went to is gone.
func abandoned(p process) func() bool {
	watched := terminal.Is(p.stderr)
	return func() bool { return watched && !terminal.Is(p.stderr) }
}

// reload takes over the settings, and tells the service manager, which waits for it.
// One that has heard of the end is not told that we are ready.
func (r *reloader) reload() (admin.Reloaded, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if !r.draining() {
		_ = r.manager.Reloading()
	}
	came, err := r.take()
	status := "settings reloaded"
	if err != nil {
		status = "settings not reloaded: the log tells why"
	}
	if r.draining() {
		_ = r.manager.Status("waiting for calls to end; " + status)
	} else {
		_ = r.manager.Ready(status)
	}
	return came, err
}

// take reads the settings from the sources they were read from at the start.
func (r *reloader) take() (admin.Reloaded, error) {
	cfg, warnings, err := r.read()
	if err != nil {
		return admin.Reloaded{}, r.refuse(err)
	}
	change := config.Changed(r.running, cfg)
	secrets, err := r.secrets.of(change.Config.TURN)
	if err != nil {
		return admin.Reloaded{}, r.refuse(err)
	}
	if err := reloadCertificates(r.certificates); err != nil {
		return admin.Reloaded{}, r.refuse(err)
	}
	r.running = change.Config
	r.apply(secrets)
	for _, w := range warnings {
		r.log.Warn("doubtful setting", "what", w)
	}
	for _, path := range change.Restart {
		r.log.Warn("setting has changed and needs a restart", "setting", path)
	}
	r.log.Info("settings reloaded", "changed", change.Live)
	return admin.Reloaded{Changed: change.Live, Restart: change.Restart, Warnings: warnings}, nil
}

// drainTimeout is that of the settings in force. It takes no lock: the end must not
// wait for a reload whose disk does not answer.
func (r *reloader) drainTimeout() time.Duration { return time.Duration(r.drainWithin.Load()) }

// apply cannot fail.
func (r *reloader) apply(secrets []config.Secret) {
	cfg := r.running
	r.level.Set(cfg.Log.Level)
	r.drainWithin.Store(int64(cfg.Drain.Timeout))
	r.book.Replace(cfg.TURN.Users, secrets) // before turn, which ends what is not in it
	r.turn.Apply(cfg.TURN)
	r.ice.Apply(cfg.ICE)
	r.pages.Apply(cfg.HTTP)
	r.rooms.Apply(cfg.Rooms)
	r.rooms.AllowOrigins(cfg.HTTP.Origins)
	r.ports.Apply(connections(cfg))
	r.monitors.Apply(cfg)
}

// refuse tells each fault.
func (r *reloader) refuse(err error) error {
	var faults config.Faults
	if !errors.As(err, &faults) {
		r.log.Error("settings not reloaded; those before stay", "err", err)
		return fmt.Errorf("nothing was changed: %w", err)
	}
	for _, f := range faults {
		r.log.Error("settings not reloaded; those before stay", "err", f)
	}
	return faults
}

// reloadCertificates looks for newer certificates at once, without waiting for the
// next look. ACME has its own time.
func reloadCertificates(source certs.Source) error {
	switch s := source.(type) {
	case *certs.Files:
		return s.Reload()
	case *certs.Local:
		return s.Refresh()
	}
	return nil
}
