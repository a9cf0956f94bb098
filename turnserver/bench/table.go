//go:build linux && (amd64 || arm64)

package main

import (
	"fmt"
	"io"
	"text/tabwriter"
)

// manyAllocations is how many it takes for memory to show beside a server's own.
const manyAllocations = 1000

// table tells the medians of each side, and of the ratios of neighbours the
// median and, for the first, the extremes: what packets cost, then what
// allocations cost, then what many of them hold.
func table(w io.Writer, all []outcome) error {
	out := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	packets(out, all)
	allocations(out, all)
	memories(out, all)
	return out.Flush()
}

func packets(out io.Writer, all []outcome) {
	fmt.Fprintln(out, "a packet\tCPU µs, coturn\tzerortc\tratio (from – to)\tgoal\tp50 ratio\tp99 ratio\tloss %, coturn\tzerortc\tpairs\t")
	for _, o := range all {
		pairs := o.counted()
		if len(pairs) == 0 {
			continue // below
		}
		c, z := cpu.sides(pairs)
		lostC, lostZ := loss.sides(pairs)
		fmt.Fprintf(out, "%s\t%.2f\t%.2f\t%s\t%s\t%.2f\t%.2f\t%.3f\t%.3f\t%d of %d\t\n", o.Shape, c, z, o.CPU, goal(o),
			p50.ratio(pairs).Median, p99.ratio(pairs).Median, lostC, lostZ, len(pairs), len(o.Pairs))
	}
	for _, o := range all {
		if o.Uncounted != "" {
			fmt.Fprintf(out, "%s\t%s\n", o.Shape, o.Uncounted)
		}
	}
}

func goal(o outcome) string {
	if o.Goal == 0 {
		return "–"
	}
	return fmt.Sprintf("%.2f", o.Goal)
}

func allocations(out io.Writer, all []outcome) {
	fmt.Fprintln(out, "\nan allocation\tCPU µs, coturn\tzerortc\tratio (from – to)\ta second, coturn\tzerortc\tratio\t")
	for _, o := range all {
		if len(o.Pairs) == 0 {
			continue
		}
		c, z := setupCPU.sides(o.Pairs)
		fastC, fastZ := setupSpeed.sides(o.Pairs)
		fmt.Fprintf(out, "%s\t%.0f\t%.0f\t%s\t%.0f\t%.0f\t%.2f\t\n", o.Shape, c, z, setupCPU.ratio(o.Pairs),
			fastC, fastZ, setupSpeed.ratio(o.Pairs).Median)
	}
}

// memories tells what an allocation holds in user space: memory of the process's own,
// and what of that is in use, which only our server tells; and what it holds of the
// kernel, which is read off the whole machine.
func memories(out io.Writer, all []outcome) {
	head := "\nheld, KiB an allocation\tits own, coturn\tzerortc\tof that in use, zerortc\tresident, coturn\tzerortc\tkernel, coturn\tzerortc\t"
	for _, o := range all {
		if o.Shape.Allocations < manyAllocations || len(o.Pairs) == 0 {
			continue
		}
		fmt.Fprintf(out, "%s", head)
		head = ""
		ownC, ownZ := anonymous.sides(o.Pairs)
		_, usedZ := inUse.sides(o.Pairs)
		allC, allZ := resident.sides(o.Pairs)
		kernelC, kernelZ := kernel.sides(o.Pairs)
		fmt.Fprintf(out, "\n%s\t%.1f\t%.1f\t%.1f\t%.1f\t%.1f\t%.1f\t%.1f\t", o.Shape, ownC, ownZ, usedZ, allC, allZ, kernelC, kernelZ)
	}
	fmt.Fprintln(out)
}
