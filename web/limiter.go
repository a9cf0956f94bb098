package web

import (
	"container/list"
	"net/netip"
	"sync"
	"time"

	"golang.org/x/time/rate"

	"zerortc/config"
)

// limiter gives each address a token bucket. It remembers a fixed number of
// addresses and forgets the one unheard of for longest, so that strangers cannot
// make it grow; whoever is forgotten starts with a full bucket again.
type limiter struct {
	rate  rate.Limit
	burst int
	keep  int

	mu      sync.Mutex
	callers map[netip.Addr]*list.Element // of *caller
	recent  *list.List                   // of *caller, the last heard of in front
}

type caller struct {
	network netip.Addr
	bucket  *rate.Limiter
}

func newLimiter(perSecond rate.Limit, burst, keep int) *limiter {
	return &limiter{
		rate: perSecond, burst: burst, keep: keep,
		callers: make(map[netip.Addr]*list.Element),
		recent:  list.New(),
	}
}

// allow takes a token of addr's bucket.
func (l *limiter) allow(addr netip.Addr, now time.Time) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.bucket(config.Source(addr)).AllowN(now, 1)
}

func (l *limiter) bucket(network netip.Addr) *rate.Limiter {
	if e, ok := l.callers[network]; ok {
		l.recent.MoveToFront(e)
		return e.Value.(*caller).bucket
	}
	if l.recent.Len() >= l.keep {
		oldest := l.recent.Remove(l.recent.Back()).(*caller)
		delete(l.callers, oldest.network)
	}
	c := &caller{network: network, bucket: rate.NewLimiter(l.rate, l.burst)}
	l.callers[network] = l.recent.PushFront(c)
	return c.bucket
}
