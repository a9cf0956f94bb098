//go:build linux && (amd64 || arm64)

package main

import (
	"fmt"
	"io"
	"text/tabwriter"
)

// table tells the medians of each side, and of the ratios of neighbours the
// median and, for the first, the extremes: what packets cost, then what
// allocations cost.
func table(w io.Writer, all []outcome) error {
	out := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(out, "a packet\tCPU µs, coturn\tzerortc\tratio (from – to)\tp50 ratio\tp99 ratio\tloss %, coturn\tzerortc\tpairs\t")
	for _, o := range all {
		pairs := o.counted()
		c, z := cpu.sides(pairs)
		lostC, lostZ := loss.sides(pairs)
		fmt.Fprintf(out, "%s\t%.2f\t%.2f\t%s\t%.2f\t%.2f\t%.3f\t%.3f\t%d of %d\t\n", o.Shape, c, z, cpu.ratio(pairs),
			p50.ratio(pairs).Median, p99.ratio(pairs).Median, lostC, lostZ, len(pairs), len(o.Pairs))
	}
	fmt.Fprintln(out, "\nan allocation\tCPU µs, coturn\tzerortc\tratio (from – to)\ta second, ratio\tKiB, coturn\tzerortc\t")
	for _, o := range all {
		c, z := setupCPU.sides(o.Pairs)
		kiC, kiZ := memory.sides(o.Pairs)
		fmt.Fprintf(out, "%s\t%.0f\t%.0f\t%s\t%.2f\t%.1f\t%.1f\t\n", o.Shape, c, z, setupCPU.ratio(o.Pairs),
			setupSpeed.ratio(o.Pairs).Median, kiC, kiZ)
	}
	return out.Flush()
}
