package config

import (
	"fmt"
	"io/fs"
	"strings"
)

// Sources is where settings come from. Nothing else is looked at: Load reads
// neither the process's own environment nor its disk.
type Sources struct {
	Flags   map[string][]string                // what each flag was given, by Setting.Path
	Environ []string                           // NAME=value, as os.Environ has them
	Open    func(name string) (fs.File, error) // os.Open, or a folder in memory
	User    string                             // who this process runs as, for faults about files
}

// given is a setting as one source gives it.
type given struct {
	setting Setting
	texts   []text
}

// text is a value before it is parsed, and where it stands.
type text struct{ value, where string }

func (s Setting) defaults() given {
	g := given{setting: s}
	if s.Default == "" {
		return g
	}
	for _, v := range s.split(s.Default) {
		g.texts = append(g.texts, text{v, "default of " + s.Path})
	}
	return g
}

// fromFlags keeps commas as they are: a list is a flag given several times, and
// a password may well have a comma.
func fromFlags(table settings, flags map[string][]string) []given {
	var all []given
	for _, s := range table {
		g := given{setting: s}
		for _, v := range flags[s.Path] {
			g.texts = append(g.texts, text{v, "--" + s.Flag()})
		}
		if len(g.texts) > 0 {
			all = append(all, g)
		}
	}
	return all
}

// fromEnviron takes an empty variable as one that is not set, as composers of
// containers pass on what their caller left out.
//
// An unknown variable is a warning and no fault: the file and the command line
// are the operator's alone, the environment is not. For a service called zerortc
// Kubernetes sets ZERORTC_SERVICE_HOST and ZERORTC_PORT in every container near
// it, and that must not keep the server from starting.
func fromEnviron(table settings, environ []string) (all []given, warnings []string) {
	values := map[string]string{}
	for _, line := range environ {
		name, value, _ := strings.Cut(line, "=")
		if strings.HasPrefix(name, EnvPrefix) && value != "" {
			values[name] = value
		}
	}
	var names []string
	for _, s := range table {
		names = append(names, s.Env())
		value, set := values[s.Env()]
		if !set {
			continue
		}
		delete(values, s.Env())
		g := given{setting: s}
		for _, v := range s.split(value) {
			g.texts = append(g.texts, text{v, s.Env()})
		}
		all = append(all, g)
	}
	return all, unknownVariables(values, names)
}

func unknownVariables(values map[string]string, names []string) (warnings []string) {
	for _, name := range sortedKeys(values) {
		warning := fmt.Sprintf("%s is no setting and was ignored", name)
		if near := Nearest(name, names); near != "" {
			warning += "; did you mean " + near + "?"
		}
		warnings = append(warnings, warning)
	}
	return warnings
}
