// Package metrics shows what the parts of the process count as metrics of
// Prometheus. The parts know nothing of it: each offers its figures, and this
// package reads them when somebody asks.
//
// table.go has a row for every metric, of which the registry, the tests and the
// reference in deploy/README.md are made. durations.go has the histograms, which
// are told of events as they happen. Labels have values of fixed lists only, so
// that no client can make the number of series grow: never a room, a user or an
// address.
//
// Who runs: the goroutines of those who ask, a few at a time, and of those who
// report an event.
package metrics

import (
	"log/slog"
	"net/http"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"zerortc/cmd/reports"
	"zerortc/cmd/selftest"
	"zerortc/signaling"
	"zerortc/turnserver"
	"zerortc/web"
	"zerortc/web/certs"
)

// Sources is where the figures come from. All functions must be set, and are called
// by several goroutines.
type Sources struct {
	Version, Revision string
	Started           time.Time

	NotReady     func() []string // why; of the words of package health
	Draining     func() bool
	TCP          func() map[string]uint64 // connections refused, by reason
	Signaling    func() signaling.Stats
	TURN         func() turnserver.Stats
	Web          func() web.Stats
	Minted       func() uint64
	Reports      func() reports.Figures
	SelfTest     func() (selftest.Result, selftest.Runs)
	Certificates func() []certs.Validity

	// Own tells the users of our own tests, whose sessions nobody wants to see
	// among those of callers.
	Own func(user string) bool
}

// Metrics is a registry of its own.
type Metrics struct {
	registry *prometheus.Registry
	sources  Sources
	durations
}

// New makes the registry. Reading it costs the parts a look at their counters.
func New(s Sources) *Metrics {
	m := &Metrics{registry: prometheus.NewRegistry(), sources: s, durations: newDurations()}
	m.registry.MustRegister(
		collectors.NewGoCollector(),
		collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}),
		newCollector(s),
	)
	for _, d := range m.durations.all() {
		m.registry.MustRegister(d.histogram)
	}
	return m
}

const (
	atOnce     = 4 // readers; there is one Prometheus, or two
	answerTime = 10 * time.Second
)

// Handler answers with all metrics, in the format that the caller asks for.
func (m *Metrics) Handler(log *slog.Logger) http.Handler {
	return promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{
		ErrorLog:            slog.NewLogLogger(log.Handler(), slog.LevelError),
		ErrorHandling:       promhttp.ContinueOnError, // half a picture is better than none
		MaxRequestsInFlight: atOnce,
		Timeout:             answerTime,
	})
}
