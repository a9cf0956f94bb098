package signaling

import "sync"

// Stats is a glance at the server's counters.
type Stats struct {
	Sockets int // connected clients, upgrades under way included
	Rooms   int // rooms with somebody in them
	Members int // clients seated in a room

	// Refusals counts by reason what was dropped, closed or turned away since
	// the server started. Every reason is there, those that never happened too.
	Refusals map[string]uint64
}

// Stats reads the counters.
func (s *Server) Stats() Stats {
	rooms, members := s.hub.size()
	return Stats{
		Sockets:  s.admission.size(),
		Rooms:    rooms,
		Members:  members,
		Refusals: s.refusals.read(),
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
