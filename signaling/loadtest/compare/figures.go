package main

import (
	"fmt"
	"io"
	"slices"
	"text/tabwriter"

	"zerortc/signaling/loadtest"
)

// figure is something to compare; less is better in all of them.
type figure struct {
	name string
	of   func(*loadtest.Report) float64
}

var (
	cpu      = figure{"CPU a relayed frame, µs", func(r *loadtest.Report) float64 { return r.Processes[0].CPUPerFrame }}
	cpuNet   = figure{"the same without idling, µs", func(r *loadtest.Report) float64 { return r.Processes[0].NetCPUPerFrame }}
	cpuJoin  = figure{"CPU a connect and join, µs", func(r *loadtest.Report) float64 { return r.Processes[0].CPUPerJoin }}
	memory   = figure{"memory a member, KiB", func(r *loadtest.Report) float64 { return r.Processes[0].MemoryPerMember / 1024 }}
	p50      = figure{"relay p50, ms", func(r *loadtest.Report) float64 { return r.Relay.P50 }}
	p99      = figure{"relay p99, ms", func(r *loadtest.Report) float64 { return r.Relay.P99 }}
	answer99 = figure{"join p99, ms", func(r *loadtest.Report) float64 { return r.Answer.P99 }}
	join99   = figure{"connect and join p99, ms", func(r *loadtest.Report) float64 { return r.Join.P99 }}
)

// table tells the medians of each side, and of the ratios of neighbours the
// median and the extremes.
func table(w io.Writer, c aCase, ours, theirs []*loadtest.Report) error {
	out := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintf(out, "median\t%s\t%s\tratio\tfrom\tto\t\n", c.ours.name, c.theirs.name)
	for _, f := range c.figures {
		a, b, quotients := f.pairs(ours, theirs)
		fmt.Fprintf(out, "%s\t%.2f\t%.2f\t%.2f\t%.2f\t%.2f\t\n", f.name, median(a), median(b), median(quotients), slices.Min(quotients), slices.Max(quotients))
	}
	return out.Flush()
}

// pairs are the figures of both sides and their ratios, round by round.
func (f figure) pairs(ours, theirs []*loadtest.Report) (a, b, quotients []float64) {
	for i := range ours {
		a, b = append(a, f.of(ours[i])), append(b, f.of(theirs[i]))
		if b[i] != 0 {
			quotients = append(quotients, a[i]/b[i])
		} else {
			quotients = append(quotients, 0)
		}
	}
	return a, b, quotients
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
