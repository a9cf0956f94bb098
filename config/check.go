package config

import (
	"fmt"
	"slices"
	"strings"
)

// checkTogether looks at what no single value shows.
func (l *loader) checkTogether() {
	l.checkUsers()
	l.checkListeners()
	l.checkTLS()
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

// isPortZero tells an address whose port the system chooses.
func isPortZero(address string) bool { return strings.HasSuffix(address, ":0") }
