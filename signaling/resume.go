package signaling

import (
	"crypto/subtle"
	"time"
)

// absent begins the time in which a session may be resumed, if its seat can wait for
// it. As many may be away as may be connected, in all and from one address: a seat
// that waits takes memory like a socket. The caller holds the session's lock.
func (h *hub) absent(s *session) bool {
	window := h.limits.Load().Resume
	if s.speaks == classic || s.seat == nil || window == 0 || h.stopped.Load() {
		return false
	}
	if why := h.away.enter(s.addr); why != none {
		h.refusals.count(why)
		return false
	}
	s.socket = nil
	s.seat.away.Store(true)
	s.back = func() { h.away.leave(s.addr) }
	s.expiry = time.AfterFunc(window, func() { h.expire(s) })
	return true
}

// expire ends a session that was not resumed in time.
func (h *hub) expire(s *session) {
	var e errands
	var at *seat
	s.mu.Lock()
	if s.socket == nil {
		at = s.finish(ending{why: resumeExpired}, &e)
	}
	s.mu.Unlock()
	h.run(&e)
	h.sessions.remove(s)
	if at != nil {
		h.vacate(at)
	}
}

// tellWhereabouts writes into the record of a room whether the owner of a seat is
// away, and where it last came from. It reads that when the record is changed, so that of two who call this at
// the same time the second has it right.
func (h *hub) tellWhereabouts(at *seat) {
	v := h.views.hold(at.room.value)
	defer h.views.release(v)
	_, _ = h.update(at.room.value, func(r *record) error {
		i, seated := r.find(at.id)
		if !seated {
			return errUnchanged
		}
		m := &r.members[i]
		away, addr := at.away.Load(), *at.addr.Load()
		if m.away == away && m.addr == addr {
			return errUnchanged
		}
		m.away, m.addr = away, addr
		return nil
	})
}

// resume gives a session the seat of an older one, whose client it proves to be,
// and the frames which that client did not get. An unknown session and a wrong
// secret look the same.
func (h *hub) resume(s *session, f frame) reason {
	if s.seated() != nil {
		return alreadyJoined
	}
	old := h.sessions.get(f.session)
	if old == nil || old == s || subtle.ConstantTimeCompare([]byte(old.secret), []byte(f.resume)) != 1 {
		return resumeExpired
	}
	at := old.seated()
	if at == nil {
		return resumeExpired
	}
	var e errands
	ok := h.handOver(old, s, at, f.received, &e)
	h.run(&e)
	if !ok {
		return resumeExpired
	}
	h.sessions.remove(old)
	h.tellWhereabouts(at)
	if h.invites != nil {
		h.pushICE(s)
	}
	return none
}

// handOver moves a seat from one session to another, with what it still has to
// hear. It happens under the room's lock, so that whatever is told to the seat
// goes either to the old session, and is handed over, or to the new one, behind
// that.
func (h *hub) handOver(old, s *session, at *seat, received uint64, e *errands) bool {
	h.resuming.Lock()
	defer h.resuming.Unlock()
	v := at.view
	v.mu.Lock()
	defer v.mu.Unlock()
	old.mu.Lock()
	defer old.mu.Unlock()
	s.mu.Lock()
	defer s.mu.Unlock()
	missed, kept := old.history.after(received)
	if !kept || old.ended || old.seat != at || at.leaving || s.ended || s.socket == nil {
		return false
	}
	frames := append([][]byte{resumed(at, len(missed))}, missed...)
	for _, frame := range frames {
		s.history.add(frame)
	}
	s.socket.out.fill(frames)
	s.seat, at.who = at, s
	at.away.Store(false)
	at.addr.Store(&s.addr)
	old.seat = nil
	old.finish(takenOver.end(), e)
	return true
}
