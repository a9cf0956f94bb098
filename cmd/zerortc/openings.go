package main

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"zerortc/config"
)

// opening is a port, or a range of them, that a firewall has to let through to this
// machine.
type opening struct {
	tcp, udp bool
	from, to uint16
}

// opened is everything a firewall has to let through.
type opened []opening

// openings are those of the listeners, TCP for pages and both for TURN, and of the
// relays, which stand where the TURN listeners do. What listens on loopback needs none.
func openings(pages, turn []netip.AddrPort, relays config.PortRange) (all opened) {
	pages, turn = outside(pages), outside(turn)
	for _, at := range pages {
		if !slices.ContainsFunc(turn, func(t netip.AddrPort) bool { return t.Port() == at.Port() }) {
			all = all.with(opening{tcp: true, from: at.Port(), to: at.Port()})
		}
	}
	for _, at := range turn {
		all = all.with(opening{tcp: true, udp: true, from: at.Port(), to: at.Port()})
	}
	if len(turn) > 0 {
		all = all.with(opening{udp: true, from: relays.Min, to: relays.Max})
	}
	return all
}

func outside(listeners []netip.AddrPort) []netip.AddrPort {
	return slices.DeleteFunc(slices.Clone(listeners), func(at netip.AddrPort) bool { return at.Addr().IsLoopback() })
}

// with leaves out what is there already.
func (all opened) with(o opening) opened {
	if slices.Contains(all, o) {
		return all
	}
	return append(all, o)
}

// String is for people.
func (all opened) String() string {
	if len(all) == 0 {
		return "nothing to open: only this machine is served"
	}
	var parts []string
	for _, o := range all {
		parts = append(parts, strings.Join(o.protocols(), "+")+" "+o.ports("-"))
	}
	return strings.Join(parts, ", ")
}

func (o opening) protocols() (names []string) {
	if o.tcp {
		names = append(names, "tcp")
	}
	if o.udp {
		names = append(names, "udp")
	}
	return names
}

// ports is the port, or the range in the spelling of a firewall.
func (o opening) ports(between string) string {
	if o.from == o.to {
		return fmt.Sprint(o.from)
	}
	return fmt.Sprintf("%d%s%d", o.from, between, o.to)
}
