package logs

import (
	"fmt"
	"io"
	"strings"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"
)

// escaping is the last thing before the log. The handlers quote what would end a
// line; package json leaves characters as they are that a terminal obeys (C1
// controls, DEL) or that turn text around, since JSON allows them. Such a character
// stands in a string, where \u and its number mean the same.
type escaping struct{ w io.Writer }

// Write implements io.Writer. The handlers write one record at a time.
func (e escaping) Write(line []byte) (int, error) {
	if clean := plain(line); clean != "" {
		_, err := io.WriteString(e.w, clean)
		return len(line), err
	}
	return e.w.Write(line)
}

// plain is the line without what cannot be printed, or empty if it has no such thing.
func plain(line []byte) string {
	body := line
	if n := len(line) - 1; n >= 0 && line[n] == '\n' {
		body = line[:n]
	}
	if !needsEscape(body) {
		return ""
	}
	var b strings.Builder
	for rest := body; len(rest) > 0; {
		r, size := utf8.DecodeRune(rest)
		switch {
		case unicode.IsPrint(r) && !isBroken(r, size):
			b.Write(rest[:size])
		case r > 0xFFFF:
			high, low := utf16.EncodeRune(r)
			fmt.Fprintf(&b, `\u%04x\u%04x`, high, low)
		default:
			fmt.Fprintf(&b, `\u%04x`, r)
		}
		rest = rest[size:]
	}
	b.Write(line[len(body):])
	return b.String()
}

// isBroken tells a byte that is no UTF-8.
func isBroken(r rune, size int) bool { return r == utf8.RuneError && size == 1 }

func needsEscape(body []byte) bool {
	for i := 0; i < len(body); {
		if c := body[i]; c >= ' ' && c < 0x7f {
			i++
			continue
		}
		r, size := utf8.DecodeRune(body[i:])
		if !unicode.IsPrint(r) || isBroken(r, size) {
			return true
		}
		i += size
	}
	return false
}
