package signaling

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"time"
)

// hub decides what becomes of the frames that clients send. Who sits where is
// changed through the registry; what happened in a room goes over the bus to the
// nodes concerned, this one included, where deliver tells the clients.
//
// Locks are taken in the order registry, view, session, outbox. Under none of
// them anything waits; writing to connections is left to errands.
type hub struct {
	limits   *atomic.Pointer[Limits]
	refusals *refusals
	closings closings
	registry registry
	rooms    *memory // the registry, for counting
	bus      bus
	views    *views
	invites  Invites
	observe  func(Event)
	givenUp  func(*session, reason) // told of clients that were away; may be nil

	ice      ICE
	crowd    *crowd
	away     *admission // those whose seats wait for them
	sessions *sessions
	guests   *guests
	seats    atomic.Uint64
	relayed  traffic
	waiting  *waiting
	stopped  atomic.Bool
	draining atomic.Int64 // seconds within which clients shall come back elsewhere, plus one; 0: not draining

	probe    probe
	resuming sync.Mutex // two sessions are locked at a time only under it
}

// traffic counts what was handed across.
type traffic struct {
	frames, bytes atomic.Uint64
}

func newHub(limits *Limits, refusals *refusals) *hub {
	rooms := newMemory()
	h := &hub{
		limits:   new(atomic.Pointer[Limits]),
		refusals: refusals,
		registry: rooms,
		rooms:    rooms,
		views:    newViews(),
		crowd:    newCrowd(),
		sessions: newSessions(),
		guests:   newGuests(),
		waiting:  new(waiting),
	}
	h.limits.Store(limits)
	h.away = newAdmission(h.limits)
	h.bus = loop{h.deliver}
	return h
}

// errUnchanged is what a change says that found nothing to do.
var errUnchanged = errors.New("nothing to change")

// enter takes a socket in; after stop it ends at once. The welcome comes before anything
// that others may want to say: they find the socket in the crowd, or through its session.
func (h *hub) enter(s *socket) {
	who := s.session
	if who.speaks == extended {
		h.sessions.add(who)
		s.greet(h.welcome(who))
	} else {
		s.greet(nil)
	}
	h.crowd.add(s)
	if h.stopped.Load() {
		h.lost(s, stopping.end()) // stop may have ended the session before it had a socket
		return
	}
	h.sayClosing(who) // a drain may have begun before there was anybody to tell
}

// sayClosing tells a client that the server drains, if it does.
func (h *hub) sayClosing(to *session) {
	if within := h.draining.Load(); within > 0 && to.speaks == extended {
		h.say(to, closing(int(within-1)))
	}
}

// update changes a room and tells the nodes concerned. The caller holds the view.
func (h *hub) update(room value, change func(*record) error) (record, error) {
	var nodes []nodeID
	now, err := h.registry.Update(context.Background(), room, func(r *record) error {
		nodes = reach(nodes[:0], r.members)
		return change(r)
	})
	if err != nil {
		return now, err
	}
	for _, node := range reach(nodes, now.members) {
		h.bus.Send(node, event{room: room, changed: &now})
	}
	return now, nil
}

// reach adds the nodes of members to those there are.
func reach(nodes []nodeID, members []member) []nodeID {
next:
	for _, m := range members {
		for _, node := range nodes {
			if node == m.node {
				continue next
			}
		}
		nodes = append(nodes, m.node)
	}
	return nodes
}

// deliver takes an event from the bus.
func (h *hub) deliver(ev event) {
	v := h.views.get(ev.room)
	if v == nil {
		return
	}
	var e errands
	if ev.changed != nil {
		v.mu.Lock()
		v.apply(*ev.changed, time.Now(), &e)
		v.mu.Unlock()
	} else if v.relay(ev.from, ev.to, ev.frame, &e) {
		h.relayed.frames.Add(1)
		h.relayed.bytes.Add(uint64(len(ev.frame)))
	}
	h.run(&e)
}

// run does what was left to be done until no lock is held.
func (h *hub) run(e *errands) {
	for _, w := range e.writes {
		w.to.write(w.frame)
	}
	for _, s := range e.asks {
		s.ask()
	}
	for _, end := range e.ends {
		h.expel(end.who, end.why)
	}
	for _, ev := range e.events {
		h.tellObserver(ev)
	}
}

func (h *hub) tellObserver(ev Event) {
	if h.observe != nil {
		h.observe(ev)
	}
}

// receive acts on a message that lies headRoom bytes into buf. A refused frame
// has no other effect than its reason, which is counted, and told to clients that
// understand it. A classic one understands only that it got no seat, and is told that of a
// join that could be read.
func (h *hub) receive(from *session, buf []byte) reason {
	f, why := decode(buf[headRoom:], from.limits, from.speaks)
	if why != none {
		h.tellRefusal(from, f, why)
		return why
	}
	why = h.act(from, f, buf)
	if why != none && !h.tellRefusal(from, f, why) && f.cmd == cmdJoin {
		h.say(from, told(cmdRoomFull, f.room))
	}
	return why
}

// tellRefusal tells a client why what it sent was refused, if its dialect has words for it.
func (h *hub) tellRefusal(to *session, f frame, why reason) bool {
	if to.speaks == classic {
		return false
	}
	h.say(to, errorFrame(why, f.cmd))
	return true
}

func (h *hub) act(from *session, f frame, buf []byte) reason {
	switch f.cmd {
	case cmdOffer, cmdAnswer, cmdCandidate:
		return h.relay(from, f, buf)
	case cmdJoin:
		return h.join(from, f)
	case cmdLeave:
		return h.leave(from, f)
	case cmdResume:
		return h.resume(from, f)
	case cmdPing:
		h.say(from, pong(f.t))
		return none
	case cmdICE:
		return h.giveICE(from)
	default: // pong
		return none
	}
}

func (h *hub) say(to *session, frame []byte) {
	var e errands
	to.say(frame, &e)
	h.run(&e)
}

// relay hands a frame to whom it is for.
func (h *hub) relay(from *session, f frame, buf []byte) reason {
	at, why := from.owns(f)
	if why != none {
		return why
	}
	to, why := at.view.target(at, f.remote)
	if why == none {
		h.bus.Send(to.node, event{room: at.room.value, from: at.id, to: to.seat, frame: inPlace(buf, textMessage)})
	}
	return why
}

// owns returns the seat from which a session speaks, if it is the one it names.
func (s *session) owns(f frame) (*seat, reason) {
	at := s.seated()
	switch {
	case at == nil || !at.room.is(f.room):
		return nil, notJoined
	case !at.uid.is(f.uid):
		return nil, notAllowed
	default:
		return at, none
	}
}

// leave frees the seat of a session if it is the one named.
func (h *hub) leave(from *session, f frame) reason {
	at, why := from.owns(f)
	if why == none {
		h.vacate(at)
	}
	return why
}

// vacate frees a seat. Doing so twice is told once.
func (h *hub) vacate(at *seat) {
	v := h.views.hold(at.room.value)
	defer h.views.release(v)
	v.mu.Lock()
	at.leaving = true
	v.mu.Unlock()
	now, err := h.update(at.room.value, func(r *record) error {
		if !r.remove(at.id) {
			return errUnchanged
		}
		return nil
	})
	if err == nil && len(now.members) == 0 {
		h.guests.roomGone(now.maker)
	}
}

// expel ends a session, closes its socket and frees its seat at once, so that
// nobody waits for its end. Of several endings the first counts.
func (h *hub) expel(s *session, end ending) { h.expelAll([]*session{s}, end) }

// expelAll ends all of the sessions before the first seat is free: none hears that
// another left.
func (h *hub) expelAll(list []*session, end ending) {
	var seats []*seat
	for _, s := range list {
		var e errands
		s.mu.Lock()
		away := s.socket == nil && !s.ended
		at := s.finish(end, &e)
		s.mu.Unlock()
		h.run(&e)
		h.sessions.remove(s)
		if away {
			h.giveUp(s, end.why)
		}
		if at != nil {
			seats = append(seats, at)
		}
	}
	for _, at := range seats {
		h.vacate(at)
	}
}

// giveUp counts the end of a client that was away: it had no socket whose end would be.
// That its time is up is no such end, and neither is that it came back.
func (h *hub) giveUp(s *session, why reason) {
	h.refusals.count(why)
	if h.givenUp != nil && why != none {
		h.givenUp(s, why)
	}
}

// lost ends a socket whose connection is of no more use. An extended client that
// has a seat and did not say goodbye may come back for it.
func (h *hub) lost(s *socket, end ending) {
	var (
		e    errands
		at   *seat
		away bool
		who  = s.session
	)
	who.mu.Lock()
	switch {
	case who.ended || who.socket != s: // it was somebody else's end
	case end.broken() && h.absent(who):
		at, away = who.seat, true
	default:
		at = who.finish(end, &e)
	}
	s.kill(end, &e)
	ended := who.ended
	who.mu.Unlock()
	h.run(&e)
	if ended {
		h.sessions.remove(who)
	}
	switch {
	case away:
		h.tellWhereabouts(at)
	case at != nil:
		h.vacate(at)
	}
}

// finish ends a session and returns the seat that is to be freed. The caller
// holds its lock.
func (s *session) finish(end ending, e *errands) (at *seat) {
	if s.ended {
		return nil
	}
	s.ended, s.end = true, end
	if s.expiry != nil {
		s.expiry.Stop()
		s.back()
	}
	if s.socket != nil {
		s.socket.kill(end, e)
	}
	s.history.drop()
	return s.seat
}

// stop ends all sessions, those to come too. Nobody is told that the others left:
// a call may well outlive the server.
func (h *hub) stop() {
	h.stopped.Store(true)
	var seats []*seat
	end := func(s *session) {
		var e errands
		s.mu.Lock()
		if at := s.finish(stopping.end(), &e); at != nil {
			seats = append(seats, at)
		}
		s.mu.Unlock()
		h.run(&e)
	}
	for _, s := range h.crowd.all() {
		end(s.session)
	}
	for _, s := range h.sessions.all() {
		end(s) // those that are away
		h.sessions.remove(s)
	}
	for _, at := range seats {
		h.vacate(at)
	}
}
