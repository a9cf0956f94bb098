package load

import (
	"time"

	"github.com/HdrHistogram/hdrhistogram-go"
)

// Setup is how the allocations were made.
type Setup struct {
	Allocations int           `json:"allocations"`
	Elapsed     time.Duration `json:"elapsed_ns"`
}

// PerSecond is the rate of whole allocations: challenge, Allocate.
func (s Setup) PerSecond() float64 { return float64(s.Allocations) / s.Elapsed.Seconds() }

// Result is what became of the packets of a run. Times are microseconds.
type Result struct {
	Sent       int     `json:"sent"`
	Delivered  int     `json:"delivered"`
	Duplicates int     `json:"duplicates"`
	Alien      int     `json:"alien"`
	Rate       float64 `json:"rate"`    // packets a second that were sent
	LateP99    float64 `json:"lateP99"` // behind the schedule, by bursts
	LateMax    float64 `json:"lateMax"`
	P50        float64 `json:"p50"` // from sending to arriving
	P99        float64 `json:"p99"`
	Max        float64 `json:"max"`
}

// Lost is how many packets did not arrive.
func (r Result) Lost() int { return r.Sent - r.Delivered }

// LossPercent is the part of the packets that did not arrive.
func (r Result) LossPercent() float64 { return 100 * float64(r.Lost()) / float64(max(1, r.Sent)) }

func micros(h *hdrhistogram.Histogram, quantile float64) float64 {
	return float64(h.ValueAtQuantile(quantile)) / 1000
}
