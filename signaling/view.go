package signaling

import (
	"hash/maphash"
	"net/netip"
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

// view is a room as this node sees it: its latest record, and the seats of those
// who are connected here. Its lock keeps the order in which they hear of things;
// it is one for each room, and nothing that waits happens under it.
type view struct {
	room value

	busy int // who works with the view and needs it to stay; under the shard's lock

	mu     sync.Mutex // guards what follows, and the seats
	record record
	seats  []*seat // of this node: those announced, and those about to be
	call   call
}

// seat is a place in a room, of somebody connected here.
type seat struct {
	// Fixed when the seat is made.
	id        seatID
	room, uid name
	view      *view
	since     time.Time

	// Whoever changes the record writes these there.
	away atomic.Bool                // its socket broke
	addr atomic.Pointer[netip.Addr] // where its owner came from last; never nil

	// Under the view's lock.
	who       *session
	announced bool // it has been in the record, and its owner has been told
	leaving   bool // its owner gives it up, so nobody took it
}

// call is what is known of the call in a room, for the statistics.
type call struct {
	began  time.Time // zero: fewer than two are there
	most   int
	frames uint64
	why    reason // of the last departure; none: the client left
}

// left says in a word why the last departure was.
func (c *call) left() string {
	if c.why == none {
		return "left"
	}
	return string(c.why)
}

// apply takes in how the room is now, and tells those who sit here what is new to
// them. A record that is older than the one known says nothing.
func (v *view) apply(r record, now time.Time, e *errands) {
	if r.version <= v.record.version {
		return
	}
	was := v.record
	v.record = r
	for _, gone := range was.members {
		if _, stays := r.find(gone.seat); !stays {
			v.depart(gone, e)
		}
	}
	for i, m := range r.members {
		if j, known := was.find(m.seat); !known {
			v.arrive(m, r.members[:i], e)
		} else if m.away != was.members[j].away {
			v.tellExtended(r.members, m, e)
		}
	}
	v.countCall(now, e)
}

// depart tells everybody that a member is gone. If somebody else has its uid now,
// that one took the seat.
func (v *view) depart(gone member, e *errands) {
	if i := v.local(gone.seat); i >= 0 {
		at := v.seats[i]
		v.seats = slices.Delete(v.seats, i, i+1)
		at.who.mu.Lock()
		if at.who.seat == at {
			at.who.seat = nil
		}
		v.call.why = at.who.end.why
		waits := at.who.socket == nil && !at.who.ended
		at.who.mu.Unlock()
		switch {
		case !at.leaving:
			v.call.why = takenOver
			e.expel(at.who, takenOver.end())
		case waits: // it left, and lost its connection before that was seen here
			e.expel(at.who, ending{bye: true})
		}
	}
	for _, at := range v.seats {
		if _, stays := v.record.find(at.id); stays && at.announced {
			at.who.push(at, told(cmdPeerLeave, gone.uid), false, e)
		}
	}
}

// arrive tells those who were there before that a member came, and then the
// member of them.
func (v *view) arrive(m member, before []member, e *errands) {
	for _, other := range before {
		if i := v.local(other.seat); i >= 0 {
			v.seats[i].who.push(v.seats[i], told(cmdNewPeer, m.uid), false, e)
		}
	}
	i := v.local(m.seat)
	if i < 0 {
		return // it is connected to another node
	}
	at := v.seats[i]
	at.announced = true
	at.who.mu.Lock()
	at.who.seat = at // what belongs to an earlier seat reaches it no more
	at.who.mu.Unlock()
	if at.who.speaks == extended {
		at.who.push(at, joined(at.room, v.record.capacity, before), false, e)
	}
	for _, other := range before {
		at.who.push(at, told(cmdRespJoin, other.uid), false, e)
	}
	if at.who.speaks == extended {
		for _, other := range before {
			if other.away {
				at.who.push(at, told(cmdPeerAway, other.uid), false, e)
			}
		}
	}
}

// tellExtended tells those who understand it that a member went away or came back.
func (v *view) tellExtended(members []member, m member, e *errands) {
	cmd := cmdPeerBack
	if m.away {
		cmd = cmdPeerAway
	}
	for _, other := range members {
		if i := v.local(other.seat); i >= 0 && other.seat != m.seat && v.seats[i].who.speaks == extended {
			v.seats[i].who.push(v.seats[i], told(cmd, m.uid), false, e)
		}
	}
}

// countCall notes the beginning and the end of a call.
func (v *view) countCall(now time.Time, e *errands) {
	n := len(v.record.members)
	switch {
	case n >= 2 && v.call.began.IsZero():
		v.call = call{began: now, most: n}
	case n >= 2:
		v.call.most = max(v.call.most, n)
	case !v.call.began.IsZero():
		e.events = append(e.events, CallEnded{
			Room: v.room.hash(), Members: v.call.most, Lasted: now.Sub(v.call.began), Frames: v.call.frames, Why: v.call.left(),
		})
		v.call = call{}
	}
}

// local finds a seat of this node.
func (v *view) local(id seatID) int {
	return slices.IndexFunc(v.seats, func(at *seat) bool { return at.id == id })
}

// expect takes in a seat that is about to be in the record.
func (v *view) expect(at *seat) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.seats = append(v.seats, at)
}

// forget takes out a seat that did not come into the record.
func (v *view) forget(at *seat) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.seats = slices.DeleteFunc(v.seats, func(other *seat) bool { return other == at })
}

// target finds who is to get what the owner of a seat sends to a uid.
func (v *view) target(from *seat, remote name) (to member, why reason) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if _, live := v.record.find(from.id); !live {
		return member{}, notJoined
	}
	i, there := v.record.named(remote)
	if !there || v.record.members[i].seat == from.id {
		return member{}, unknownPeer
	}
	return v.record.members[i], none
}

// relay hands a frame from one seat to another, if both are still taken: whoever
// lost a seat is not heard as its new owner.
func (v *view) relay(from, to seatID, frame []byte, e *errands) bool {
	v.mu.Lock()
	defer v.mu.Unlock()
	_, live := v.record.find(from)
	i := v.local(to)
	if !live || i < 0 || !v.seats[i].announced {
		return false
	}
	v.call.frames++
	v.seats[i].who.push(v.seats[i], frame, true, e)
	return true
}

// views are the rooms in which somebody is connected here. A shard's lock guards
// which rooms there are, not what goes on in them.
type views struct {
	seed   maphash.Seed
	shards [64]viewShard
}

type viewShard struct {
	mu    sync.Mutex
	rooms map[value]*view
}

func newViews() *views {
	vs := &views{seed: maphash.MakeSeed()}
	for i := range vs.shards {
		vs.shards[i].rooms = make(map[value]*view)
	}
	return vs
}

func (vs *views) shard(room value) *viewShard {
	return &vs.shards[maphash.Comparable(vs.seed, room)%uint64(len(vs.shards))]
}

// hold returns the view of a room, which stays until release, though all its
// seats be left meanwhile: what an old record says can so be told from news.
func (vs *views) hold(room value) *view {
	shard := vs.shard(room)
	shard.mu.Lock()
	defer shard.mu.Unlock()
	v := shard.rooms[room]
	if v == nil {
		v = &view{room: room}
		shard.rooms[room] = v
	}
	v.busy++
	return v
}

func (vs *views) release(v *view) {
	shard := vs.shard(v.room)
	shard.mu.Lock()
	defer shard.mu.Unlock()
	if v.busy--; v.busy > 0 {
		return
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	if len(v.seats) == 0 {
		delete(shard.rooms, v.room)
	}
}

// get returns the view of a room that somebody here is interested in, or nil.
func (vs *views) get(room value) *view {
	shard := vs.shard(room)
	shard.mu.Lock()
	defer shard.mu.Unlock()
	return shard.rooms[room]
}

// all are the views there are.
func (vs *views) all() (all []*view) {
	for i := range vs.shards {
		shard := &vs.shards[i]
		shard.mu.Lock()
		for _, v := range shard.rooms {
			all = append(all, v)
		}
		shard.mu.Unlock()
	}
	return all
}
