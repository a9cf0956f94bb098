package config

import (
	"fmt"
	"net"
	"net/netip"
	"slices"
	"strings"
)

// checkTogether looks at what no single value shows.
func (l *loader) checkTogether() {
	l.checkUsers()
	l.checkListeners()
	l.checkTLS()
	l.checkFamilies()
}

// checkFamilies finds addresses that would never be used: of those that stand for a whole
// family, or for the same address, the first is taken.
func (l *loader) checkFamilies() {
	type place struct {
		internal netip.Addr
		ipv4     bool
	}
	mapped := map[place]bool{}
	for _, p := range l.cfg.TURN.PublicIPs {
		at := place{p.Internal, p.External.Is4()}
		if p.Name != "" {
			continue // it may stand for either family
		}
		if mapped[at] {
			l.blame("turn.public-ip", bad(p.External.String()+" comes second for its addresses, and only the first would be told to clients",
				"keep one of each family, or write INTERNAL=ADDRESS for each address of this machine"))
		}
		mapped[at] = true
	}
	sent := map[bool]bool{}
	for _, server := range l.cfg.TURN.Alternates {
		if ipv4 := server.Addr().Is4(); sent[ipv4] {
			l.blame("turn.alternate-server", bad(server.String()+" is the second of its family, and clients would be sent to the first only",
				"keep one IPv4 and one IPv6 server"))
		} else {
			sent[ipv4] = true
		}
	}
}

// checkTLS wants what the mode needs.
func (l *loader) checkTLS() {
	t := l.cfg.TLS
	if t.Mode == TLSFiles && (t.Cert == "" || t.Key == "") {
		l.blame("tls.mode", bad("files needs tls.cert and tls.key", "name both files"))
	}
	if t.Mode == TLSACME && len(t.Domains) == 0 {
		l.blame("tls.mode", bad("acme needs tls.domains", "name the public names of this server"))
	}
}

// checkUsers wants each name once; with two passwords, one would never work.
func (l *loader) checkUsers() {
	seen := map[string]bool{}
	for _, user := range l.cfg.TURN.Users {
		if seen[user.Name] {
			l.blame("turn.users", bad(fmt.Sprintf("user %s is there twice", shown(user.Name)),
				"keep one, of those given outright and those in turn.users-file"))
		}
		seen[user.Name] = true
	}
}

// checkListeners finds an address that is wanted twice, which would else be
// reported as taken by another program. HTTP and TURN may share one: TURN has
// the UDP port, and the TCP port speaks both.
func (l *loader) checkListeners() {
	l.checkTwice("http.listen", l.cfg.HTTP.Listen)
	l.checkTwice("turn.listen", l.cfg.TURN.Listen)
	l.checkWithin()
	for _, address := range l.cfg.TURN.Listen {
		if slices.Contains(l.cfg.HTTP.Listen, address) && !isPortZero(address) {
			l.cfg.TURN.SharedTCP = append(l.cfg.TURN.SharedTCP, address)
		}
	}
}

func (l *loader) checkTwice(path string, listen []string) {
	seen := map[string]bool{}
	for _, address := range listen {
		if seen[address] {
			l.blame(path, bad(shown(address)+" is there twice", "give each listener a port of its own"))
		}
		seen[address] = !isPortZero(address)
	}
}

// checkWithin finds an address that is part of another: both want its TCP port, and
// the system would give it to the first only and call it taken, by us. It cannot be
// meant that the wider one takes it all: the narrower would be reached from outside.
func (l *loader) checkWithin() {
	all := slices.Concat(l.cfg.HTTP.Listen, l.cfg.TURN.Listen)
	for i, a := range all {
		for _, b := range all[:i] {
			if a == b || !within(a, b) && !within(b, a) {
				continue
			}
			path := "http.listen"
			if i >= len(l.cfg.HTTP.Listen) {
				path = "turn.listen"
			}
			l.blame(path, bad(fmt.Sprintf("%s and %s want the same TCP port", shown(b), shown(a)),
				"write both alike, then pages and TURN share it, or give each a port of its own"))
		}
	}
}

// within tells whether wide stands for every address, the narrow one too. The system
// listens on both families for 0.0.0.0 as for :: and no address at all.
func within(narrow, wide string) bool {
	host, port, _ := net.SplitHostPort(wide)
	addr, err := netip.ParseAddr(host)
	_, same, _ := net.SplitHostPort(narrow)
	return port == same && port != "0" && (err != nil || addr.Unmap().IsUnspecified())
}

// isPortZero tells an address whose port the system chooses.
func isPortZero(address string) bool { return strings.HasSuffix(address, ":0") }
