// Package lan finds the addresses under which other machines of the network
// reach this one, the best first.
//
// Rank decides and is pure; Addresses asks the system and lets it decide.
package lan

import (
	"cmp"
	"net/netip"
	"slices"
	"strings"
)

// Interface is what Rank wants to know of a network interface.
type Interface struct {
	Name  string
	Up    bool
	Addrs []netip.Addr
}

// Rank orders the addresses of the interfaces that are up. First come those by
// which this machine leaves for the rest of the world (routed), IPv4 before
// IPv6; last those of container bridges and tunnels, even if a tunnel holds the
// default route: the machines around us are not in it. Link-local IPv4 is given
// only where there is nothing better, loopback only where there is nothing else.
//
// Of the IPv6 addresses of an interface one is given: the others are temporary
// ones, which change by the day.
func Rank(interfaces []Interface, routed []netip.Addr) []netip.Addr {
	var best, linkLocal []candidate
	for _, nic := range interfaces {
		if !nic.Up {
			continue
		}
		for _, c := range candidates(nic, routed) {
			if c.addr.IsLinkLocalUnicast() {
				linkLocal = append(linkLocal, c)
			} else {
				best = append(best, c)
			}
		}
	}
	if len(best) == 0 {
		best = linkLocal
	}
	if len(best) == 0 {
		return []netip.Addr{netip.AddrFrom4([4]byte{127, 0, 0, 1})}
	}
	slices.SortStableFunc(best, candidate.compare)
	return addresses(best)
}

// candidate is an address with what its rank depends on.
type candidate struct {
	addr    netip.Addr
	virtual bool
	routed  bool
}

func (c candidate) compare(d candidate) int {
	return cmp.Or(
		falseFirst(c.virtual, d.virtual),
		falseFirst(!c.routed, !d.routed),
		falseFirst(c.addr.Is6(), d.addr.Is6()),
	)
}

func falseFirst(a, b bool) int {
	switch {
	case a == b:
		return 0
	case b:
		return -1
	}
	return 1
}

// candidates are the addresses of an interface that could be printed. Link-local
// IPv6 is none: it needs a zone, which no browser takes in a URL.
func candidates(nic Interface, routed []netip.Addr) (all []candidate) {
	six := -1
	for _, addr := range nic.Addrs {
		addr = addr.Unmap().WithZone("")
		if addr.IsLoopback() || addr.IsUnspecified() || addr.IsMulticast() || addr.Is6() && addr.IsLinkLocalUnicast() {
			continue
		}
		c := candidate{addr, IsVirtual(nic.Name), slices.Contains(routed, addr)}
		switch {
		case addr.Is4():
			all = append(all, c)
		case six < 0:
			six = len(all)
			all = append(all, c)
		case c.routed:
			all[six] = c
		}
	}
	return all
}

// IsVirtual tells the interfaces of containers, virtual machines and tunnels. It goes
// by the names that container engines, hypervisors and VPNs give them. A bridge called
// br0 is made by hand and carries the LAN.
func IsVirtual(name string) bool {
	for _, prefix := range []string{
		"docker", "br-", "veth", "podman", "cni", "flannel", "cali", "cilium", "kube", "weave",
		"virbr", "lxc", "lxd", "incus", "vnet", "vmnet", "vboxnet", "vEthernet", "bridge1", "vmenet",
		"tun", "tap", "wg", "utun", "tailscale", "zt", "ppp", "ipsec", "nordlynx",
	} {
		if strings.HasPrefix(name, prefix) {
			return true
		}
	}
	return false
}

// addresses drops what stands twice, as an address may on two interfaces.
func addresses(candidates []candidate) (addrs []netip.Addr) {
	for _, c := range candidates {
		if !slices.Contains(addrs, c.addr) {
			addrs = append(addrs, c.addr)
		}
	}
	return addrs
}
