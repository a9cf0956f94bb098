package gate

import (
	"errors"

	"github.com/pion/stun"

	"zerortc/turnserver/engine"
)

// refresh prolongs or ends an allocation (RFC 8656 section 8).
func (g *Gate) refresh(r *request) ([]stun.Setter, error) {
	s, err := g.holder(r)
	if err != nil {
		return nil, err
	}
	if err := r.checkFamily(); err != nil {
		return nil, peerFamilyMismatch
	}
	if r.asksForEnd() {
		return []stun.Setter{lifetimeAttribute(0)}, gone(s.allocation.Close())
	}
	lifetime, err := r.lifetime()
	if err != nil {
		return nil, err
	}
	return []stun.Setter{lifetimeAttribute(lifetime)}, gone(s.allocation.Refresh(lifetime))
}

// gone is the answer when an allocation has ended while its request was on the
// way.
func gone(err error) error {
	if errors.Is(err, engine.ErrGone) {
		return allocationMismatch
	}
	return err
}
