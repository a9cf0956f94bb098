package turnserver

import (
	"context"
	"net"
	"net/netip"
	"slices"
	"sync/atomic"
	"time"
)

// lookEvery is how often the interfaces are looked at. Addresses come and go
// with Wi-Fi, VPNs and containers.
const lookEvery = 2 * time.Second

// interfaces knows the addresses of this machine and the networks it stands in. It
// is asked about packets, so it answers from the last look.
type interfaces struct {
	public  func(netip.Addr) bool            // whether the address leads here from outside
	cards   atomic.Pointer[[][]netip.Prefix] // of each interface: address and length of the network
	changes atomic.Uint64                    // how often a look found something else
}

func newInterfaces(public func(netip.Addr) bool) *interfaces {
	i := &interfaces{public: public}
	i.cards.Store(&[][]netip.Prefix{})
	i.update()
	return i
}

// own tells whether packets to the address end on this machine.
func (i *interfaces) own(a netip.Addr) bool {
	return a.IsLoopback() || i.public(a) || i.any(func(p netip.Prefix) bool { return p.Addr() == a })
}

// attached tells whether the interface that has the local address stands in the
// peer's network.
func (i *interfaces) attached(local, peer netip.Addr) bool {
	for _, card := range i.look() {
		if has(card, local) && slices.ContainsFunc(card, func(p netip.Prefix) bool { return p.Contains(peer) }) {
			return true
		}
	}
	return false
}

// has tells whether the interface has the address. All of 127.0.0.0/8 is one
// interface's.
func has(card []netip.Prefix, a netip.Addr) bool {
	return slices.ContainsFunc(card, func(p netip.Prefix) bool {
		return p.Addr() == a || a.IsLoopback() && p.Addr().IsLoopback()
	})
}

func (i *interfaces) any(fits func(netip.Prefix) bool) bool {
	for _, card := range i.look() {
		for _, p := range card {
			if fits(p) {
				return true
			}
		}
	}
	return false
}

// sibling is an address of the other family on the interface that has a.
func (i *interfaces) sibling(a netip.Addr) (netip.Addr, bool) {
	for _, card := range i.look() {
		if other, ok := siblingOn(card, a); ok {
			return other, true
		}
	}
	return netip.Addr{}, false
}

// siblingOn prefers no address: the first that peers can reach is as good as
// any.
func siblingOn(card []netip.Prefix, a netip.Addr) (netip.Addr, bool) {
	if !has(card, a) {
		return netip.Addr{}, false
	}
	for _, p := range card {
		if b := p.Addr(); b.Is4() != a.Is4() && !b.IsLinkLocalUnicast() {
			return b, true
		}
	}
	return netip.Addr{}, false
}

// look is what the last look found.
func (i *interfaces) look() [][]netip.Prefix { return *i.cards.Load() }

// update looks at the interfaces. If that fails the last look stands.
func (i *interfaces) update() {
	cards, err := readCards()
	if err != nil || slices.EqualFunc(cards, i.look(), slices.Equal[[]netip.Prefix]) {
		return
	}
	i.cards.Store(&cards)
	i.changes.Add(1)
}

// follow looks at the interfaces until the context ends.
func (i *interfaces) follow(ctx context.Context) {
	every := time.NewTicker(lookEvery)
	defer every.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-every.C:
			i.update()
		}
	}
}

func readCards() ([][]netip.Prefix, error) {
	list, err := net.Interfaces()
	if err != nil {
		return nil, err
	}
	var cards [][]netip.Prefix
	for _, card := range list {
		addrs, err := card.Addrs()
		if err != nil || card.Flags&net.FlagUp == 0 {
			continue // it went away, or is down
		}
		cards = append(cards, prefixes(addrs))
	}
	return cards, nil
}

func prefixes(addrs []net.Addr) (list []netip.Prefix) {
	for _, a := range addrs {
		n, ok := a.(*net.IPNet)
		if !ok {
			continue
		}
		ip, _ := netip.AddrFromSlice(n.IP)
		bits, _ := n.Mask.Size()
		list = append(list, netip.PrefixFrom(ip.Unmap(), bits))
	}
	return list
}
