package config

import (
	"fmt"
	"strings"
)

// need is the word that another setting has to be. The zero value is none.
type need struct {
	path, word string
	is         func(*Config) string
}

func (n need) unmet(c *Config) bool { return n.word != "" && n.is(c) != n.word }

func tlsMode(word string) need {
	return need{"tls.mode", word, func(c *Config) string { return c.TLS.Mode }}
}

func roomsAccess(word string) need {
	return need{"rooms.access", word, func(c *Config) string { return c.Rooms.Access }}
}

// idle is a warning about a setting that was given and counts for nothing, or empty. The
// lines of a file are not given: the file is.
func (l *loader) idle(s Setting) string {
	if !s.needs.unmet(&l.cfg) {
		return ""
	}
	for _, t := range l.used[s.Path] {
		if !l.ofFile(s, t) {
			return fmt.Sprintf("%s: counts only where %s is %s, and it is %s; change that, or leave this out",
				t.where, s.needs.path, s.needs.word, s.needs.is(&l.cfg))
		}
	}
	return ""
}

// ofFile tells whether a text is a line of the file that a setting may be given in.
func (l *loader) ofFile(s Setting, t text) bool {
	for _, file := range l.used[s.Path+"-file"] {
		if strings.HasPrefix(t.where, file.value+":") {
			return true
		}
	}
	return false
}
