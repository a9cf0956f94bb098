package config

import "net/netip"

// Source is what the limits per address count as one address: an IPv4 address
// however it is spelled, or all of an IPv6 /64, within which a host takes any
// address it likes (RFC 4291 section 2.5.1). The zero Addr is itself.
func Source(a netip.Addr) netip.Addr {
	a = a.Unmap()
	if !a.Is6() {
		return a
	}
	network, err := a.WithZone("").Prefix(64)
	if err != nil {
		return a
	}
	return network.Addr()
}
