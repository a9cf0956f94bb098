package signaling

import "unicode/utf8"

// scanner reads one JSON text (RFC 8259) in a single pass: it checks all of it
// and notes where the members of the outermost object are. It allocates nothing.
type scanner struct {
	raw   []byte
	at    int
	depth int
	kinds uint64 // bit n is set where level n is an object
	most  int    // the greatest depth allowed, 64 at most
	deep  bool   // it was exceeded
}

// deepest is how deep a scanner can go: a bit for each level.
const deepest = 64

// scan calls member for each member of the outermost object, with the member's
// name and value as they stand in raw. isObject tells whether the text is an
// object at all.
func scan(raw []byte, depth int, member func(name, value []byte)) (isObject bool, why reason) {
	s := scanner{raw: raw, most: min(depth, deepest)}
	s.space()
	isObject = s.at < len(raw) && raw[s.at] == '{'
	ok := s.value(member)
	s.space()
	switch {
	case s.deep:
		return isObject, tooDeep
	case !ok || s.at != len(raw):
		return isObject, badJSON
	default:
		return isObject, none
	}
}

// value reads a value with all that is in it.
func (s *scanner) value(member func(name, value []byte)) bool {
	var name []byte // of the outermost object's member that is being read
	var from int    // where its value begins
	for {
		// Here a value begins.
		s.space()
		if s.at >= len(s.raw) {
			return false
		}
		opened := false
		switch c := s.raw[s.at]; c {
		case '{', '[':
			if !s.open(c == '{') {
				return false
			}
			opened = true
		case '"':
			if !s.text() {
				return false
			}
		case 't', 'f', 'n':
			if !s.word() {
				return false
			}
		default:
			if !s.number() {
				return false
			}
		}
		// Here a value has ended, or an object or array begun.
		for {
			if s.depth == 0 {
				return true
			}
			if !opened && s.depth == 1 && name != nil {
				member(name, s.raw[from:s.at])
				name = nil
			}
			s.space()
			if s.at >= len(s.raw) {
				return false
			}
			c := s.raw[s.at]
			if s.closes(c) {
				s.at++
				s.depth--
				opened = false
				continue
			}
			if !opened {
				if c != ',' {
					return false
				}
				s.at++
			}
			break
		}
		if s.inObject() {
			key, ok := s.key()
			if !ok {
				return false
			}
			if s.depth == 1 {
				s.space()
				name, from = key, s.at
			}
		}
	}
}

// open begins an object or array.
func (s *scanner) open(object bool) bool {
	if s.depth == s.most {
		s.deep = true
		return false
	}
	bit := uint64(1) << s.depth
	s.kinds &^= bit
	if object {
		s.kinds |= bit
	}
	s.depth++
	s.at++
	return true
}

func (s *scanner) inObject() bool { return s.kinds>>(s.depth-1)&1 == 1 }

// closes tells whether c ends the object or array that is being read.
func (s *scanner) closes(c byte) bool {
	return c == '}' && s.inObject() || c == ']' && !s.inObject()
}

// key reads a member's name and the colon behind it.
func (s *scanner) key() (key []byte, ok bool) {
	s.space()
	from := s.at
	if s.at >= len(s.raw) || s.raw[s.at] != '"' || !s.text() {
		return nil, false
	}
	key = s.raw[from:s.at]
	s.space()
	if s.at >= len(s.raw) || s.raw[s.at] != ':' {
		return nil, false
	}
	s.at++
	return key, true
}

func (s *scanner) space() {
	for s.at < len(s.raw) {
		switch s.raw[s.at] {
		case ' ', '\t', '\n', '\r':
			s.at++
		default:
			return
		}
	}
}

// plain marks the bytes that stand for themselves in a string.
var plain = func() (table [256]bool) {
	for c := 0x20; c < utf8.RuneSelf; c++ {
		table[c] = c != '"' && c != '\\'
	}
	return table
}()

// text reads a string. Its bytes are UTF-8: a browser fails a socket on others
// (RFC 6455 section 8.1), so passing them on would hurt the receiver.
func (s *scanner) text() bool {
	raw := s.raw
	for at := s.at + 1; at < len(raw); {
		switch c := raw[at]; {
		case plain[c]:
			at++
		case c == '"':
			s.at = at + 1
			return true
		case c == '\\':
			size := escape(raw[at:])
			if size == 0 {
				return false
			}
			at += size
		case c < utf8.RuneSelf:
			return false // a control character
		default:
			r, size := utf8.DecodeRune(raw[at:])
			if r == utf8.RuneError && size == 1 {
				return false
			}
			at += size
		}
	}
	return false
}

// escape is the length of the escape at the start of raw, zero if there is none.
func escape(raw []byte) int {
	if len(raw) < 2 {
		return 0
	}
	switch raw[1] {
	case '"', '\\', '/', 'b', 'f', 'n', 'r', 't':
		return 2
	case 'u':
		if len(raw) < 6 {
			return 0
		}
		for _, c := range raw[2:6] {
			if !('0' <= c && c <= '9' || 'a' <= c|0x20 && c|0x20 <= 'f') {
				return 0
			}
		}
		return 6
	default:
		return 0
	}
}

// word reads true, false or null.
func (s *scanner) word() bool {
	for _, word := range [...]string{"true", "false", "null"} {
		if len(s.raw)-s.at >= len(word) && string(s.raw[s.at:s.at+len(word)]) == word {
			s.at += len(word)
			return true
		}
	}
	return false
}

// number reads a number: no sign but minus, no leading zero, no bare point.
func (s *scanner) number() bool {
	if s.is('-') {
		s.at++
	}
	if s.is('0') {
		s.at++
	} else if !s.digits() {
		return false
	}
	if s.is('.') {
		s.at++
		if !s.digits() {
			return false
		}
	}
	if s.is('e') || s.is('E') {
		s.at++
		if s.is('+') || s.is('-') {
			s.at++
		}
		return s.digits()
	}
	return true
}

func (s *scanner) is(c byte) bool { return s.at < len(s.raw) && s.raw[s.at] == c }

// digits reads one digit or more.
func (s *scanner) digits() bool {
	from := s.at
	for s.at < len(s.raw) && '0' <= s.raw[s.at] && s.raw[s.at] <= '9' {
		s.at++
	}
	return s.at > from
}
