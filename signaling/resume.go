package signaling

import (
	"crypto/subtle"
	"time"
)

// absent begins the time in which a session may be resumed. The caller holds its
// lock.
func (h *hub) absent(s *session) {
	s.socket = nil
	s.seat.away.Store(true)
	s.expiry = time.AfterFunc(h.limits.Load().Resume, func() { h.expire(s) })
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
// away. It reads that when the record is changed, so that of two who call this at
// the same time the second has it right.
func (h *hub) tellWhereabouts(at *seat) {
	v := h.views.hold(at.room.value)
	defer h.views.release(v)
	_, _ = h.update(at.room.value, func(r *record) error {
		i, seated := r.find(at.id)
		if !seated || r.members[i].away == at.away.Load() {
			return errUnchanged
		}
		r.members[i].away = at.away.Load()
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
	old.seat = nil
	old.finish(takenOver.end(), e)
	return true
}
