package oneport

import (
	"context"
	"net/netip"
	"sync"
)

// places are so many in all, and so many for one address.
type places struct {
	total, perAddress int

	mu    sync.Mutex
	taken int
	from  map[netip.Addr]int
	freed chan struct{} // closed when a place becomes free
}

func newPlaces(total, perAddress int) *places {
	return &places{total: total, perAddress: perAddress, from: map[netip.Addr]int{}, freed: make(chan struct{})}
}

// try takes a place if there is one; else it returns what tells of the next.
func (p *places) try(from netip.Addr) (ok bool, freed <-chan struct{}) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.taken >= p.total || p.from[from] >= p.perAddress {
		return false, p.freed
	}
	p.taken++
	p.from[from]++
	return true, nil
}

// wait takes a place as soon as there is one.
func (p *places) wait(ctx context.Context, from netip.Addr) error {
	for {
		ok, freed := p.try(from)
		if ok {
			return nil
		}
		select {
		case <-freed:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// leave gives a place back.
func (p *places) leave(from netip.Addr) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.taken--
	if p.from[from]--; p.from[from] == 0 {
		delete(p.from, from)
	}
	close(p.freed)
	p.freed = make(chan struct{})
}
