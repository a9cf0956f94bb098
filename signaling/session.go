package signaling

import (
	"bytes"
	"net/netip"
	"sync"
	"time"
)

// session is one client as others see it: whom a seat belongs to. A classic
// client's lasts as long as its socket. An extended client's can do without one
// for a while, and be resumed by another session, which then gets the seat.
type session struct {
	// Fixed when the session is made.
	speaks dialect
	addr   netip.Addr // the zero Addr if the connection has none
	id     string     // of the extended dialect only
	secret string     // of the extended dialect only; never logged
	caller Caller     // of the extended dialect only
	limits *Limits

	mu      sync.Mutex // guards what follows
	socket  *socket    // nil while away, and in the end
	seat    *seat      // nil without one
	ended   bool
	end     ending      // why, once ended
	history history     // of the extended dialect only
	asked   bool        // a ping is under way that tells what has arrived
	expiry  *time.Timer // while away
	back    func()      // tells that it is away no more; set with expiry
	fresh   time.Time   // when to send ICE servers again; zero: never
}

// seated is the seat the session has been told of.
func (s *session) seated() *seat {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.seat
}

// push sends a frame that comes with a seat: who has left that seat hears no more
// of the room. What the caller must do afterwards, outside of any lock, goes into
// its errands.
func (s *session) push(at *seat, frame []byte, lent bool, e *errands) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.seat == at {
		s.send(frame, lent, e)
	}
}

// say sends a frame that has nothing to do with a seat.
func (s *session) say(frame []byte, e *errands) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.send(frame, false, e)
}

// send queues a frame. A member whose queue is full is closed, not skipped: a
// lost offer ends a call in silence, a closed socket makes the client start
// again. The caller holds the lock.
func (s *session) send(frame []byte, lent bool, e *errands) {
	if s.ended {
		return
	}
	if s.speaks == extended {
		if lent {
			frame, lent = bytes.Clone(frame), false
		}
		if !s.keep(frame, e) {
			return
		}
	}
	if s.socket == nil {
		return // it waits for the client to come back
	}
	switch s.socket.out.offer(frame, lent) {
	case yours:
		e.write(s.socket.out, frame)
	case overflow:
		e.expel(s, peerSlow.end())
	}
}

// keep puts a frame into the history. While the client is away all of that must
// stay, and when it is full the absence ends; while it is there the oldest may go,
// for they most likely have arrived.
func (s *session) keep(frame []byte, e *errands) bool {
	s.history.add(frame)
	if s.socket == nil {
		if s.history.over(s.limits) {
			e.expel(s, peerSlow.end())
			return false
		}
		return true
	}
	s.trim()
	if !s.asked && s.history.half(s.limits) {
		e.ask(s.socket)
	}
	return true
}

// trim forgets the oldest frames beyond the limits. The caller holds the lock.
func (s *session) trim() {
	for s.history.over(s.limits) {
		s.history.confirm(s.history.arrived + 1)
	}
}

// spare has a client that is here hold up no more than it may while room is scarce,
// though nothing new comes for it, or nothing whole from it.
func (s *session) spare(at *socket, e *errands) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.ended || s.socket != at {
		return
	}
	s.trim()
	if at.out.over() || at.drags() {
		e.expel(s, peerSlow.end())
	}
}

// confirm is told what a ping that was answered had said: how many frames had
// gone before it.
func (s *session) confirm(n uint64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.asked = false
	s.history.confirm(min(n, s.history.sent()))
}

// errands are what follows from a decision and has to wait until no lock is held:
// writing to connections, and ending those that cannot keep up.
type errands struct {
	writes []errandWrite
	asks   []*socket
	ends   []errandEnd
	events []Event
}

type errandWrite struct {
	to    *outbox
	frame []byte
}

type errandEnd struct {
	who *session
	why ending
}

func (e *errands) write(to *outbox, frame []byte) {
	e.writes = append(e.writes, errandWrite{to, frame})
}

func (e *errands) expel(who *session, why ending) {
	e.ends = append(e.ends, errandEnd{who, why})
}

func (e *errands) ask(s *socket) { e.asks = append(e.asks, s) }
