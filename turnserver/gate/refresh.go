package gate

import (
	"errors"
	"time"

	"github.com/pion/stun"

	"zerortc/turnserver/engine"
)

// refresh prolongs or ends an allocation (RFC 8656 section 8).
func (g *Gate) refresh(r *request) ([]stun.Setter, error) {
	s, err := g.holder(r)
	if r.user != "" && g.ends.has(r) {
		// A copy that comes late must not end the next allocation either.
		return []stun.Setter{lifetimeAttribute(0)}, nil
	}
	if err != nil {
		return nil, err
	}
	if f, err := r.family(); err != nil || f != anyFamily && f != familyOf(s.relay.Advertised().Addr()) {
		return nil, peerFamilyMismatch // RFC 8656 section 8.2
	}
	if r.asksForEnd() {
		return g.finish(r, s)
	}
	lifetime, err := r.lifetime()
	if err != nil {
		return nil, err
	}
	end := time.Now().Add(lifetime) // the engine counts from later on
	if err := s.allocation.Refresh(lifetime); err != nil {
		return nil, gone(err)
	}
	s.setEnd(end)
	g.rules.ledger.refreshed(s)
	return []stun.Setter{lifetimeAttribute(lifetime)}, nil
}

// finish ends the allocation and keeps the answer for a while.
func (g *Gate) finish(r *request, s *session) ([]stun.Setter, error) {
	if err := s.end(ByClient); err != nil {
		return nil, gone(err)
	}
	g.ends.note(r)
	return []stun.Setter{lifetimeAttribute(0)}, nil
}

// gone is the answer when an allocation has ended while its request was on the
// way.
func gone(err error) error {
	if errors.Is(err, engine.ErrGone) {
		return allocationMismatch
	}
	return err
}
