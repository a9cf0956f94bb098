package main

import (
	"context"
	"time"
)

// settledAfter is when the parts have begun to run, and what reads settings, makes
// certificates and opens sockets is done.
const settledAfter = time.Second

// giveBackStart returns to the system, once, the pages of the program's own file, most
// of which only the start needed. It then waits for the end, as parts do.
func giveBackStart(ctx context.Context) error {
	select {
	case <-ctx.Done():
		return nil
	case <-time.After(settledAfter):
	}
	unmapProgram()
	<-ctx.Done()
	return nil
}
