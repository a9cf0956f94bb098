package signaling

import (
	"context"
	"hash/maphash"
	"net/netip"
	"slices"
	"sync"
	"sync/atomic"
)

// registry knows who sits in which room. Every change of that goes through it,
// one at a time for each room, whichever node it comes from.
type registry interface {
	// Update changes the record of a room, which is empty if there is no such
	// room, and returns it as it then is. change gets a copy, may be called more
	// than once if others change the room at the same time, and calls nobody who
	// waits; if it returns an error the room stays as it is. A room that is left
	// without members is gone.
	Update(ctx context.Context, room value, change func(*record) error) (record, error)
}

// record is what is known of a room. It is never changed once it is stored, so
// whoever has it may keep it.
type record struct {
	version  uint64 // grows with every change, and when a room is made again
	capacity int    // zero: no limit
	pin      pin
	maker    netip.Addr // on whose account the room goes
	members  []member   // in order of arrival
}

// member is somebody with a seat.
type member struct {
	seat seatID
	node nodeID
	uid  name
	addr netip.Addr // where it came from; the zero Addr if that is not known
	away bool       // its socket broke, and it may resume
}

// seatID names one seat from the time it is taken to the time it is left. It is
// never used again: a member that leaves and comes back is a new one.
type seatID uint64

// nodeID names one of the servers that share their rooms.
type nodeID string

// self is the only node there is as long as rooms live in memory.
const self nodeID = ""

// find looks for a member by its seat.
func (r *record) find(seat seatID) (int, bool) {
	i := slices.IndexFunc(r.members, func(m member) bool { return m.seat == seat })
	return i, i >= 0
}

// named looks for a member by its uid.
func (r *record) named(uid name) (int, bool) {
	i := slices.IndexFunc(r.members, func(m member) bool { return m.uid.is(uid) })
	return i, i >= 0
}

// remove takes a member out, if it is there.
func (r *record) remove(seat seatID) bool {
	i, ok := r.find(seat)
	if ok {
		r.members = slices.Delete(r.members, i, i+1)
	}
	return ok
}

// memory is a registry for one node. Rooms are spread over shards; a shard's
// lock is held for a change of one room, which is some comparisons and a copy,
// so rooms hardly ever meet there.
type memory struct {
	seed    maphash.Seed
	version atomic.Uint64
	shards  [64]memoryShard
}

type memoryShard struct {
	mu    sync.Mutex
	rooms map[value]record
}

func newMemory() *memory {
	m := &memory{seed: maphash.MakeSeed()}
	for i := range m.shards {
		m.shards[i].rooms = make(map[value]record)
	}
	return m
}

// Update implements registry.
func (m *memory) Update(_ context.Context, room value, change func(*record) error) (record, error) {
	shard := &m.shards[maphash.Comparable(m.seed, room)%uint64(len(m.shards))]
	shard.mu.Lock()
	defer shard.mu.Unlock()
	was := shard.rooms[room]
	now := was
	now.members = slices.Clone(was.members)
	if err := change(&now); err != nil {
		return was, err
	}
	now.version = m.version.Add(1)
	if len(now.members) == 0 {
		delete(shard.rooms, room)
	} else {
		shard.rooms[room] = now
	}
	return now, nil
}

// size counts rooms, those in them, and the rooms with two or more.
func (m *memory) size() (rooms, members, calls int) {
	for i := range m.shards {
		shard := &m.shards[i]
		shard.mu.Lock()
		rooms += len(shard.rooms)
		for _, r := range shard.rooms {
			members += len(r.members)
			if len(r.members) >= 2 {
				calls++
			}
		}
		shard.mu.Unlock()
	}
	return rooms, members, calls
}
