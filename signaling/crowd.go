package signaling

import (
	"context"
	"sync"
	"sync/atomic"
	"time"
)

// crowd is all sockets there are. One clock looks after them all, in place of a
// timer for each: every socket is visited once a beat, and those that came at
// different times are visited at different times, so that pings spread out.
type crowd struct {
	began  time.Time
	ticked atomic.Int64 // the last round, after began
	groups [phases]group
}

type group struct {
	mu      sync.Mutex
	sockets map[*socket]struct{}
}

// beat is how often a socket is visited, and phases how many groups of sockets
// there are, each with a visit of its own.
const (
	beat   = time.Second
	phases = 16
)

func newCrowd() *crowd {
	c := &crowd{began: time.Now()}
	for i := range c.groups {
		c.groups[i].sockets = make(map[*socket]struct{})
	}
	return c
}

// group is the one whose visit comes next after a time, or just then.
func (c *crowd) group(at time.Duration) *group {
	const phase = beat / phases
	return &c.groups[(at+phase-1)/phase%phases]
}

func (c *crowd) add(s *socket) {
	g := c.group(s.opened)
	g.mu.Lock()
	defer g.mu.Unlock()
	g.sockets[s] = struct{}{}
}

func (c *crowd) remove(s *socket) {
	g := c.group(s.opened)
	g.mu.Lock()
	defer g.mu.Unlock()
	delete(g.sockets, s)
}

func (c *crowd) all() (all []*socket) {
	for i := range c.groups {
		all = append(all, c.groups[i].all()...)
	}
	return all
}

func (g *group) all() (all []*socket) {
	g.mu.Lock()
	defer g.mu.Unlock()
	for s := range g.sockets {
		all = append(all, s)
	}
	return all
}

// run visits until ctx ends. visit is called without locks held.
func (c *crowd) run(ctx context.Context, visit func(*socket, time.Time), round func(time.Time)) {
	ticker := time.NewTicker(beat / phases)
	defer ticker.Stop()
	for n := int64(1); ; n++ {
		select {
		case <-ctx.Done():
			return
		case now := <-ticker.C:
			c.ticked.Store(int64(now.Sub(c.began)))
			for _, s := range c.groups[n%phases].all() {
				visit(s, now)
			}
			if n%phases == 0 {
				round(now)
			}
		}
	}
}
