package certs

import (
	"net/netip"
	"slices"
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
	notPermitted  = "the CA may not speak for it: it is not local, and not in tls.permit from before the CA was made"
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

// identify sorts the names and addresses of a machine, and those the operator adds,
// into those that a certificate may be for and those that are left out: a single one
// outside the CA's constraints would make every verifier refuse the whole
// certificate.
func (p Permitted) identify(m Machine, extra Permitted) (id identity, leftOut []LeftOut) {
	if m.Name != "" && len(ownNames(m.Name)) == 0 {
		leftOut = append(leftOut, LeftOut{m.Name, notAHostName})
	}
	for _, name := range machineNames(m.Name, extra.Names) {
		if p.hasName(name) {
			id.names = append(id.names, name)
		} else {
			leftOut = append(leftOut, LeftOut{name, notPermitted})
		}
	}
	for _, addr := range slices.Concat(loopback(), m.Addrs, extra.single()) {
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

// machineNames adds the names that mDNS and home routers make of the host's own, and
// the names that the operator adds, each as it is and with the host's before it: it
// may be the machine's own or that of the network.
func machineNames(host string, added []string) []string {
	names := append([]string{localhostName}, ownNames(host)...)
	short := firstLabel(names[len(names)-1])
	domains := slices.Clone(local().Names)
	for _, text := range added {
		if name, ok := hostName(text); ok {
			names, domains = append(names, name), append(domains, name)
		}
	}
	if short == localhostName {
		return names
	}
	for _, domain := range domains {
		if name, ok := hostName(short + "." + domain); ok && domain != localhostName { // not too long
			names = append(names, name)
		}
	}
	return names
}
