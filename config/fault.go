package config

import (
	"fmt"
	"strings"
)

// Fault is one thing wrong with the settings, in the operator's words.
type Fault struct {
	Where  string // file:line:column, name of the variable, or flag
	What   string
	Remedy string
}

// Error is the fault on one line.
func (f Fault) Error() string {
	text := f.What
	if f.Where != "" {
		text = f.Where + ": " + text
	}
	if f.Remedy != "" {
		text += "; " + f.Remedy
	}
	return text
}

// Faults is everything wrong with the settings of all sources.
type Faults []Fault

// Error has a line for each fault.
func (fs Faults) Error() string {
	lines := make([]string, len(fs))
	for i, f := range fs {
		lines[i] = f.Error()
	}
	return strings.Join(lines, "\n")
}

// orNil keeps an empty list from becoming an error that is not nil.
func (fs Faults) orNil() error {
	if len(fs) == 0 {
		return nil
	}
	return fs
}

// atMost keeps a file of nothing but faults from flooding the terminal.
func (fs Faults) atMost(n int) Faults {
	if len(fs) <= n {
		return fs
	}
	more := Fault{Where: fs[n].Where, What: fmt.Sprintf("%d more faults from here on", len(fs)-n)}
	return append(fs[:n:n], more)
}

// bad is the fault of a value; whoever knows where it stood adds that.
func bad(what, remedy string) error { return Fault{What: what, Remedy: remedy} }

// shown is a value as a fault repeats it: quoted, and short. Never for secrets.
func shown(value string) string {
	const longest = 60
	if runes := []rune(value); len(runes) > longest {
		value = string(runes[:longest]) + "…"
	}
	return fmt.Sprintf("%q", value)
}
