package turnserver

import (
	"context"
	"log/slog"
	"net"
	"net/netip"
	"slices"
	"sync/atomic"
	"time"

	"zerortc/config"
)

const (
	lookupEvery = time.Minute // names of home connections change at night
	lookupTime  = 5 * time.Second
)

// public knows the addresses that a NAT maps to this machine.
type public struct {
	settings []config.PublicIP
	lookup   func(ctx context.Context, network, name string) ([]netip.Addr, error)
	log      *slog.Logger
	current  atomic.Pointer[[]mapping]
	changes  atomic.Uint64 // how often there were others
	last     [][]mapping   // of each setting; update's
}

// mapping leads from a public address to a local one, or to all of its family.
type mapping struct{ internal, external netip.Addr }

func newPublic(settings []config.PublicIP, log *slog.Logger) *public {
	p := &public{settings: settings, lookup: net.DefaultResolver.LookupNetIP, log: log, last: make([][]mapping, len(settings))}
	p.current.Store(&[]mapping{})
	return p
}

// of is the public address of a local one; invalid if it has none. A mapping
// that names the local address goes before one for all.
func (p *public) of(local netip.Addr) (found netip.Addr) {
	for _, m := range *p.current.Load() {
		switch {
		case m.internal == local:
			return m.external
		case !m.internal.IsValid() && !found.IsValid() && m.external.Is4() == local.Is4():
			found = m.external
		}
	}
	return found
}

// has tells whether the address is a public one of ours.
func (p *public) has(a netip.Addr) bool {
	for _, m := range *p.current.Load() {
		if m.external == a {
			return true
		}
	}
	return false
}

// update looks the names up. One that is not found keeps the addresses it had.
func (p *public) update(ctx context.Context) {
	var list []mapping
	for i, s := range p.settings {
		if s.Name == "" {
			p.last[i] = []mapping{{s.Internal, s.External}}
		} else if addrs, err := p.resolve(ctx, s.Name); err == nil {
			p.last[i] = mappings(s.Internal, addrs)
		} else {
			p.log.Warn("looking up turn.public-ip", "name", s.Name, "err", err)
		}
		list = append(list, p.last[i]...)
	}
	if !slices.Equal(list, *p.current.Load()) {
		p.current.Store(&list)
		p.changes.Add(1)
	}
}

func (p *public) resolve(ctx context.Context, name string) ([]netip.Addr, error) {
	ctx, cancel := context.WithTimeout(ctx, lookupTime)
	defer cancel()
	return p.lookup(ctx, "ip", name)
}

// mappings takes the first address of each family: a NAT has one.
func mappings(internal netip.Addr, addrs []netip.Addr) (list []mapping) {
	seen := map[bool]bool{}
	for _, a := range addrs {
		a = a.Unmap()
		fits := !internal.IsValid() || internal.Is4() == a.Is4()
		if fits && !seen[a.Is4()] {
			seen[a.Is4()] = true
			list = append(list, mapping{internal, a})
		}
	}
	return list
}

// follow looks names up again until the context ends. Without names it ends at
// once: nothing outside is asked unless the settings say so.
func (p *public) follow(ctx context.Context) {
	named := false
	for _, s := range p.settings {
		named = named || s.Name != ""
	}
	if !named {
		return
	}
	every := time.NewTicker(lookupEvery)
	defer every.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-every.C:
			p.update(ctx)
		}
	}
}
