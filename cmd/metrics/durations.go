package metrics

import (
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"zerortc/signaling"
	"zerortc/turnserver/gate"
	"zerortc/web"
)

// durations are how long things took or lasted: histograms, which cannot be made of
// counters afterwards.
type durations struct {
	session, call, join, trip, connect duration
}

// duration is a histogram and its row in the reference.
type duration struct {
	Metric
	histogram prometheus.Histogram
}

// A session lasts from a failed attempt to a working day.
var lasts = []float64{1, 10, 60, 5 * 60, 15 * 60, 30 * 60, 3600, 2 * 3600, 4 * 3600, 8 * 3600}

// What takes time takes a moment, or far too long.
var takes = []float64{0.0001, 0.0005, 0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10}

// A connection stands at once, or after the patience of those who wait is gone.
var connects = []float64{0.1, 0.25, 0.5, 1, 2, 3, 5, 10, 20, 30, 60}

func newDurations() durations {
	return durations{
		call:    newDuration("call_duration_seconds", "How long calls lasted that have ended: rooms with two people or more.", lasts),
		join:    newDuration("join_duration_seconds", "How long it took to seat a client in a room; its count is that of joins.", takes),
		trip:    newDuration("ws_rtt_seconds", "How long the answers of signaling clients to pings took.", takes),
		connect: newDuration("call_connect_seconds", "How long it took, by what pages tell, from the other's coming until media ran.", connects),
		session: newDuration("turn_session_duration_seconds", "How long allocations lasted that have ended, without those of the self-test.", lasts),
	}
}

func (d durations) all() []duration { return []duration{d.call, d.join, d.trip, d.connect, d.session} }

func newDuration(name, help string, buckets []float64) duration {
	return duration{
		Metric:    Metric{Name: prefix + name, Kind: "histogram", Help: help},
		histogram: prometheus.NewHistogram(prometheus.HistogramOpts{Name: prefix + name, Help: help, Buckets: buckets}),
	}
}

// Signaling is told what happens in rooms; it fits signaling.Server.Observe.
func (m *Metrics) Signaling(e signaling.Event) {
	switch e := e.(type) {
	case signaling.CallEnded:
		m.call.histogram.Observe(e.Lasted.Seconds())
	case signaling.Joined:
		m.join.histogram.Observe(e.Took.Seconds())
	case signaling.RoundTrip:
		m.trip.histogram.Observe(e.Took.Seconds())
	}
}

// Report is told what a page tells of a call; it fits web.Parts.Report.
func (m *Metrics) Report(r web.Report) {
	if r.Connect > 0 {
		m.connect.histogram.Observe(r.Connect.Seconds())
	}
}

// Allocation is told what happens to allocations; it fits turnserver.Server.Observe.
func (m *Metrics) Allocation(e gate.Event) {
	if e.Kind == gate.Closed && !m.sources.Own(e.Session.User) {
		m.session.histogram.Observe(time.Since(e.Session.Opened).Seconds())
	}
}
