package main

import (
	"errors"
	"time"

	"zerortc/signaling/invite"
	"zerortc/web"
)

// proof is what a caller has to show for TURN credentials, the same that it has to
// show for a seat: an invite where rooms.access asks for one.
type proof struct {
	invites *invite.Book // nil: whoever knows a room's name may come
}

// Check implements web.Proof.
func (p proof) Check(c web.Claim, now time.Time) error {
	if p.invites == nil {
		return nil
	}
	err := p.invites.Check(c.Invite, c.Room, c.UID, now)
	if c.Room == "" || errors.Is(err, invite.ErrMissing) {
		return web.ErrNoProof
	}
	return err
}
