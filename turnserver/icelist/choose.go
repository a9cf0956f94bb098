package icelist

import (
	"cmp"
	"net/netip"
	"slices"
)

// How well a listener suits a caller, best first.
const (
	exact   = iota // bound to the very address the caller reached
	open           // wildcard, and of a family that takes the caller
	foreign        // wildcard of the other family
	other          // bound to another address
	local          // bound to a loopback address that the caller did not reach
)

// choose picks the listeners for a caller: those that fit, else the wildcard
// ones, else all of them, as an address of ours that the caller did not use is
// still a better guess than none.
func choose(listeners []netip.AddrPort, caller host) []netip.AddrPort {
	ranked := slices.Clone(listeners)
	slices.SortStableFunc(ranked, func(a, b netip.AddrPort) int {
		return cmp.Compare(rank(a.Addr(), caller), rank(b.Addr(), caller))
	})
	for _, limit := range []int{open, foreign} {
		n := 0
		for n < len(ranked) && rank(ranked[n].Addr(), caller) <= limit {
			n++
		}
		if n > 0 {
			return ranked[:n]
		}
	}
	return ranked
}

func rank(listener netip.Addr, caller host) int {
	listener = listener.Unmap().WithZone("")
	switch {
	case listener == caller.addr:
		return exact
	case listener == netip.IPv4Unspecified() && caller.addr.Is6():
		return foreign // an IPv6 wildcard takes both families, an IPv4 one does not
	case listener.IsUnspecified():
		return open
	case listener.IsLoopback():
		return local
	default:
		return other
	}
}
