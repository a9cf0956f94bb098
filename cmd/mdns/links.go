package mdns

import (
	"net"
	"net/netip"
	"slices"
	"time"

	"zerortc/cmd/lan"
)

// link is a network that this machine is in, where the name is answered to.
type link struct {
	net.Interface
	addrs []netip.Addr   // the answer
	near  []netip.Prefix // from where there may be questions
	told  time.Time      // the last answer to everybody
}

// same tells whether the answers are.
func (l *link) same(other *link) bool {
	return other != nil && slices.Equal(l.addrs, other.addrs) && slices.Equal(l.near, other.near)
}

// isNear tells an asker of this link (RFC 6762 section 11).
func (l *link) isNear(addr netip.Addr) bool {
	return slices.ContainsFunc(l.near, func(p netip.Prefix) bool { return p.Contains(addr) })
}

// links are those with private addresses by which the pages are served, by index, and
// all addresses of the machine. Containers and tunnels are left out.
func links(serves func(netip.Addr) bool) (found map[int]*link, own []netip.Addr) {
	interfaces, err := net.Interfaces()
	if err != nil {
		return nil, nil // a sandbox may forbid the question
	}
	found = map[int]*link{}
	const needed = net.FlagUp | net.FlagMulticast
	for _, nic := range interfaces {
		prefixes := prefixesOf(nic)
		for _, p := range prefixes {
			own = append(own, p.Addr())
		}
		if nic.Flags&needed != needed || nic.Flags&net.FlagLoopback != 0 || lan.IsVirtual(nic.Name) {
			continue
		}
		if l := linkOf(prefixes, serves); l != nil {
			l.Interface = nic
			found[nic.Index] = l
		}
	}
	return found, own
}

// linkOf picks what to answer with: private addresses (RFC 1918, RFC 4193), else those
// that machines without a router give themselves (RFC 3927). Without one of IPv4 nobody
// could ask. Others are nobody's business: a public network is no place for names.
func linkOf(prefixes []netip.Prefix, serves func(netip.Addr) bool) *link {
	var private, linkLocal link
	for _, p := range prefixes {
		addr := p.Addr()
		l := &private
		switch {
		case addr.Is4() && addr.IsLinkLocalUnicast():
			l = &linkLocal
		case !addr.IsPrivate():
			continue
		}
		if addr.Is4() {
			l.near = append(l.near, p.Masked())
		}
		if serves(addr) {
			l.addrs = append(l.addrs, addr)
		}
	}
	for _, l := range []*link{&private, &linkLocal} {
		if len(l.near) > 0 && len(l.addrs) > 0 {
			return l
		}
	}
	return nil
}

func prefixesOf(nic net.Interface) (all []netip.Prefix) {
	addrs, err := nic.Addrs()
	if err != nil {
		return nil // gone since it was listed
	}
	for _, addr := range addrs {
		if p, err := netip.ParsePrefix(addr.String()); err == nil {
			all = append(all, netip.PrefixFrom(p.Addr().Unmap().WithZone(""), p.Bits()))
		}
	}
	return all
}
