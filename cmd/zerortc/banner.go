package main

import (
	"fmt"
	"net"
	"net/netip"
	"slices"

	"zerortc/cmd/lan"
	"zerortc/config"
	"zerortc/signaling/invite"
	"zerortc/web/certs"
)

// banner is what people want to know of a server that has just started: which
// URLs to open or type into a client, and what a firewall has to let through.
type banner struct {
	pages, turn []netip.AddrPort // what is listened on
	lan         []netip.Addr     // the addresses of this machine, the best first
	iceHost     string           // named to clients instead of those, if set
	relays      config.PortRange
	tls, plain  bool                   // spoken on the TCP ports
	covers      func(host string) bool // whether the certificate is for a host; nil: for none
	invites     *invite.Book           // nil: who knows a room's name may come
	peers       string                 // whom relays lead to
	trust       string                 // the fingerprint of the CA that devices have to trust, if there is one
}

func newBanner(cfg config.Config, pages []net.Addr, turn []netip.AddrPort, source certs.Source, invites *invite.Book) banner {
	b := banner{
		pages: addrPorts(pages), turn: turn, lan: lan.Addresses(), iceHost: cfg.ICE.Host, relays: cfg.TURN.RelayPorts,
		tls: source != nil, plain: source == nil || !cfg.HTTP.PlainOff, peers: peersLine(cfg.TURN), invites: invites,
	}
	if source != nil {
		b.covers = source.Covers
	}
	if ca := authority(source); ca != nil {
		b.trust = ca.Fingerprint()
	}
	return b
}

// covered tells whether TLS to a host:port can do without a warning: TURN clients
// cannot click one away.
func (b banner) covered(hostPort string) bool {
	host, _, err := net.SplitHostPort(hostPort)
	return err == nil && b.covers != nil && b.covers(host)
}

// line is one of the banner: what it is and where, or how.
type line struct{ name, value string }

// lines are the banner, pages first.
func (b banner) lines() (all []line) {
	add := func(name, format string, args ...any) {
		all = append(all, line{name, fmt.Sprintf(format, args...)})
	}
	b.addPages(add)
	for _, addr := range b.allReached(b.pages) {
		b.eachScheme(addr, func(s string) { add("signaling", "ws%s://%s/ws", s, addr) })
	}
	for _, addr := range b.allReached(b.pages) {
		b.eachScheme(addr, func(s string) { add("ice", "http%s://%s/api/ice", s, addr) })
	}
	b.addTURN(add)
	b.addTrust(add)
	add("peers", "%s", b.peers)
	add("firewall", "%s", b.firewall())
	return all
}

// addPages names pages by https where there is TLS: only there a browser gives
// them the camera. On localhost it does without.
func (b banner) addPages(add func(name, format string, args ...any)) {
	for _, at := range b.pages {
		for _, addr := range b.reached(at) {
			add("page", "http%s://%s/", b.safe(addr), addr)
		}
		if at.Addr().IsUnspecified() {
			add("page", "http://localhost:%d/", at.Port())
		}
	}
}

func (b banner) addTURN(add func(name, format string, args ...any)) {
	for _, addr := range b.turnHosts() {
		add("turn", "turn:%s?transport=udp", addr)
		add("turn", "turn:%s?transport=tcp", addr)
		if b.covered(addr) {
			add("turn", "turns:%s?transport=tcp", addr)
		}
	}
}

// addTrust says where devices come to trust us, by plain HTTP since they do
// not yet.
func (b banner) addTrust(add func(name, format string, args ...any)) {
	others := slices.DeleteFunc(b.allReached(b.pages), func(a netip.AddrPort) bool { return b.safe(a) == "" })
	if b.trust == "" || len(others) == 0 {
		return
	}
	for _, addr := range others {
		add("trust", "http://%s/trust", addr)
	}
	add("CA", "SHA-256 %s", b.trust)
}

// safe is the s of https for an address that needs it.
func (b banner) safe(addr netip.AddrPort) string {
	if b.tls && !addr.Addr().IsLoopback() {
		return "s"
	}
	return ""
}

// eachScheme calls f with the s of a secure scheme, without it, or both.
func (b banner) eachScheme(addr netip.AddrPort, f func(s string)) {
	if b.safe(addr) != "" {
		f("s")
		if !b.plain {
			return
		}
	}
	f("")
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

// firewall is what to open, in a line.
func (b banner) firewall() string {
	return openings(b.pages, b.turn, b.relays).String()
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
