package policy

import (
	"net/netip"
	"slices"
)

// denied lists what no client may reach unless the operator says so. What is
// private is not here: this server lives on such networks. Neither are the ranges for documentation: people who read them as
// examples number their networks with them.
var denied = []struct {
	name   string
	prefix netip.Prefix
}{
	{"unspecified", netip.MustParsePrefix("0.0.0.0/8")}, // "this network", RFC 1122; Linux takes 0.0.0.0 for loopback
	{"unspecified", netip.MustParsePrefix("::/128")},
	{"loopback", netip.MustParsePrefix("127.0.0.0/8")},
	{"loopback", netip.MustParsePrefix("::1/128")},
	{"link-local", netip.MustParsePrefix("169.254.0.0/16")}, // RFC 3927; 169.254.169.254 is the clouds' metadata
	{"link-local", netip.MustParsePrefix("fe80::/10")},
	{"site-local", netip.MustParsePrefix("fec0::/10")}, // RFC 3879 took it back
	{"multicast", netip.MustParsePrefix("224.0.0.0/4")},
	{"multicast", netip.MustParsePrefix("ff00::/8")},
	{"broadcast", netip.MustParsePrefix("255.255.255.255/32")},
	{"reserved", netip.MustParsePrefix("240.0.0.0/4")}, // RFC 1112 section 4
	{"nat64-local", netip.MustParsePrefix("64:ff9b:1::/48")},
}

// Of IPv6 only these are handed out to hosts; all the rest is reserved by the
// IETF (RFC 4291 section 2.4, the IANA registry of the IPv6 address space).
var (
	global = netip.MustParsePrefix("2000::/3")
	unique = netip.MustParsePrefix("fc00::/7")
)

// builtin is the verdict for a peer about which the operator said nothing.
func builtin(addr netip.Addr) Verdict {
	for _, d := range denied {
		if d.prefix.Contains(addr) {
			return Verdict{false, d.name}
		}
	}
	if addr.Is6() && !global.Contains(addr) && !unique.Contains(addr) {
		return Verdict{false, "reserved"}
	}
	return Verdict{true, Default}
}

// shared is for the customers of a provider (RFC 6598), private all the same.
var shared = netip.MustParsePrefix("100.64.0.0/10")

// isPrivate tells a network that is one of many with the same numbers (RFC 1918,
// RFC 4193, RFC 6598).
func isPrivate(a netip.Addr) bool { return a.IsPrivate() || shared.Contains(a) }

// isPublic tells an address that the world reaches.
func isPublic(a netip.Addr) bool {
	return !isPrivate(a) && !a.IsLoopback() && !a.IsLinkLocalUnicast()
}

// deniedNames are the names of the denied ranges, each once.
func deniedNames() []string {
	var names []string
	for _, d := range denied {
		if !slices.Contains(names, d.name) {
			names = append(names, d.name)
		}
	}
	return names
}
