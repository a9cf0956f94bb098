package signaling

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf16"
)

// name is a roomId or a uid: what it means, which is compared, and how its
// client spelled it, which is what others receive.
type name struct {
	value value
	raw   string
}

// value is what a name means. It is comparable, so it serves as a map key; 0 and
// -0 are one key.
//
// Numbers are compared as IEEE 754 doubles. A browser reads every number as one
// and sends back what it read, so an exact comparison of 9007199254740993 would
// lose the very peer that echoes it (RFC 8259 section 6).
type value struct {
	isNumber bool
	number   float64
	text     string
}

// plain is the name as people write it: a text without quotes, a number as it was
// spelled.
func (n name) plain() string {
	if n.value.isNumber {
		return n.raw
	}
	return n.value.text
}

// hash stands for a name where the name itself is nobody's business.
func (v value) hash() string {
	text := v.text
	if v.isNumber {
		text = strconv.FormatFloat(v.number, 'g', -1, 64)
	}
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:4])
}

// is tells whether two names mean the same.
func (n name) is(other name) bool { return n.value == other.value }

// parseName reads a name from one valid JSON value without space around it.
func parseName(raw []byte, maxBytes int) (name, reason) {
	switch {
	case len(raw) == 0:
		return name{}, badFrame
	case len(raw) > maxBytes:
		return name{}, nameTooLong
	case raw[0] == '"':
		return parseText(raw)
	case raw[0] == '-' || '0' <= raw[0] && raw[0] <= '9':
		return parseNumber(raw)
	default: // null, true, false, {…}, […]
		return name{}, badFrame
	}
}

func parseText(raw []byte) (name, reason) {
	spelled := string(raw)
	text := spelled[1 : len(spelled)-1] // shares its memory
	if strings.IndexByte(text, '\\') >= 0 {
		// encoding/json turns every half of a surrogate pair into U+FFFD, which
		// would make different names equal. RFC 7493 section 2.1 rules halves out.
		if halfSurrogate(raw) || json.Unmarshal(raw, &text) != nil {
			return name{}, badFrame
		}
	}
	// They would disturb whatever shows the name: a log, a terminal, a page.
	if strings.IndexFunc(text, unicode.IsControl) >= 0 {
		return name{}, badName
	}
	return name{value{text: text}, spelled}, none
}

func parseNumber(raw []byte) (name, reason) {
	number, err := strconv.ParseFloat(string(raw), 64)
	if err != nil { // 1e999: a browser reads Infinity and cannot send it back
		return name{}, badFrame
	}
	return name{value{isNumber: true, number: number}, string(raw)}, none
}

// halfSurrogate tells whether a valid JSON string holds a \u escape of one half
// of a surrogate pair without the other half right behind it.
func halfSurrogate(raw []byte) bool {
	for i := 0; i < len(raw); i++ {
		if raw[i] != '\\' {
			continue
		}
		first := escaped(raw[i:])
		if !utf16.IsSurrogate(first) {
			i++ // the escaped character may be a backslash
			continue
		}
		if utf16.DecodeRune(first, escaped(raw[i+6:])) == '\uFFFD' {
			return true
		}
		i += 11
	}
	return false
}

// escaped is the character of the \uXXXX at the start of raw, or zero.
func escaped(raw []byte) rune {
	if len(raw) < 6 || raw[0] != '\\' || raw[1] != 'u' {
		return 0
	}
	code, err := strconv.ParseUint(string(raw[2:6]), 16, 16)
	if err != nil {
		return 0
	}
	return rune(code)
}
