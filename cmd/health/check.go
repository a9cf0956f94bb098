package health

import (
	"context"
	"fmt"
	"sync"
	"time"
)

// Check asks one part whether it still does its work. Run should end when its
// context does; one that does not is not started again while it hangs.
type Check struct {
	Name string
	Run  func(ctx context.Context) error
}

const (
	within = 2 * time.Second // for a check
	serves = time.Second     // how long its answer does: anybody may ask /healthz
)

// check runs a Check at most once at a time, for all who ask.
type check struct {
	Check

	mu     sync.Mutex
	newest *flight
}

// flight is one run of a check.
type flight struct {
	began time.Time
	ended chan struct{}
	err   error // once ended is closed
}

// join is the run that is under way, or was until just now, or a new one.
func (c *check) join(now time.Time) *flight {
	c.mu.Lock()
	defer c.mu.Unlock()
	if f := c.newest; f != nil && (f.underWay() || now.Sub(f.began) < serves) {
		return f
	}
	c.newest = &flight{began: now, ended: make(chan struct{})}
	go c.run(c.newest)
	return c.newest
}

func (c *check) run(f *flight) {
	ctx, cancel := context.WithTimeout(context.Background(), within)
	defer cancel()
	f.err = c.Run(ctx)
	close(f.ended)
}

// wait is what the flight found, if it ends before ctx and before a check should.
func (c *check) wait(ctx context.Context, f *flight) error {
	late := time.NewTimer(time.Until(f.began.Add(within + serves)))
	defer late.Stop()
	select {
	case <-f.ended:
		if f.err != nil {
			return fmt.Errorf("%s: %w", c.Name, f.err)
		}
		return nil
	case <-ctx.Done():
		return fmt.Errorf("%s does not answer: %w", c.Name, ctx.Err())
	case <-late.C:
		return fmt.Errorf("%s does not answer", c.Name)
	}
}

func (f *flight) underWay() bool {
	select {
	case <-f.ended:
		return false
	default:
		return true
	}
}
