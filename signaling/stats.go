package signaling

import "sync"

// Stats is a glance at the server's counters.
type Stats struct {
	Sockets  int // connected clients, upgrades under way included
	Extended int // sessions of the extended dialect, those away included
	Rooms    int // rooms with somebody in them
	Members  int // clients seated in a room
	Calls    int // rooms with two members or more

	// WaitingBytes is what waits for clients that read slowly, what is being written,
	// what is kept to resume with and what has come in of messages that are not whole
	// included.
	WaitingBytes int64

	// Opened counts the sockets that were admitted, and Closed by close code those that
	// ended: "none" for a connection that broke, "other" for a client's own code.
	Opened uint64
	Closed map[string]uint64

	// Relayed counts what was handed across since the server started.
	RelayedFrames, RelayedBytes uint64

	// Refusals counts by reason what was dropped, closed or turned away since
	// the server started. Every reason is there, those that never happened too.
	Refusals map[string]uint64
}

// Stats reads the counters.
func (s *Server) Stats() Stats {
	rooms, members, calls := s.hub.rooms.size()
	return Stats{
		Sockets:       s.admission.size(),
		Extended:      s.hub.sessions.count(),
		Rooms:         rooms,
		Members:       members,
		Calls:         calls,
		WaitingBytes:  s.hub.waiting.Load(),
		Opened:        s.admission.admitted(),
		Closed:        s.hub.closings.read(),
		RelayedFrames: s.hub.relayed.frames.Load(),
		RelayedBytes:  s.hub.relayed.bytes.Load(),
		Refusals:      s.refusals.read(),
	}
}

// refusals counts refusals by reason.
type refusals struct {
	mu     sync.Mutex
	counts map[reason]uint64
}

func newRefusals() *refusals {
	return &refusals{counts: make(map[reason]uint64)}
}

// count adds one to a reason; what was not refused is not counted.
func (r *refusals) count(why reason) {
	if why == none {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.counts[why]++
}

func (r *refusals) read() map[string]uint64 {
	r.mu.Lock()
	defer r.mu.Unlock()
	out := make(map[string]uint64)
	for _, why := range reasons() {
		out[string(why)] = r.counts[why]
	}
	return out
}
