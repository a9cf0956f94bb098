package certs

import (
	"fmt"
	"net"
	"net/netip"
	"slices"
	"strings"
)

// Permitted is what a CA may speak for: these names and those below them, and the
// addresses of these networks. Devices that trust the CA hold it to that by its
// name constraints (RFC 5280 section 4.2.1.10), so a stolen key is of no use
// against anybody's bank.
//
// It is fixed when the CA is made. A network with other addresses than private
// ones is named before (or the CA is made anew and every device trusts it anew).
type Permitted struct {
	Names    []string
	Prefixes []netip.Prefix
}

// local is what nobody has to himself: networks and names that every LAN may use.
func local() Permitted {
	var p Permitted
	for _, text := range []string{
		"10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", // RFC 1918
		"100.64.0.0/10",  // RFC 6598: behind a carrier's NAT, and in overlay networks
		"127.0.0.0/8",    // RFC 1122 section 3.2.1.3
		"169.254.0.0/16", // RFC 3927
		"fc00::/7",       // RFC 4193
		"fe80::/10",      // RFC 4291 section 2.5.6
		"::1/128",        // RFC 4291 section 2.5.3
	} {
		p.Prefixes = append(p.Prefixes, netip.MustParsePrefix(text))
	}
	p.Names = []string{
		"local",     // RFC 6762: mDNS
		"home.arpa", // RFC 8375
		"internal",  // reserved by ICANN for private use
		"lan",       // what many routers call their network
		"localhost", // RFC 6761 section 6.3
	}
	return p
}

// permittedFor is what a CA made on host may speak for: all that is local, the
// host itself, and what the operator adds.
func permittedFor(host string, extra Permitted) (Permitted, error) {
	p := local()
	for _, name := range ownNames(host) {
		if !p.hasName(name) && !isPublic(name) {
			p.Names = append(p.Names, name)
		}
	}
	if err := extra.Check(); err != nil {
		return Permitted{}, err
	}
	for _, name := range extra.Names {
		if name, _ = hostName(name); !p.hasName(name) {
			p.Names = append(p.Names, name)
		}
	}
	for _, prefix := range extra.Prefixes {
		if prefix = prefix.Masked(); !slices.Contains(p.Prefixes, prefix) {
			p.Prefixes = append(p.Prefixes, prefix)
		}
	}
	return p, nil
}

// The widest networks an operator may add: what one organisation can own.
const (
	widest4 = 8
	widest6 = 16
)

// Check refuses what would take the sense out of the constraints.
func (p Permitted) Check() error {
	for _, text := range p.Names {
		name, ok := hostName(text)
		if !ok {
			return fmt.Errorf("a CA cannot be held to %q; give a name such as corp.example.org, without a star", text)
		}
		if isPublic(name) {
			return fmt.Errorf("a CA for all of %q could speak for strangers; give the name of your own network below it", text)
		}
	}
	for _, prefix := range p.Prefixes {
		widest := widest6
		if prefix.Addr().Is4() {
			widest = widest4
		}
		if prefix.Addr().Is4In6() || prefix.Bits() < widest {
			return fmt.Errorf("a CA for all of %s could speak for strangers; give the networks of your own, in IPv4 at most a /%d, in IPv6 a /%d",
				prefix, widest4, widest6)
		}
	}
	return nil
}

func (p Permitted) hasName(name string) bool {
	return slices.ContainsFunc(p.Names, func(domain string) bool { return isWithin(name, domain) })
}

func (p Permitted) hasAddr(addr netip.Addr) bool {
	return slices.ContainsFunc(p.Prefixes, func(prefix netip.Prefix) bool { return prefix.Contains(addr) })
}

// single are the networks of one address: such a one is somewhere, such as on a NAT
// in front, even if it is not on this machine.
func (p Permitted) single() (addrs []netip.Addr) {
	for _, prefix := range p.Prefixes {
		if prefix.IsSingleIP() {
			addrs = append(addrs, prefix.Addr())
		}
	}
	return addrs
}

// without is what is permitted by p and not by other.
func (p Permitted) without(other Permitted) (names []string, prefixes []netip.Prefix) {
	for _, text := range p.Names {
		if name, ok := hostName(text); ok && !other.hasName(name) {
			names = append(names, name)
		}
	}
	for _, prefix := range p.Prefixes {
		prefix = prefix.Masked()
		if !slices.ContainsFunc(other.Prefixes, func(wide netip.Prefix) bool {
			return wide.Bits() <= prefix.Bits() && wide.Contains(prefix.Addr())
		}) {
			prefixes = append(prefixes, prefix)
		}
	}
	return names, prefixes
}

// String lists everything.
func (p Permitted) String() string {
	all := slices.Clone(p.Names)
	for _, prefix := range p.Prefixes {
		all = append(all, prefix.String())
	}
	return strings.Join(all, ", ")
}

// ipNets is how crypto/x509 wants the networks.
func (p Permitted) ipNets() (all []*net.IPNet) {
	for _, prefix := range p.Prefixes {
		all = append(all, &net.IPNet{
			IP:   prefix.Addr().AsSlice(),
			Mask: net.CIDRMask(prefix.Bits(), prefix.Addr().BitLen()),
		})
	}
	return all
}

func prefixesOf(nets []*net.IPNet) (all []netip.Prefix) {
	for _, n := range nets {
		addr, ok := netip.AddrFromSlice(n.IP)
		if bits, size := n.Mask.Size(); ok && size == addr.BitLen() {
			all = append(all, netip.PrefixFrom(addr, bits))
		}
	}
	return all
}
