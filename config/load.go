package config

import (
	"errors"
	"fmt"
	"maps"
	"slices"
)

// Load makes the settings of all sources into one Config: built-in default, then
// credentials of the service manager, then file, then environment, then flags, each
// laid over the one before; a list is replaced, never mixed. It returns warnings in the
// operator's words, and an error of type Faults that holds everything wrong anywhere.
func Load(src Sources) (Config, []string, error) { return load(src).result() }

func load(src Sources) *loader {
	l := &loader{src: src, table: Settings(), doubts: map[string][]string{}, used: map[string][]text{}}
	flags := fromFlags(l.table, src.Flags)
	env, warnings := fromEnviron(l.table, src.Environ)
	l.warnings = warnings
	for _, s := range l.table {
		l.apply(s.defaults())
	}
	for _, g := range slices.Concat(l.fromCredentials(), l.fromFile(fileName(env, flags)), env, flags) {
		l.apply(g)
	}
	l.secretFiles()
	l.checkTogether()
	return l
}

func (l *loader) result() (Config, []string, error) {
	warnings := append(l.warnings, l.allDoubts()...)
	if err := l.faults.orNil(); err != nil {
		return Config{}, warnings, err
	}
	return l.cfg, warnings, nil
}

// loader is a Load under way.
type loader struct {
	src      Sources
	table    settings
	cfg      Config
	faults   Faults
	warnings []string
	doubts   map[string][]string // warnings about the values in use, by path
	used     map[string][]text   // the values in use, by path
}

// fileName is the settings file that the highest source names.
func fileName(sources ...[]given) (name text) {
	for _, source := range sources {
		for _, g := range source {
			if g.setting.Path == "config" {
				name = g.texts[len(g.texts)-1]
			}
		}
	}
	return name
}

// fromFile reads the settings file, if there is one.
func (l *loader) fromFile(name text) []given {
	if name.value == "" {
		return nil
	}
	content, mode, err := l.readFile(name.value, maxFileSize)
	if err != nil {
		l.blame(name.where+" "+name.value, err)
		return nil
	}
	all, faults := parseFile(l.table, name.value, content)
	l.faults = append(l.faults, faults...)
	holdsSecrets := slices.ContainsFunc(all, func(g given) bool { return g.setting.Secret })
	if holdsSecrets && readableByAll(mode) {
		l.warnReadable(name.value)
	}
	return all
}

// apply lays what a source gives for one setting over what was there.
func (l *loader) apply(g given) {
	g.setting.value.reset(&l.cfg)
	delete(l.doubts, g.setting.Path)
	delete(l.used, g.setting.Path)
	if len(g.texts) > 1 && !g.setting.Repeatable {
		l.blame(g.texts[1].where, bad("is given more than once", "keep one"))
	}
	l.add(g.setting, g.texts)
}

// add puts texts into the setting's place in the Config.
func (l *loader) add(s Setting, texts []text) {
	l.used[s.Path] = append(l.used[s.Path], texts...)
	for _, t := range texts {
		err := checkText(t.value)
		if err == nil {
			err = s.value.add(&l.cfg, t.value)
		}
		if err != nil {
			l.blame(t.where, err)
			continue
		}
		l.doubt(s, t)
	}
}

// doubt notes what is accepted, but hardly meant.
func (l *loader) doubt(s Setting, t text) {
	if s.doubt == nil {
		return
	}
	if doubt := s.doubt(t.value); doubt != "" {
		l.doubts[s.Path] = append(l.doubts[s.Path], t.where+": "+doubt)
	}
}

// allDoubts are the doubts about the values in use, in the order of the table. What does
// not count at all may be as it likes.
func (l *loader) allDoubts() (doubts []string) {
	for _, s := range l.table {
		if idle := l.idle(s); idle != "" {
			doubts = append(doubts, idle)
		} else if !s.needs.unmet(&l.cfg) {
			doubts = append(doubts, l.doubts[s.Path]...)
		}
		if s.Secret && len(l.src.Flags[s.Path]) > 0 {
			doubts = append(doubts, fmt.Sprintf(
				"--%s: every user of this machine sees it in the process list; use --%[1]s-file", s.Flag()))
		}
	}
	return doubts
}

// blame notes a fault at its place.
func (l *loader) blame(where string, err error) {
	fault := Fault{What: err.Error()}
	errors.As(err, &fault)
	fault.Where = where
	l.faults = append(l.faults, fault)
}

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
