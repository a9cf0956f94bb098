package config

import (
	"reflect"
	"strings"
)

// Setting is one row of the table: a setting with its three spellings, its help
// and its way into the Config.
type Setting struct {
	Path       string // section.name, as the file spells it
	Usage      string // the placeholder of the value in `backquotes`
	Default    string // as an operator would write it; empty: unset
	Repeatable bool   // a list in the file, separated by commas in the environment
	Secret     bool   // never shown, not even where it is wrong
	NotInFile  bool
	Credential bool // names a file that the service manager may hand in
	Live       bool // a running server takes a new value when it reloads
	value      value
	doubt      func(text string) string // a warning about a value that is accepted
	needs      need                     // what another setting has to be for this one to count
}

// EnvPrefix begins the name of every variable that is a setting.
const EnvPrefix = "ZERORTC_"

// Flag is the name of the setting's flag, without the dashes before it.
func (s Setting) Flag() string { return strings.ReplaceAll(s.Path, ".", "-") }

// Env is the name of the setting's variable in the environment.
func (s Setting) Env() string {
	return EnvPrefix + strings.ToUpper(strings.NewReplacer(".", "_", "-", "_").Replace(s.Path))
}

// split makes the values out of a text that can hold several.
func (s Setting) split(text string) []string {
	if !s.Repeatable {
		return []string{text}
	}
	values := strings.Split(text, ",")
	for i := range values {
		values[i] = strings.TrimSpace(values[i])
	}
	return values
}

// value is the way of a setting into the Config: reset empties the field, add
// checks one text and puts it there. same compares the field of two, take gives
// it the value of another.
type value struct {
	reset func(*Config)
	add   func(*Config, string) error
	same  func(a, b *Config) bool
	take  func(to, from *Config)
	kind  any // a zero value of the sort that the field holds, or each item of it
}

// one is the value of a setting that stands in a single field.
func one[T any](field func(*Config) *T, parse func(string) (T, error)) value {
	return value{
		reset: func(c *Config) { *field(c) = *new(T) },
		add: func(c *Config, text string) (err error) {
			*field(c), err = parse(text)
			return err
		},
		same: sameField(field),
		take: takeField(field),
		kind: *new(T),
	}
}

// many is the value of a setting that is a list.
func many[L ~[]T, T any](field func(*Config) *L, parse func(string) (T, error)) value {
	return value{
		reset: func(c *Config) { *field(c) = nil },
		add: func(c *Config, text string) error {
			item, err := parse(text)
			if err != nil {
				return err
			}
			*field(c) = append(*field(c), item)
			return nil
		},
		same: sameField(field),
		take: takeField(field),
		kind: *new(T),
	}
}

func sameField[T any](field func(*Config) *T) func(a, b *Config) bool {
	return func(a, b *Config) bool { return reflect.DeepEqual(*field(a), *field(b)) }
}

func takeField[T any](field func(*Config) *T) func(to, from *Config) {
	return func(to, from *Config) { *field(to) = *field(from) }
}

// settings is the table with what reading it needs.
type settings []Setting

func (ss settings) find(path string) (Setting, bool) {
	for _, s := range ss {
		if s.Path == path {
			return s, true
		}
	}
	return Setting{}, false
}

// hasSection tells whether name is the part of some path before the dot.
func (ss settings) hasSection(name string) bool {
	for _, s := range ss {
		if strings.HasPrefix(s.Path, name+".") {
			return true
		}
	}
	return false
}
