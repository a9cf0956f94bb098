// Package check looks at what a server would meet if it started now with given
// settings: whether its ports are free, its certificate good, its state folder
// writable. It changes nothing: what it opens it closes at once, and it writes
// nowhere.
package check

import (
	"zerortc/cmd/finding"
	"zerortc/config"
)

// Start is a start that is looked at before it is made.
type Start struct {
	Config   config.Config
	Warnings []string // of the settings
	Folder   string   // the state folder; empty: there is none
	// Running tells of a listener address whether a server that is known holds it:
	// it would be free after a restart. Nil: no server is known.
	Running func(address string) bool
}

// Look looks at all of it.
func Look(s Start) (list finding.List) {
	list = append(list, s.settings()...)
	list = append(list, s.ports()...)
	list = append(list, s.relays())
	list = append(list, s.certificate()...)
	return append(list, s.state()...)
}

// settings repeats the warnings of the start.
func (s Start) settings() (list finding.List) {
	if s.Config.File == "" {
		list = append(list, finding.Good("settings", "no file; flags, environment and defaults"))
	} else {
		list = append(list, finding.Good("settings", "%s", s.Config.File))
	}
	for _, w := range s.Warnings {
		list = append(list, finding.Worth("settings", w, ""))
	}
	return list
}
