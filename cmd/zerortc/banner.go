package main

import (
	"fmt"
	"net"
	"net/netip"
	"slices"
	"strings"

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
	names       []string         // that a certificate from elsewhere is for
	local       string           // the name in the local network, if it has one
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
		covers: covers(source), names: publicNames(cfg.TLS),
	}
	if ca := authority(source); ca != nil {
		b.trust = ca.Fingerprint()
	}
	return b
}

// publicNames are those that the operator's certificate is for: who opens an address
// instead is warned.
func publicNames(cfg config.TLS) []string {
	switch cfg.Mode {
	case config.TLSACME:
		return cfg.Domains
	case config.TLSFiles:
		return namesIn(cfg.Cert)
	}
	return nil
}

// covered tells whether the certificate is for the host of a door: TURN clients
// cannot click a warning away.
func (b banner) covered(d door) bool { return b.covers != nil && b.covers(d.host) }

// line is one of the banner: what it is and where, or how.
type line struct{ name, value string }

// lines are the banner, pages first.
func (b banner) lines() (all []line) {
	add := func(name, format string, args ...any) {
		all = append(all, line{name, fmt.Sprintf(format, args...)})
	}
	b.addPages(add)
	for _, d := range b.allReached(b.pages) {
		b.eachScheme(d, func(s string) { add("signaling", "ws%s://%s/ws", s, d) })
	}
	for _, d := range b.allReached(b.pages) {
		b.eachScheme(d, func(s string) { add("ice", "http%s://%s/api/ice", s, d) })
	}
	b.addTURN(add)
	b.addTrust(add)
	b.addUncovered(add)
	add("peers", "%s", b.peers)
	add("firewall", "%s", b.firewall())
	return all
}

// addPages names pages by https where there is TLS: only there a browser gives
// them the camera. On localhost it does without.
func (b banner) addPages(add func(name, format string, args ...any)) {
	var all []door
	for _, at := range b.pages {
		all = append(all, b.reached(at)...)
		if b.local != "" && !at.Addr().IsLoopback() {
			all = append(all, door{b.local, at.Port()}) // behind the addresses: not every device asks by mDNS
		}
		if at.Addr().IsUnspecified() {
			all = append(all, door{"localhost", at.Port()})
		}
	}
	for _, d := range b.bestFirst(all) {
		add("page", "http%s://%s/", b.safe(d), d)
	}
}

func (b banner) addTURN(add func(name, format string, args ...any)) {
	for _, d := range b.turnDoors() {
		add("turn", "turn:%s?transport=udp", d)
		add("turn", "turn:%s?transport=tcp", d)
		if b.covered(d) {
			add("turn", "turns:%s?transport=tcp", d)
		}
	}
}

// addTrust says where devices come to trust us, by plain HTTP since they do
// not yet.
func (b banner) addTrust(add func(name, format string, args ...any)) {
	others := slices.DeleteFunc(b.allReached(b.pages), func(d door) bool { return b.safe(d) == "" })
	if b.trust == "" || len(others) == 0 {
		return
	}
	for _, d := range others {
		add("trust", "http://%s/trust", d)
	}
	add("CA", "SHA-256 %s", b.trust)
}

// addUncovered names the hosts of the pages where browsers warn of the certificate,
// whatever a device trusts, and what helps.
func (b banner) addUncovered(add func(name, format string, args ...any)) {
	var hosts []string
	for _, d := range b.allReached(b.pages) {
		if b.safe(d) != "" && !b.covered(d) && !slices.Contains(hosts, d.host) {
			hosts = append(hosts, d.host)
		}
	}
	switch {
	case len(hosts) == 0:
	case b.trust != "":
		add("uncovered", "%s: not in the certificate, so browsers warn there; tls.permit helps before the CA is made", strings.Join(hosts, ", "))
	default:
		add("uncovered", "%s: not in the certificate, so browsers warn there; open the page by a name that is", strings.Join(hosts, ", "))
	}
}

// safe is the s of https for a door that needs it.
func (b banner) safe(d door) string {
	if b.tls && !d.isLoopback() {
		return "s"
	}
	return ""
}

// eachScheme calls f with the s of a secure scheme, without it, or both.
func (b banner) eachScheme(d door, f func(s string)) {
	if b.safe(d) != "" {
		f("s")
		if !b.plain {
			return
		}
	}
	f("")
}

// door is a host, a name or an address, and a port by which a listener is reached.
type door struct {
	host string
	port uint16
}

func (d door) String() string { return net.JoinHostPort(d.host, fmt.Sprint(d.port)) }

func (d door) isLoopback() bool {
	addr, err := netip.ParseAddr(d.host)
	return d.host == "localhost" || err == nil && addr.IsLoopback()
}

// reached are the doors of a listener: the names, and its own address, or all of the
// machine of the families that a wildcard stands for.
func (b banner) reached(at netip.AddrPort) (all []door) {
	if at.Addr().IsLoopback() {
		return []door{{at.Addr().String(), at.Port()}}
	}
	for _, name := range b.names {
		all = append(all, door{name, at.Port()})
	}
	if !at.Addr().IsUnspecified() {
		return append(all, door{at.Addr().String(), at.Port()})
	}
	for _, addr := range b.lan {
		if at.Addr().Is6() || addr.Is4() {
			all = append(all, door{addr.String(), at.Port()})
		}
	}
	return all
}

// allReached are the doors of all listeners, the best first.
func (b banner) allReached(listeners []netip.AddrPort) (all []door) {
	for _, at := range listeners {
		all = append(all, b.reached(at)...)
	}
	return b.bestFirst(all)
}

// bestFirst has those doors first that the certificate is for: the first one of the
// pages is that of the room and of the code.
func (b banner) bestFirst(doors []door) []door {
	slices.SortStableFunc(doors, func(x, y door) int { return b.rank(x) - b.rank(y) })
	return doors
}

// rank is lower for a door that more people get through without a warning.
func (b banner) rank(d door) int {
	switch {
	case d.isLoopback():
		return 2 // for this machine only
	case b.tls && !b.covered(d):
		return 1
	}
	return 0
}

// turnDoors are where clients find TURN.
func (b banner) turnDoors() (doors []door) {
	if b.iceHost == "" {
		return b.allReached(b.turn)
	}
	for _, at := range b.turn {
		doors = append(doors, door{b.iceHost, at.Port()})
	}
	return doors
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
