package main

import (
	"log/slog"
	"net/http"
	"net/netip"
	"os"
	"runtime/debug"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"zerortc/cmd/health"
	"zerortc/cmd/metrics"
	"zerortc/cmd/reports"
	"zerortc/cmd/seen"
	"zerortc/cmd/selftest"
	"zerortc/config"
	"zerortc/signaling"
	"zerortc/turnserver"
	"zerortc/turnserver/gate"
	"zerortc/turnserver/icelist"
	"zerortc/web"
	"zerortc/web/certs"
)

// counted are the parts whose figures are shown.
type counted struct {
	rooms        *signaling.Server
	turn         *turnserver.Server
	list         *icelist.List
	tests        *selftest.Runner
	well         *health.Health
	certificates certs.Source
	reports      *reports.Book
	seen         *seen.Book
	pages        func() web.Stats         // the server itself comes into being after its routes
	tcp          func() map[string]uint64 // and so does what stands before it
}

// metrics makes the registry, and has it told of events.
func (c counted) metrics(log *slog.Logger) *metrics.Metrics {
	info := buildInfo()
	m := metrics.New(metrics.Sources{
		Version: info.Main.Version, Revision: revision(info), Started: time.Now(),
		NotReady: c.well.Ready, Draining: c.well.Draining,
		TCP: c.tcp, Signaling: c.rooms.Stats, TURN: c.turn.Stats, Web: c.pages, Minted: c.list.Minted, Reports: c.reports.Figures,
		SelfTest:     func() (selftest.Result, selftest.Runs) { return c.tests.Last(), c.tests.Runs() },
		Certificates: func() []certs.Validity { return certs.Validities(c.certificates) },
		Own:          c.tests.Owns,
	})
	c.turn.Observe(func(e gate.Event) {
		m.Allocation(e)
		c.seen.Note(e)
	})
	calls := newCallLog(log)
	c.rooms.Observe(func(e signaling.Event) {
		m.Signaling(e)
		calls.note(e)
	})
	return m
}

// monitors are who may read metrics, as far as a reload changes it.
type monitors struct {
	networks atomic.Pointer[[]netip.Prefix] // beside this machine
	host     atomic.Pointer[string]         // ice.host, a name by which they may come
}

// Apply puts the settings in force.
func (m *monitors) Apply(cfg config.Config) {
	m.networks.Store(&cfg.Metrics.Allow)
	m.host.Store(&cfg.ICE.Host)
}

// route is where the metrics are, and who may read them.
func (c counted) route(cfg config.Config, who *monitors, shown http.Handler) web.Metrics {
	who.Apply(cfg)
	host, _ := os.Hostname()
	own := append(cfg.TLS.Domains[:len(cfg.TLS.Domains):len(cfg.TLS.Domains)], host)
	return web.Metrics{
		Handler: shown,
		Allow:   func() []netip.Prefix { return *who.networks.Load() },
		Named: func(name string) bool {
			name = strings.TrimSuffix(strings.ToLower(name), ".")
			return name != "" && (strings.EqualFold(*who.host.Load(), name) ||
				slices.ContainsFunc(own, func(o string) bool { return strings.EqualFold(o, name) }) ||
				c.certificates != nil && c.certificates.Covers(name))
		},
	}
}

func buildInfo() *debug.BuildInfo {
	if info, ok := debug.ReadBuildInfo(); ok {
		return info
	}
	return &debug.BuildInfo{}
}

// revision is the commit that was built; empty if the build does not know.
func revision(info *debug.BuildInfo) string {
	for _, s := range info.Settings {
		if s.Key == "vcs.revision" {
			return s.Value
		}
	}
	return ""
}
