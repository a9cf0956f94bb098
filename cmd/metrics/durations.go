package metrics

import (
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"zerortc/turnserver/gate"
)

// durations are how long things took or lasted: histograms, which cannot be made of
// counters afterwards.
type durations struct {
	session duration
}

// duration is a histogram and its row in the reference.
type duration struct {
	Metric
	histogram prometheus.Histogram
}

// A session lasts from a failed attempt to a working day.
var lasts = []float64{1, 10, 60, 5 * 60, 15 * 60, 30 * 60, 3600, 2 * 3600, 4 * 3600, 8 * 3600}

func newDurations() durations {
	return durations{
		session: newDuration("turn_session_duration_seconds", "How long allocations lasted that have ended, without those of the self-test.", lasts),
	}
}

func (d durations) all() []duration { return []duration{d.session} }

func newDuration(name, help string, buckets []float64) duration {
	return duration{
		Metric:    Metric{Name: prefix + name, Kind: "histogram", Help: help},
		histogram: prometheus.NewHistogram(prometheus.HistogramOpts{Name: prefix + name, Help: help, Buckets: buckets}),
	}
}

// Allocation is told what happens to allocations; it fits turnserver.Server.Observe.
func (m *Metrics) Allocation(e gate.Event) {
	if e.Kind == gate.Closed && !m.sources.Own(e.Session.User) {
		m.session.histogram.Observe(time.Since(e.Session.Opened).Seconds())
	}
}
