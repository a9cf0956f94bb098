//go:build linux && (amd64 || arm64)

package main

import (
	"fmt"
	"slices"
)

// pair is two runs one after the other.
type pair struct {
	Coturn run `json:"coturn"`
	Ours   run `json:"zerortc"`
}

// counts tells whether both runs had the load they should have.
func (p pair) counts() bool { return !p.Coturn.BehindItself && !p.Ours.BehindItself }

// spread is a median and the extremes it lies between.
type spread struct {
	Median float64 `json:"median"`
	From   float64 `json:"from"`
	To     float64 `json:"to"`
}

// String is a dash of nothing.
func (s spread) String() string {
	if s == (spread{}) {
		return "–"
	}
	return fmt.Sprintf("%.2f (%.2f – %.2f)", s.Median, s.From, s.To)
}

// spreadOf is zero of nothing.
func spreadOf(values []float64) spread {
	if len(values) == 0 {
		return spread{}
	}
	return spread{median(values), slices.Min(values), slices.Max(values)}
}

// median of an even number is the mean of the two in the middle.
func median(of []float64) float64 {
	sorted := slices.Sorted(slices.Values(of))
	n := len(sorted)
	if n == 0 {
		return 0
	}
	return (sorted[(n-1)/2] + sorted[n/2]) / 2
}

// figure is something that is read off a run.
type figure func(run) float64

// The figures that are compared.
var (
	cpu        figure = run.perPacket
	setupCPU   figure = run.perAllocation
	setupSpeed figure = func(r run) float64 { return r.Setup.PerSecond() }
	resident   figure = func(r run) float64 { return float64(r.Allocation.Resident) / 1024 }
	anonymous  figure = func(r run) float64 { return float64(r.Allocation.Anonymous) / 1024 }
	inUse      figure = func(r run) float64 { return float64(r.Allocation.InUse) / 1024 }
	kernel     figure = func(r run) float64 { return float64(r.Allocation.Kernel) / 1024 }
	p50        figure = func(r run) float64 { return r.Load.P50 }
	p99        figure = func(r run) float64 { return r.Load.P99 }
	rate       figure = func(r run) float64 { return r.Load.Rate }
	loss       figure = func(r run) float64 { return r.Load.LossPercent() }
)

// sides are the medians of both servers.
func (f figure) sides(pairs []pair) (coturn, ours float64) {
	var a, b []float64
	for _, p := range pairs {
		a, b = append(a, f(p.Coturn)), append(b, f(p.Ours))
	}
	return median(a), median(b)
}

// ratio is ours ÷ coturn of neighbours. A pair in which coturn has none tells
// nothing.
func (f figure) ratio(pairs []pair) spread {
	var quotients []float64
	for _, p := range pairs {
		if c := f(p.Coturn); c > 0 {
			quotients = append(quotients, f(p.Ours)/c)
		}
	}
	return spreadOf(quotients)
}
