package certs

import (
	"net/netip"
	"slices"
	"strings"
)

// Machine is what this machine is called and where it is reached. Addresses that
// come and go with containers are better not in it: with each change there is
// another certificate.
type Machine struct {
	Name  string
	Addrs []netip.Addr
}

// LeftOut is a name or an address of the machine that is not in its certificate,
// and why.
type LeftOut struct{ What, Why string }

const (
	notPermitted  = "the CA may not speak for it"
	notAHostName  = "it is not a host name"
	localhostName = "localhost"
)

// identity is what a certificate is for, sorted.
type identity struct {
	names []string
	addrs []netip.Addr
}

func (id identity) equal(other identity) bool {
	return slices.Equal(id.names, other.names) && slices.Equal(id.addrs, other.addrs)
}

// has takes a name or an address.
func (id identity) has(host string) bool {
	if addr, err := netip.ParseAddr(host); err == nil {
		return id.hasAddr(addr)
	}
	name, ok := hostName(host)
	return ok && slices.Contains(id.names, name)
}

func (id identity) hasAddr(addr netip.Addr) bool {
	_, found := slices.BinarySearchFunc(id.addrs, addr.Unmap().WithZone(""), netip.Addr.Compare)
	return found
}

// identify sorts the names and addresses of a machine into those that a
// certificate may be for and those that are left out: a single one outside the
// CA's constraints would make every verifier refuse the whole certificate.
func (p Permitted) identify(m Machine) (id identity, leftOut []LeftOut) {
	if m.Name != "" && len(ownNames(m.Name)) == 0 {
		leftOut = append(leftOut, LeftOut{m.Name, notAHostName})
	}
	for _, name := range machineNames(m.Name) {
		if p.hasName(name) {
			id.names = append(id.names, name)
		} else {
			leftOut = append(leftOut, LeftOut{name, notPermitted})
		}
	}
	for _, addr := range append(loopback(), m.Addrs...) {
		addr = addr.Unmap().WithZone("") // a certificate knows no zones
		if p.hasAddr(addr) {
			id.addrs = append(id.addrs, addr)
		} else {
			leftOut = append(leftOut, LeftOut{addr.String(), notPermitted})
		}
	}
	slices.Sort(id.names)
	slices.SortFunc(id.addrs, netip.Addr.Compare)
	id.names, id.addrs = slices.Compact(id.names), slices.Compact(id.addrs)
	return id, leftOut
}

func loopback() []netip.Addr {
	return []netip.Addr{netip.AddrFrom4([4]byte{127, 0, 0, 1}), netip.IPv6Loopback()}
}

// ownNames is the host's name as the system tells it, and its first label. There
// is none for what is not a host name.
func ownNames(host string) []string {
	name, ok := hostName(host)
	if !ok {
		return nil
	}
	if short := firstLabel(name); short != name {
		return []string{name, short}
	}
	return []string{name}
}

// machineNames adds the names that mDNS and home routers make of the host's own.
func machineNames(host string) []string {
	names := append([]string{localhostName}, ownNames(host)...)
	short := firstLabel(names[len(names)-1])
	if short == localhostName {
		return names
	}
	for _, domain := range local().Names {
		if domain != localhostName {
			names = append(names, strings.Join([]string{short, domain}, "."))
		}
	}
	return names
}
