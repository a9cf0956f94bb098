package oneport

import (
	"context"
	"errors"
	"net/netip"
	"slices"
	"sync"
)

// places are so many in all, and so many for one address; 0: no limit. The zero Addr
// stands for many, and has no limit of its own.
type places struct {
	forLoopback int // more in all for addresses of loopback

	mu                sync.Mutex
	total, perAddress int
	taken             int
	from              map[netip.Addr]int
	waiting           []*waiter // who came first stands first
}

type waiter struct {
	from  netip.Addr
	given chan struct{} // closed when it has a place
}

func newPlaces(total, perAddress int) *places {
	return &places{total: total, perAddress: perAddress, from: map[netip.Addr]int{}}
}

// limit sets other numbers. Nobody loses a place he has.
func (p *places) limit(total, perAddress int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.total, p.perAddress = total, perAddress
}

// Why there is no place.
var (
	errFull  = errors.New("all places are taken")
	errShare = errors.New("the address has its share of places")
)

// try takes a place if there is one.
func (p *places) try(from netip.Addr) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.take(from)
}

// take is for callers who hold the lock.
func (p *places) take(from netip.Addr) error {
	total := p.total
	if from.IsLoopback() || from == netip.IPv6Unspecified() { // the /64 of ::1
		total += p.forLoopback
	}
	if p.perAddress > 0 && from.IsValid() && p.from[from] >= p.perAddress {
		return errShare
	}
	if p.total > 0 && p.taken >= total {
		return errFull
	}
	p.taken++
	p.from[from]++
	return nil
}

// wait takes a place as soon as there is one.
func (p *places) wait(ctx context.Context, from netip.Addr) error {
	p.mu.Lock()
	if p.take(from) == nil {
		p.mu.Unlock()
		return nil
	}
	w := &waiter{from, make(chan struct{})}
	p.waiting = append(p.waiting, w)
	p.mu.Unlock()
	select {
	case <-w.given:
		return nil
	case <-ctx.Done():
		p.giveUp(w)
		return ctx.Err()
	}
}

// giveUp no longer waits. A place that was given at the same moment goes on to
// somebody else.
func (p *places) giveUp(w *waiter) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if i := slices.Index(p.waiting, w); i >= 0 {
		p.waiting = slices.Delete(p.waiting, i, i+1)
		return
	}
	p.free(w.from)
}

// leave gives a place back.
func (p *places) leave(from netip.Addr) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.free(from)
}

// free is for callers who hold the lock. The place goes to the first who may have
// it: those whose address has its share wait on.
func (p *places) free(from netip.Addr) {
	p.taken--
	if p.from[from]--; p.from[from] == 0 {
		delete(p.from, from)
	}
	for i, w := range p.waiting {
		if p.take(w.from) == nil {
			p.waiting = slices.Delete(p.waiting, i, i+1)
			close(w.given)
			return
		}
	}
}
