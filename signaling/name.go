package signaling

import (
	"encoding/json"
	"strconv"
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
	// encoding/json turns every half of a surrogate pair into U+FFFD, which
	// would make different names equal. RFC 7493 section 2.1 rules halves out.
	if halfSurrogate(raw) {
		return name{}, badFrame
	}
	var text string
	if json.Unmarshal(raw, &text) != nil {
		return name{}, badFrame
	}
	return name{value{text: text}, string(raw)}, none
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
