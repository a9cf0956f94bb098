package signaling

import "sync"

// hub takes decisions and carries them out in one order: it asks the registry
// and fills queues under one lock. Were a queue filled after the lock is given
// back, a relayed offer could overtake the new-peer it depends on.
type hub struct {
	limits   *Limits
	refusals *refusals

	mu      sync.Mutex // guards what follows and the beginning of every socket's end
	stopped bool
	sockets map[*socket]struct{}
	rooms   *registry[*socket]
}

func newHub(limits *Limits, refusals *refusals) *hub {
	return &hub{
		limits:   limits,
		refusals: refusals,
		sockets:  make(map[*socket]struct{}),
		rooms:    newRegistry(limits.RoomCapacity, mayTakeOver),
	}
}

// mayTakeOver lets a client that lost its connection have its seat back from
// the socket it left behind, which the server may not know to be dead yet. An
// address or a missed ping vouches that it is the same client.
func mayTakeOver(holder, newcomer *socket) bool {
	return holder.addr.IsValid() && holder.addr == newcomer.addr || holder.missedPing()
}

// add takes a socket in; after stop it ends at once.
func (h *hub) add(s *socket) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.sockets[s] = struct{}{}
	if h.stopped {
		h.kill(s, stopping.end())
	}
}

// remove forgets a socket that has ended.
func (h *hub) remove(s *socket) {
	h.mu.Lock()
	defer h.mu.Unlock()
	delete(h.sockets, s)
}

// receive acts on what a socket sent. A refused frame has no other effect than
// its reason, which is for the counters: classic clients are not answered.
func (h *hub) receive(from *socket, raw []byte) reason {
	f, why := decode(raw, h.limits)
	if why != none {
		return why
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	if from.isDying() {
		return none
	}
	return h.act(from, f)
}

func (h *hub) act(from *socket, f frame) reason {
	switch f.cmd {
	case cmdJoin:
		notices, why := h.rooms.join(from, f.room, f.uid)
		h.tell(notices)
		return why
	case cmdLeave:
		notices, why := h.rooms.leave(from, f.room, f.uid)
		h.tell(notices)
		return why
	default: // offer, answer, candidate
		to, why := h.rooms.route(from, f.room, f.uid, f.remote)
		if why == none {
			h.tell(h.send(to, f.raw))
		}
		return why
	}
}

// tell carries out notices in order, and those that follow from them: a member
// that cannot be told is closed and leaves, which its peers are told in turn.
func (h *hub) tell(notices []notice[*socket]) {
	for len(notices) > 0 {
		n := notices[0]
		notices = notices[1:]
		if n.end != none {
			h.kill(n.to, n.end.end())
			continue
		}
		notices = append(notices, h.send(n.to, told(n.cmd, n.about))...)
	}
}

// send queues a frame. A member whose queue is full is closed, not skipped: a
// lost offer ends a call in silence, a closed socket makes the client start
// again. It loses its seat here and now, so that nobody waits for its end.
func (h *hub) send(to *socket, raw []byte) []notice[*socket] {
	if to.isDying() || to.queue.push(raw) {
		return nil
	}
	h.kill(to, peerSlow.end())
	return h.rooms.drop(to)
}

// expel ends a socket and frees its seat. Of several endings the first counts.
func (h *hub) expel(s *socket, end ending) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.kill(s, end)
	h.tell(h.rooms.drop(s))
}

// stop ends all sockets, those to come too. Nobody is told that the others
// left: a call may well outlive the server.
func (h *hub) stop() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.stopped = true
	for s := range h.sockets {
		h.kill(s, stopping.end())
	}
	for s := range h.sockets {
		h.rooms.drop(s)
	}
}

// kill begins a socket's end; the caller holds the lock and frees the seat.
func (h *hub) kill(s *socket, end ending) {
	if s.kill(end) {
		h.refusals.count(end.why)
	}
}

func (h *hub) size() (rooms, members int) {
	h.mu.Lock()
	defer h.mu.Unlock()
	return len(h.rooms.rooms), len(h.rooms.seats)
}
