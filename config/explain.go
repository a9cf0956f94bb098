package config

import (
	"errors"
	"strings"
	"time"
)

// Value is a setting in force: what an operator wrote, or would write, and where
// that stands. What is secret is masked.
type Value struct {
	Setting Setting
	Texts   []string // none: unset
	Origins []string // of each text
}

// Explain is Load for people: every setting of the table with its value and where
// that comes from.
func Explain(src Sources) ([]Value, []string, error) {
	l := load(src)
	_, warnings, err := l.result()
	if err != nil {
		return nil, warnings, err
	}
	var all []Value
	for _, s := range l.table {
		v := Value{Setting: s}
		for _, t := range l.used[s.Path] {
			v.Texts = append(v.Texts, s.masked(t.value))
			v.Origins = append(v.Origins, standsAt(s, t.where))
		}
		all = append(all, v)
	}
	return all, warnings, nil
}

// standsAt is where a text stands, without the setting's own name.
func standsAt(s Setting, where string) string {
	if strings.HasPrefix(where, "default of ") {
		return "default"
	}
	return strings.TrimSuffix(where, ": "+s.Path)
}

// masked hides what is secret. Of a user the name is not.
func (s Setting) masked(text string) string {
	if !s.Secret {
		return text
	}
	if _, isUser := s.value.kind.(User); isUser {
		if name, _, found := strings.Cut(text, ":"); found {
			return name + ":" + stars
		}
	}
	return stars
}

// Kind is what sort of value a setting takes.
type Kind int

// The kinds. A word is one of few, which Words lists.
const (
	Text Kind = iota
	Word
	Number
	Size     // a number, or hundredths as in 90%
	Duration // a number of seconds, or a time as in 90s
)

// Kind tells what the setting takes, or each value of it if it is a list.
func (s Setting) Kind() Kind {
	if len(s.Words()) > 0 {
		return Word
	}
	switch s.value.kind.(type) {
	case int:
		return Number
	case Portion:
		return Size
	case time.Duration:
		return Duration
	}
	return Text
}

// Words are those that the setting may be, if there are only a few.
func (s Setting) Words() []string {
	var unknown unknownWord
	if err := s.value.add(&Config{}, "\x00"); errors.As(err, &unknown) {
		return unknown.words
	}
	return nil
}
