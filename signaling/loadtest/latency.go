package loadtest

import (
	"math"
	"sync"
	"time"

	"github.com/HdrHistogram/hdrhistogram-go"
)

// latency collects durations, to three digits, up to a minute.
type latency struct {
	mu        sync.Mutex
	histogram *hdrhistogram.Histogram // in microseconds
}

// longest is what longer durations are counted as.
const longest = time.Minute

func newLatency() *latency {
	return &latency{histogram: hdrhistogram.New(1, longest.Microseconds(), 3)}
}

func (l *latency) record(took time.Duration) {
	l.mu.Lock()
	defer l.mu.Unlock()
	// In range, so there is no error.
	_ = l.histogram.RecordValue(min(max(took, 0), longest).Microseconds())
}

// reset forgets everything.
func (l *latency) reset() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.histogram.Reset()
}

// Percentiles are what is told of many durations, in milliseconds.
type Percentiles struct {
	Count int64   `json:"count"`
	Mean  float64 `json:"meanMs"`
	P50   float64 `json:"p50Ms"`
	P90   float64 `json:"p90Ms"`
	P99   float64 `json:"p99Ms"`
	P999  float64 `json:"p999Ms"`
	Max   float64 `json:"maxMs"`
}

func (l *latency) percentiles() Percentiles {
	l.mu.Lock()
	defer l.mu.Unlock()
	h := l.histogram
	at := func(q float64) float64 { return float64(h.ValueAtQuantile(q)) / 1000 }
	return Percentiles{
		Count: h.TotalCount(), Mean: math.Round(h.Mean()) / 1000,
		P50: at(50), P90: at(90), P99: at(99), P999: at(99.9), Max: float64(h.Max()) / 1000,
	}
}
