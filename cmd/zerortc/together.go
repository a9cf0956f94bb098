package main

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// stopWithin leaves something of the 5 s in which the process has promised to be
// gone.
const stopWithin = 4500 * time.Millisecond

// part is something that runs until its context ends.
type part struct {
	name  string
	serve func(context.Context) error
}

// runTogether runs the parts until the context ends or one of them does, which
// ends the others. The first error is the one that is told: those after it are
// mostly its echoes.
func runTogether(ctx context.Context, grace time.Duration, parts ...part) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	ended := make(chan error, len(parts))
	for _, p := range parts {
		go func() { ended <- p.run(ctx) }()
	}
	var (
		first error
		late  <-chan time.Time
		stop  = ctx.Done()
	)
	for running := len(parts); running > 0; {
		select {
		case err := <-ended:
			running--
			if first == nil {
				first = err
			}
			cancel()
		case <-stop:
			stop, late = nil, time.After(grace)
		case <-late:
			return errors.Join(first, fmt.Errorf("stopping took more than %v; what was left was cut off", grace))
		}
	}
	return first
}

// run tells which part failed. One that ends without being asked to has failed.
func (p part) run(ctx context.Context) error {
	err := p.serve(ctx)
	switch {
	case err == nil && ctx.Err() == nil:
		return fmt.Errorf("%s ended by itself", p.name)
	case err == nil, ctx.Err() != nil && errors.Is(err, ctx.Err()):
		return nil
	}
	return fmt.Errorf("%s: %w", p.name, err)
}
