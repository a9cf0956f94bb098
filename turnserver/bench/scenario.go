//go:build linux && (amd64 || arm64)

package main

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"zerortc/turnserver/bench/load"
)

// Rates in packets a second: the one that costs are compared at, and the one
// that losses are looked for at.
const (
	usualRate = 20_000
	highRate  = 60_000
)

// base is the scenario that the others vary in one respect.
func base(d load.Direction) load.Shape {
	return load.Shape{Direction: d, Transport: load.UDP, Kind: load.Channel, Allocations: 100, Burst: 1, Payload: 1000, Rate: usualRate}
}

var (
	directions = []load.Direction{load.Up, load.Down, load.Echo, load.Relay}
	transports = []load.Transport{load.UDP, load.TCP, load.TLS}
	kinds      = []load.Kind{load.Channel, load.Indication}
	crowds     = []int{12, 100, 1000, 5000}
	heldAtOnce = 10_000
	bursts     = []int{1, 4, 20}
	payloads   = []int{160, 1000}
)

// goalOf is what CPU a packet shall be, ours ÷ coturn; 0: nothing is aimed at. Goals
// are set for UDP.
func goalOf(s load.Shape) float64 {
	switch {
	case s.Transport != load.UDP:
		return 0
	case s.Direction == load.Relay:
		return 0.45
	case s.Direction == load.Down && s.Kind == load.Channel:
		return 0
	}
	return 0.75
}

// quick is a first look.
func quick() (all []load.Shape) {
	for _, d := range directions {
		all = append(all, base(d))
	}
	return all
}

// sensible varies one thing at a time.
func sensible() (all []load.Shape) {
	vary := func(ds []load.Direction, change func(*load.Shape)) {
		for _, d := range ds {
			s := base(d)
			change(&s)
			all = append(all, s)
		}
	}
	some := []load.Direction{load.Up, load.Down, load.Relay}
	oneWay := []load.Direction{load.Up, load.Down}
	vary(directions, func(*load.Shape) {})
	vary(directions, func(s *load.Shape) { s.Kind = load.Indication })
	vary(some, func(s *load.Shape) { s.Burst = 4 })
	vary(some, func(s *load.Shape) { s.Burst = 20 })
	vary(some, func(s *load.Shape) { s.Payload = 160 })
	vary(some, func(s *load.Shape) { s.Allocations = 12 })
	vary(some, func(s *load.Shape) { s.Allocations = 1000 })
	vary(some, func(s *load.Shape) { s.Allocations = 5000 })
	vary(oneWay[:1], func(s *load.Shape) { s.Allocations = heldAtOnce })
	vary(directions, func(s *load.Shape) { s.Transport = load.TCP })
	vary(directions, func(s *load.Shape) { s.Transport = load.TLS })
	vary(some, func(s *load.Shape) { s.Rate = highRate })
	return all
}

// everything is the product of all there is.
func everything() (all []load.Shape) {
	for _, d := range directions {
		for _, t := range transports {
			for _, k := range kinds {
				for _, n := range crowds {
					for _, b := range bursts {
						for _, p := range payloads {
							all = append(all, load.Shape{Direction: d, Transport: t, Kind: k, Allocations: n, Burst: b, Payload: p, Rate: usualRate})
						}
					}
				}
			}
		}
	}
	return all
}

// takes is how long so many pairs of runs will be under way, as far as can be told:
// a machine that does other things too takes longer.
func takes(shapes []load.Shape, pairs int, d time.Duration) (total time.Duration) {
	const (
		startAndEnd   = 500 * time.Millisecond
		perAllocation = 500 * time.Microsecond // with its channel
	)
	for _, s := range shapes {
		total += startAndEnd + warmup + d + time.Duration(s.Allocations)*perAllocation
	}
	return total * time.Duration(2*pairs)
}

// choice is what flags pick out of each respect; empty: what the set has.
type choice struct {
	direction, transport, kind, allocations, burst, payload, rate []string
}

// shapes are the scenarios of a set after a choice. A value that was asked for
// and that the set lacks is put in: -payload 500 runs each scenario of the set
// with it.
func (c choice) shapes(set []load.Shape) ([]load.Shape, error) {
	var picked []load.Shape
	for _, s := range set {
		options := []load.Shape{s}
		for _, respect := range c.respects() {
			var next []load.Shape
			for _, o := range options {
				some, err := respect.of(o)
				if err != nil {
					return nil, err
				}
				next = append(next, some...)
			}
			options = next
		}
		for _, o := range options {
			if err := o.Check(); err != nil {
				return nil, err
			}
			if !slices.Contains(picked, o) {
				picked = append(picked, o)
			}
		}
	}
	return picked, nil
}

// respect is one flag: the values asked for, and how one gets into a shape.
type respect struct {
	values []string
	put    func(*load.Shape, string) error
}

func (c choice) respects() []respect {
	number := func(field func(*load.Shape) *int) func(*load.Shape, string) error {
		return func(s *load.Shape, value string) error {
			if _, err := fmt.Sscanf(value, "%d", field(s)); err != nil {
				return fmt.Errorf("%q is no number", value)
			}
			return nil
		}
	}
	return []respect{
		{c.direction, func(s *load.Shape, v string) error { s.Direction = load.Direction(v); return nil }},
		{c.transport, func(s *load.Shape, v string) error { s.Transport = load.Transport(v); return nil }},
		{c.kind, func(s *load.Shape, v string) error { s.Kind = load.Kind(v); return nil }},
		{c.allocations, number(func(s *load.Shape) *int { return &s.Allocations })},
		{c.burst, number(func(s *load.Shape) *int { return &s.Burst })},
		{c.payload, number(func(s *load.Shape) *int { return &s.Payload })},
		{c.rate, number(func(s *load.Shape) *int { return &s.Rate })},
	}
}

// of gives a shape each of the values; without any it stays as it is.
func (r respect) of(s load.Shape) (all []load.Shape, err error) {
	if len(r.values) == 0 {
		return []load.Shape{s}, nil
	}
	for _, v := range r.values {
		changed := s
		if err := r.put(&changed, v); err != nil {
			return nil, err
		}
		all = append(all, changed)
	}
	return all, nil
}

// list parses a flag such as up,down.
func list(values string) []string {
	return strings.FieldsFunc(values, func(r rune) bool { return r == ',' || r == ' ' })
}
