package main

import (
	"errors"
	"time"

	"zerortc/signaling"
	"zerortc/signaling/invite"
	"zerortc/web"
)

// proof is what a caller has to show for TURN credentials, the same that it has to
// show for a seat: an invite where rooms.access asks for one, and the PIN of a room
// that has one.
type proof struct {
	invites *invite.Book // nil: whoever knows a room's name may come
	rooms   *signaling.Server
}

// Check implements web.Proof.
func (p proof) Check(c web.Claim, now time.Time) error {
	if p.invites != nil {
		if c.Room == "" || c.Invite == "" {
			return web.ErrNoProof
		}
		if err := p.invites.Check(c.Invite, c.Room, c.UID, now); err != nil {
			return err
		}
	}
	if c.Room == "" {
		return nil
	}
	switch err := p.rooms.MayEnter(c.From, c.Room, c.PIN, now); {
	case errors.Is(err, signaling.ErrNoPIN):
		return web.ErrNoProof
	case errors.Is(err, signaling.ErrTooManyGuesses):
		return web.ErrTooOften
	default:
		return err
	}
}
