package config

import (
	"fmt"
	"strings"
)

// checkTogether looks at what no single value shows.
func (l *loader) checkTogether() {
	l.checkUsers()
	l.checkListeners()
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
// reported as taken by another program.
func (l *loader) checkListeners() {
	seen := map[string]string{}
	claim := func(path string, listen []string) {
		for _, address := range listen {
			if first, twice := seen[address]; twice {
				l.blame(path, bad(shown(address)+" is already in "+first, "give each listener a port of its own"))
			}
			if !strings.HasSuffix(address, ":0") {
				seen[address] = path
			}
		}
	}
	claim("http.listen", l.cfg.HTTP.Listen)
	claim("turn.listen", l.cfg.TURN.Listen)
}
