package signaling

import (
	"time"

	"zerortc/config"
)

// join seats a session in a room. Whoever already has that very seat keeps it;
// whoever sits elsewhere leaves that seat, but only if there is room: a seat is
// not given up for a refusal.
func (h *hub) join(s *session, f frame) reason {
	began := time.Now()
	old := s.seated()
	if old != nil && old.room.is(f.room) && old.uid.is(f.uid) {
		if s.speaks == extended {
			return alreadyJoined
		}
		return none
	}
	if why := h.mayAsk(s, f, began); why != none {
		return why
	}
	v := h.views.hold(f.room.value)
	defer h.views.release(v)
	at := &seat{id: seatID(h.seats.Add(1)), room: f.room, uid: f.uid, view: v, since: began, who: s}
	at.addr.Store(&s.addr)
	if old != nil && old.view != v {
		if why := h.sit(v, at, nil, f); why != none {
			return why
		}
		h.vacate(old)
	} else if why := h.sit(v, at, old, f); why != none {
		return why
	}
	h.settle(s, at)
	if s.speaks == extended && h.invites != nil {
		h.pushICE(s)
	}
	h.tellObserver(Joined{Took: time.Since(began)})
	return none
}

// mayAsk checks what concerns the caller and not the room.
func (h *hub) mayAsk(s *session, f frame, now time.Time) reason {
	limits := h.limits.Load()
	if !h.guests.mayJoin(s.addr, limits, now) {
		return tooManyJoins
	}
	if h.invites != nil {
		// An invite names its room as a string: one to "7" does not open 7.
		if err := h.invites.Check(f.invite, f.room.value.text, f.uid.plain(), now); err != nil {
			return notAllowed
		}
	}
	return none
}

// sit brings a seat into the record of its room, in the place of an older one of
// the same session if that is in the same room.
func (h *hub) sit(v *view, at, old *seat, f frame) reason {
	s, limits, given := at.who, h.limits.Load(), newPIN(f.pin)
	v.expect(at)
	if old != nil {
		v.mu.Lock()
		old.leaving = true
		v.mu.Unlock()
	}
	account := config.Source(s.addr)
	reserved := h.guests.reserve(account, limits)
	made := false
	_, err := h.update(at.room.value, func(r *record) error {
		made = len(r.members) == 0
		if made {
			switch {
			case f.pin != "" && !limits.PINs:
				return notAllowed // nobody shall believe that a PIN guards the room
			case h.draining.Load() > 0:
				return unavailable
			case !reserved:
				return tooManyRooms
			}
			*r = record{capacity: limits.RoomCapacity, pin: given, maker: account}
		}
		return h.admit(r, v, at, old, given)
	})
	if reserved && (err != nil || !made) {
		h.guests.roomGone(account)
	}
	if err == nil {
		return none
	}
	v.forget(at)
	if old != nil {
		h.keep(old)
	}
	if why, refused := err.(reason); refused {
		return why
	}
	return unavailable
}

// admit puts a member into a record, or says why not. A uid that sits there is
// either taken over or, like a room without a seat left, a reason to refuse.
func (h *hub) admit(r *record, v *view, at, old *seat, given pin) error {
	if why := h.guests.guess(at.who.addr, r.pin, given, time.Now()); why != none {
		return why
	}
	if old != nil {
		r.remove(old.id)
	}
	if i, held := r.named(at.uid); held {
		if !h.mayTake(v, r.members[i], at.who) {
			return roomFull
		}
		r.remove(r.members[i].seat)
	} else if r.capacity > 0 && len(r.members) >= r.capacity {
		return roomFull
	}
	r.members = append(r.members, member{seat: at.id, node: self, uid: at.uid, addr: at.who.addr})
	return nil
}

// mayTake lets a client that lost its connection have its seat back from the
// socket it left behind, which the server may not know to be dead yet. An address
// or a missed ping vouches that it is the same client.
func (h *hub) mayTake(v *view, holder member, newcomer *session) bool {
	if holder.away || holder.addr.IsValid() && holder.addr == newcomer.addr {
		return true
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	i := v.local(holder.seat)
	if i < 0 {
		return false
	}
	who := v.seats[i].who
	who.mu.Lock()
	defer who.mu.Unlock()
	return who.socket != nil && who.socket.missedPing()
}

// keep undoes that a seat was to be given up. If somebody took it in that moment,
// its owner must hear of it after all.
func (h *hub) keep(old *seat) {
	old.view.mu.Lock()
	old.leaving = false
	lost := old.view.local(old.id) < 0
	old.view.mu.Unlock()
	if lost {
		h.expel(old.who, takenOver.end())
	}
}

// settle looks after what may have happened to a session or its seat while the
// one was given to the other.
func (h *hub) settle(s *session, at *seat) {
	at.view.mu.Lock()
	announced := at.announced
	at.view.mu.Unlock()
	if !announced { // taken over before anybody heard of it
		at.view.forget(at)
		h.expel(s, takenOver.end())
	}
	s.mu.Lock()
	ended := s.ended
	s.mu.Unlock()
	if ended {
		h.vacate(at)
	}
}
