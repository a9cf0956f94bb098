package config

import (
	"log/slog"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// RFC 8489 sections 14.3 and 14.9: what fits into the attributes.
const (
	maxUserName = 508
	maxRealm    = 763
)

// checkText is the rule for every value, before its own parser.
func checkText(text string) error {
	if text == "" {
		return bad("has no value", "give it one, or leave it out")
	}
	if !utf8.ValidString(text) || strings.ContainsFunc(text, unicode.IsControl) {
		return bad("holds bytes that are no text", "write it as UTF-8 on one line, without control characters")
	}
	return nil
}

// parseUser never repeats what it was given: half of it is a password.
func parseUser(text string) (User, error) {
	const remedy = "write it as name:password"
	name, password, found := strings.Cut(text, ":")
	switch {
	case !found:
		return User{}, bad("a user has no password", remedy)
	case name == "" || password == "":
		return User{}, bad("a user's name or password is empty", remedy)
	case len(name) > maxUserName:
		return User{}, bad("a user's name is longer than 508 bytes", "shorten it")
	}
	return User{Name: name, Password: NewSecret(password)}, nil
}

func parseSecret(text string) (Secret, error) { return NewSecret(text), nil }

func parseRealm(text string) (string, error) {
	if len(text) > maxRealm || strings.Contains(text, `"`) {
		return "", bad(shown(text)+" cannot be a realm", "write a short name without quotes, such as zerortc")
	}
	return text, nil
}

func parsePath(text string) (string, error) {
	if text == "~" || strings.HasPrefix(text, "~/") {
		return "", bad(shown(text)+" begins with ~, which only a shell understands", "write the whole path")
	}
	return text, nil
}

// ParseTTL reads a time as ice.ttl has it.
func ParseTTL(text string) (time.Duration, error) { return parseTTL(text) }

// parseTTL takes whole seconds: the protocols carry no smaller unit.
func parseTTL(text string) (time.Duration, error) {
	const remedy = "write it as 3600, 3600s or 1h"
	const longest = 365 * 24 * time.Hour
	withUnit := text
	if digits(text) {
		withUnit += "s"
	}
	ttl, err := time.ParseDuration(withUnit)
	switch {
	case err != nil:
		return 0, bad(shown(text)+" is not a time", remedy)
	case ttl < time.Second || ttl > longest:
		return 0, bad(shown(text)+" is not between a second and a year", remedy)
	case ttl%time.Second != 0:
		return 0, bad(shown(text)+" is not in whole seconds", remedy)
	}
	return ttl, nil
}

// parseWindow takes a time that may be none, of ten minutes at the most: so long
// memory is kept for somebody who may never come back.
func parseWindow(text string) (time.Duration, error) {
	const longest = 10 * time.Minute
	if text == "0" {
		return 0, nil
	}
	window, err := parseTTL(text)
	if err == nil && window > longest {
		err = bad(shown(text)+" is more than ten minutes", "write it as 30, 30s or 1m, or 0 for none")
	}
	return window, err
}

// parseWait takes a time to wait; a bare number is seconds.
func parseWait(text string) (time.Duration, error) {
	const longest = 24 * time.Hour
	withUnit := text
	if digits(text) {
		withUnit += "s"
	}
	wait, err := time.ParseDuration(withUnit)
	if err != nil || wait < 0 || wait > longest {
		return 0, bad(shown(text)+" is not a time between nothing and a day", "write it as 60, 60s or 5m")
	}
	return wait, nil
}

func parseLevel(text string) (slog.Level, error) {
	levels := map[string]slog.Level{
		"debug": slog.LevelDebug, "info": slog.LevelInfo, "warn": slog.LevelWarn, "error": slog.LevelError,
	}
	word, err := parseWord("debug", "info", "warn", "error")(text)
	return levels[word], err
}

// parseOff tells whether a switch is off.
func parseOff(text string) (bool, error) {
	word, err := parseWord("on", "off")(text)
	return word == "off", err
}

func parseOn(text string) (bool, error) {
	word, err := parseWord("on", "off")(text)
	return word == "on", err
}

// parseWhen takes a word for when something is shown.
func parseWhen(text string) (When, error) {
	word, err := parseWord(string(Auto), string(Always), string(Never))(text)
	return When(word), err
}

// unknownWord is the fault of a word that is none of those known.
type unknownWord struct {
	Fault
	words []string
}

// Unwrap has errors.As find the Fault.
func (u unknownWord) Unwrap() error { return u.Fault }

// parseWord takes one of a few words.
func parseWord(words ...string) func(string) (string, error) {
	return func(text string) (string, error) {
		if !slices.Contains(words, text) {
			return "", unknownWord{Fault{What: shown(text) + " is not known here", Remedy: "write " + strings.Join(words, " or ")}, words}
		}
		return text, nil
	}
}
