//go:build linux && (amd64 || arm64)

package main

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"time"

	"zerortc/turnserver/bench/load"
)

// contest is what to run, and how often.
type contest struct {
	coturn, ours maker
	pairs        int
	duration     time.Duration
	out          io.Writer // progress
}

// outcome is what came of a scenario.
type outcome struct {
	Shape     load.Shape `json:"shape"`
	Goal      float64    `json:"goal,omitempty"`      // of CPU
	CPU       spread     `json:"cpu,omitzero"`        // a packet, ours ÷ coturn
	Uncounted string     `json:"uncounted,omitempty"` // why there is no such figure
	Pairs     []pair     `json:"pairs"`
}

// conclude fills in what the pairs come to.
func (o *outcome) conclude() {
	o.Goal, o.CPU, o.Uncounted = goalOf(o.Shape), spread{}, ""
	if len(o.counted()) > 0 {
		o.CPU = cpu.ratio(o.counted())
		return
	}
	if len(o.Pairs) == 0 {
		o.Uncounted = "none counted: nothing was run"
		return
	}
	c, z := rate.sides(o.Pairs)
	o.Uncounted = fmt.Sprintf("none counted: the load reached %.0f packets/s with coturn, %.0f with zerortc, and should have %d", c, z, o.Shape.Rate)
}

// counted are the pairs that may be compared.
func (o outcome) counted() (pairs []pair) {
	for _, p := range o.Pairs {
		if p.counts() {
			pairs = append(pairs, p)
		}
	}
	return pairs
}

// scenario runs one, in turns: A B, B A, A B …
func (c contest) scenario(ctx context.Context, shape load.Shape) (outcome, error) {
	o := outcome{Shape: shape}
	fmt.Fprintf(c.out, "\n%s\n", shape.Words())
	for n := range c.pairs {
		var p pair
		turns := []func() error{
			func() (err error) { p.Coturn, err = c.turn(ctx, "coturn", c.coturn, shape); return },
			func() (err error) { p.Ours, err = c.turn(ctx, "zerortc", c.ours, shape); return },
		}
		if n%2 == 1 {
			turns[0], turns[1] = turns[1], turns[0]
		}
		for _, turn := range turns {
			if err := turn(); err != nil {
				return o, err
			}
		}
		o.Pairs = append(o.Pairs, p)
	}
	o.conclude()
	fmt.Fprintf(c.out, "  CPU a packet, zerortc ÷ coturn: %s\n", cmp.Or(o.Uncounted, o.CPU.String()))
	return o, nil
}

// turn is one run, and a line about it.
func (c contest) turn(ctx context.Context, name string, m maker, shape load.Shape) (run, error) {
	r, err := measure(ctx, m, shape, c.duration)
	if err != nil {
		return r, fmt.Errorf("%s: %s: %w", shape, name, err)
	}
	fmt.Fprintf(c.out, "  %-8s %6.2f µs a packet  p50 %6.0f µs  p99 %7.0f µs  loss %.3f %%  %5.0f allocations/s of %4.0f µs%s\n",
		name, r.perPacket(), r.Load.P50, r.Load.P99, r.Load.LossPercent(), r.Setup.PerSecond(), r.perAllocation(), remarks(r))
	return r, nil
}

// remarks are what was not as it should be.
func remarks(r run) (words string) {
	if r.BehindItself {
		words += fmt.Sprintf("; NOT COUNTED: the load reached %.0f packets/s only", r.Load.Rate)
	}
	if r.Load.Duplicates > 0 {
		words += fmt.Sprintf("; %d came twice", r.Load.Duplicates)
	}
	if r.Load.Alien > 0 {
		words += fmt.Sprintf("; %d spoilt or at the wrong place", r.Load.Alien)
	}
	return words
}
