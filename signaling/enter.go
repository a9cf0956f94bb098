package signaling

import (
	"errors"
	"net/netip"
	"time"
)

// Why somebody may not enter a room that has a PIN.
var (
	ErrNoPIN          = errors.New("the room has a PIN")
	ErrWrongPIN       = errors.New("the room has another PIN")
	ErrTooManyGuesses = errors.New("too many wrong PINs from this address")
)

// MayEnter tells whether somebody from an address knows the PIN of a room, as text,
// if it has one. Wrong ones count like those in a join, and so does the pause that
// they bring.
func (s *Server) MayEnter(from netip.Addr, room, text string, now time.Time) error {
	v := s.hub.named(room)
	if v == nil {
		return nil
	}
	v.mu.Lock()
	want := v.record.pin
	v.mu.Unlock()
	if want == (pin{}) {
		return nil
	}
	if text == "" {
		return ErrNoPIN
	}
	switch s.hub.guests.guess(from, want, newPIN(text), now) {
	case none:
		return nil
	case tooManyGuesses:
		return ErrTooManyGuesses
	default:
		return ErrWrongPIN
	}
}

// named finds the room that a text names: one called that, or, if there is none, a
// number. It is nil where there is neither.
func (h *hub) named(room string) *view {
	if v := h.views.get(value{text: room}); v != nil {
		return v
	}
	number, why := parseNumber([]byte(room))
	if why != none {
		return nil
	}
	return h.views.get(number.value)
}
