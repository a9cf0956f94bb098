package signaling

import (
	"net/netip"
	"sync"
	"sync/atomic"

	"zerortc/config"
)

// admission counts who is inside, decides who else may come in, and knows when
// everybody has gone.
type admission struct {
	limits *atomic.Pointer[Limits]

	inside sync.WaitGroup

	mu        sync.Mutex // guards what follows
	shut      bool
	count     int
	total     uint64 // since the start
	byAddress map[netip.Addr]int
}

func newAdmission(limits *atomic.Pointer[Limits]) *admission {
	return &admission{limits: limits, byAddress: make(map[netip.Addr]int)}
}

// enter admits a client or says why not. Who is admitted must leave once.
func (a *admission) enter(from netip.Addr) reason {
	key, limits := config.Source(from), a.limits.Load()
	a.mu.Lock()
	defer a.mu.Unlock()
	switch {
	case a.shut:
		return stopping
	case limits.Sockets > 0 && a.count >= limits.Sockets:
		return socketsFull
	case limits.SocketsPerAddress > 0 && key.IsValid() && a.byAddress[key] >= limits.SocketsPerAddress:
		return addressFull
	}
	a.count++
	a.total++
	a.byAddress[key]++
	a.inside.Add(1) // under the lock: never after wait has begun
	return none
}

// leave undoes enter.
func (a *admission) leave(from netip.Addr) {
	key := config.Source(from)
	a.mu.Lock()
	defer a.mu.Unlock()
	a.count--
	if a.byAddress[key]--; a.byAddress[key] == 0 {
		delete(a.byAddress, key)
	}
	a.inside.Done()
}

// admitted is how many were, since the start.
func (a *admission) admitted() uint64 {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.total
}

// close admits nobody any more.
func (a *admission) close() {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.shut = true
}

// wait returns when everybody has left. It is called after close.
func (a *admission) wait() { a.inside.Wait() }

func (a *admission) size() int {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.count
}
