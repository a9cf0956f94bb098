package icelist

import (
	"net/netip"
	"strings"
)

// host is an address or a name; the zero host is neither.
type host struct {
	addr netip.Addr
	name string
}

// parseHost reads a host as it came in a Host header or from the settings. What
// is neither an address nor a name of the characters that names have (RFC 1123
// section 2.1, and the underscore) gives the zero host: one broken URL in the
// list makes a browser refuse the whole.
func parseHost(s string) host {
	if addr, err := netip.ParseAddr(strings.Trim(s, "[]")); err == nil {
		return host{addr: reachable(addr)}
	}
	if s == "" || len(s) > 253 || strings.ContainsFunc(s, notInName) {
		return host{}
	}
	return host{name: s}
}

// reachable gives an address the spelling that fits a URL: no IPv4-mapped form
// and no zone, which RFC 7064 has no place for. Who reached us by 0.0.0.0 or ::
// is on this machine, where these stand for loopback.
func reachable(addr netip.Addr) netip.Addr {
	switch addr = addr.Unmap().WithZone(""); addr {
	case netip.IPv4Unspecified():
		return netip.AddrFrom4([4]byte{127, 0, 0, 1})
	case netip.IPv6Unspecified():
		return netip.IPv6Loopback()
	}
	return addr
}

func notInName(r rune) bool {
	letter := 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z'
	return !letter && !('0' <= r && r <= '9') && !strings.ContainsRune("-._", r)
}

// String is the host without brackets.
func (h host) String() string {
	if h.addr.IsValid() {
		return h.addr.String()
	}
	return h.name
}

// firstOf is a unless it is the zero host.
func firstOf(a, b host) host {
	if a != (host{}) {
		return a
	}
	return b
}
