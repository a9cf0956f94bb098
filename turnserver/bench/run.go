//go:build linux && (amd64 || arm64)

package main

import (
	"context"
	"fmt"
	"runtime"
	"runtime/debug"
	"time"

	"zerortc/turnserver/bench/load"
)

// run is what one server did under one load.
type run struct {
	Load  load.Result `json:"load"`
	Setup load.Setup  `json:"setup"`

	CPU          time.Duration `json:"cpu_ns"`           // of the server while packets went
	SetupCPU     time.Duration `json:"setupCPU_ns"`      // of the server while allocations were made
	Allocation   memory        `json:"allocation"`       // what one takes; of a few nothing can be told
	BehindItself bool          `json:"behind,omitempty"` // the load did not reach its rate: not counted
}

// enough is the part of its rate that the load has to reach to count.
const enough = 0.95

// perPacket is the CPU of the server for a packet that arrived, in microseconds.
func (r run) perPacket() float64 {
	return float64(r.CPU.Nanoseconds()) / 1000 / float64(max(1, r.Load.Delivered))
}

// perAllocation is the CPU of the server for an allocation, in microseconds.
func (r run) perAllocation() float64 {
	return float64(r.SetupCPU.Nanoseconds()) / 1000 / float64(max(1, r.Setup.Allocations))
}

// warmup goes before the time that counts.
const warmup = 300 * time.Millisecond

// measure starts a fresh server and puts a load on it.
func measure(ctx context.Context, m maker, shape load.Shape, d time.Duration) (r run, err error) {
	p, err := start(ctx, m)
	if err != nil {
		return run{}, err
	}
	defer p.stop()
	l, err := r.allocate(ctx, p, shape)
	if err != nil {
		return run{}, err
	}
	defer l.Close()
	runtime.GC() // and none while it runs
	defer debug.SetGCPercent(debug.SetGCPercent(-1))
	if _, err := l.Run(ctx, warmup); err != nil {
		return run{}, fmt.Errorf("warming up: %w", err)
	}
	before, err := cpuOf(p.pid())
	if err != nil {
		return run{}, err
	}
	if r.Load, err = l.Run(ctx, d); err != nil {
		return run{}, err
	}
	after, err := cpuOf(p.pid())
	if err != nil {
		return run{}, err
	}
	r.CPU = after - before
	r.BehindItself = r.Load.Rate < enough*float64(shape.Rate)
	return r, nil
}

// allocate makes the allocations and notes what they take.
func (r *run) allocate(ctx context.Context, p *process, shape load.Shape) (_ *load.Load, err error) {
	before, err := p.usage(ctx)
	if err != nil {
		return nil, err
	}
	l, err := load.Dial(ctx, p.server, shape)
	if err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			l.Close()
		}
	}()
	dialed, err := kernelMemory() // the sockets of clients are not the server's
	if err != nil {
		return nil, err
	}
	if r.Setup, err = l.Allocate(ctx); err != nil {
		return nil, err
	}
	cpu, err := cpuOf(p.pid())
	if err != nil {
		return nil, err
	}
	if err = l.Bind(ctx); err != nil {
		return nil, err
	}
	after, err := p.usage(ctx)
	if err != nil {
		return nil, err
	}
	r.SetupCPU = cpu - before.cpu
	before.memory.Kernel = dialed
	r.Allocation = after.memory.since(before.memory).each(shape.Allocations)
	return l, nil
}
