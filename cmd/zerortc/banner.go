package main

import (
	"fmt"
	"io"
	"net"
	"net/netip"
	"slices"
	"strings"

	"zerortc/config"
)

// banner is what people want to know of a server that has just started: which
// URLs to open or type into a client, and what a firewall has to let through.
type banner struct {
	pages, turn []netip.AddrPort // what is listened on
	lan         []netip.Addr     // the addresses of this machine, the best first
	iceHost     string           // named to clients instead of those, if set
	relays      config.PortRange
}

func (b banner) print(w io.Writer) {
	var text strings.Builder
	text.WriteString("zerortc is ready\n")
	line := func(name, format string, args ...any) {
		fmt.Fprintf(&text, "  %-11s%s\n", name, fmt.Sprintf(format, args...))
	}
	for _, at := range b.pages {
		for _, addr := range b.reached(at) {
			line("page", "http://%s/", addr)
		}
		if at.Addr().IsUnspecified() {
			line("page", "http://localhost:%d/", at.Port())
		}
	}
	for _, addr := range b.allReached(b.pages) {
		line("signaling", "ws://%s/ws", addr)
	}
	for _, addr := range b.allReached(b.pages) {
		line("ice", "http://%s/api/ice", addr)
	}
	for _, addr := range b.turnHosts() {
		line("turn", "turn:%s?transport=udp", addr)
		line("turn", "turn:%s?transport=tcp", addr)
	}
	line("firewall", "%s", b.firewall())
	io.WriteString(w, text.String())
}

// reached are the addresses and ports under which a listener is reached: its
// own, or all of the machine of the families that a wildcard stands for.
func (b banner) reached(at netip.AddrPort) (all []netip.AddrPort) {
	if !at.Addr().IsUnspecified() {
		return []netip.AddrPort{at}
	}
	for _, addr := range b.lan {
		if at.Addr().Is6() || addr.Is4() {
			all = append(all, netip.AddrPortFrom(addr, at.Port()))
		}
	}
	return all
}

func (b banner) allReached(listeners []netip.AddrPort) (all []netip.AddrPort) {
	for _, at := range listeners {
		all = append(all, b.reached(at)...)
	}
	return all
}

// turnHosts are the hosts and ports that clients find TURN at.
func (b banner) turnHosts() (hosts []string) {
	if b.iceHost == "" {
		for _, at := range b.allReached(b.turn) {
			hosts = append(hosts, at.String())
		}
		return hosts
	}
	for _, at := range b.turn {
		hosts = append(hosts, net.JoinHostPort(b.iceHost, fmt.Sprint(at.Port())))
	}
	return hosts
}

// firewall lists the ports to open. What listens on loopback needs none; relays
// stand where their listeners do.
func (b banner) firewall() string {
	var ports []string
	add := func(format string, args ...any) {
		if port := fmt.Sprintf(format, args...); !slices.Contains(ports, port) {
			ports = append(ports, port)
		}
	}
	outside := func(listeners []netip.AddrPort) []netip.AddrPort {
		return slices.DeleteFunc(slices.Clone(listeners), func(at netip.AddrPort) bool { return at.Addr().IsLoopback() })
	}
	for _, at := range outside(b.pages) {
		add("tcp %d", at.Port())
	}
	for _, at := range outside(b.turn) {
		add("tcp+udp %d", at.Port())
	}
	if len(outside(b.turn)) > 0 {
		add("udp %d-%d", b.relays.Min, b.relays.Max)
	}
	if len(ports) == 0 {
		return "nothing to open: only this machine is served"
	}
	return strings.Join(ports, ", ")
}

// addrPorts reads what net says of its listeners. IPv4 comes mapped into IPv6
// from some systems.
func addrPorts(addrs []net.Addr) (all []netip.AddrPort) {
	for _, addr := range addrs {
		if at, err := netip.ParseAddrPort(addr.String()); err == nil {
			all = append(all, netip.AddrPortFrom(at.Addr().Unmap(), at.Port()))
		}
	}
	return all
}
