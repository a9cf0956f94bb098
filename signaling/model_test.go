package signaling

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"sync"
	"testing"
)

// model is the rooms written a second time, in the dullest way: who sits where.
// Beside it stand people, classic and extended ones, each with what it believes
// from what it was told. It is wrong to tell somebody of a peer it knows, or of
// the going of one it does not; to hand it a frame of one it does not know, or the
// frames of one in another order, or one twice, or to lose one. After every step
// what those believe who have read all must be the truth.
type model struct {
	t        *testing.T
	h        *hub
	capacity int
	people   []*person
}

// place is where somebody sits; the zero place is nowhere.
type place struct{ room, uid string }

// op is one operation, of few people, rooms and uids so that they meet.
type op struct {
	kind, who, room, uid, remote int
}

const (
	modelPeople = 6
	modelRooms  = 3
	modelUIDs   = 4
	modelKinds  = 16
)

// TestRoomsAgainstModel runs long random sequences with fixed seeds.
func TestRoomsAgainstModel(t *testing.T) {
	for seed := range uint64(60) {
		random := rand.New(rand.NewPCG(seed, 1))
		m := newModel(t, 1+int(seed%4))
		for range 300 {
			m.step(op{random.IntN(modelKinds), random.IntN(modelPeople), random.IntN(modelRooms), random.IntN(modelUIDs), random.IntN(modelUIDs)})
		}
		m.everybodyGoes()
	}
}

// FuzzRooms lets the fuzzer choose the sequence, two bytes a step.
func FuzzRooms(f *testing.F) {
	f.Add([]byte{0, 0, 0, 1, 0, 2, 6, 0}, byte(2))
	f.Add([]byte("take over, move, leave, and come back again"), byte(1))
	f.Fuzz(func(t *testing.T, script []byte, capacity byte) {
		m := newModel(t, 1+int(capacity%4))
		for ; len(script) >= 2; script = script[2:] {
			a, b := int(script[0]), int(script[1])
			m.step(op{a % modelKinds, a / modelKinds % modelPeople, b % modelRooms, b / 4 % modelUIDs, b / 16 % modelUIDs})
		}
		m.everybodyGoes()
	})
}

func newModel(t *testing.T, capacity int) *model {
	limits := limitsFor(t)
	limits.RoomCapacity, limits.JoinsPerAddress = capacity, 0
	limits.QueueFrames, limits.QueueBytes = math.MaxInt, math.MaxInt // nobody here answers pings
	m := &model{t: t, h: newHub(limits, newRefusals()), capacity: capacity}
	m.h.registry = checked{m.h.registry, t}
	for i := range modelPeople {
		m.people = append(m.people, &person{t: t, h: m.h, number: i})
	}
	return m
}

// checked is a registry that looks at what it is asked to do.
type checked struct {
	registry
	t *testing.T
}

func (c checked) Update(ctx context.Context, room value, change func(*record) error) (record, error) {
	now, err := c.registry.Update(ctx, room, change)
	if len(now.members) > now.capacity {
		c.t.Errorf("%d sit in a room of %d", len(now.members), now.capacity)
	}
	return now, err
}

func (m *model) step(o op) {
	m.t.Helper()
	p := m.people[o.who]
	where := place{fmt.Sprint("room", o.room), fmt.Sprint("uid", o.uid)}
	switch o.kind {
	case 0, 1, 2, 3:
		m.join(p, where)
	case 4, 5:
		m.leave(p, where)
	case 6:
		p.end()
	case 7, 8:
		p.breaks()
	case 9:
		if p.away {
			m.h.expire(p.session)
			p.gone()
		}
	case 10, 11:
		if p.away {
			p.resumes()
		}
	case 12:
		return // a pause, in which what was said is not read
	default:
		m.offer(p, where, fmt.Sprint("uid", o.remote))
		if o.kind == 13 {
			return // it is read later, perhaps on another socket
		}
	}
	for _, p := range m.people {
		p.reads()
	}
	m.truth()
}

func (m *model) join(p *person, where place) {
	m.t.Helper()
	if p.away {
		return
	}
	p.reads() // what waits was said to the old seat
	holder := m.at(where)
	want := none
	switch {
	case p.sits == where && p.speaks() == extended:
		want = alreadyJoined
	case p.sits == where:
	case holder != nil && !holder.away && holder.address() != p.address():
		want = roomFull
	case holder == nil && len(m.others(where.room, p)) >= m.capacity:
		want = roomFull
	}
	if got := p.does("join", where, ""); got != want {
		m.t.Fatalf("person %d at %v: %q, want %q", p.number, where, got, want)
	}
	if want != none || p.sits == where {
		return
	}
	if holder != nil {
		holder.reads()
		holder.gone()
	}
	p.moves(where)
}

func (m *model) leave(p *person, where place) {
	m.t.Helper()
	if p.away {
		return
	}
	p.reads()
	want := p.mayAs(where)
	if got := p.does("leave", where, ""); got != want {
		m.t.Fatalf("person %d at %v: %q, want %q", p.number, where, got, want)
	}
	if want == none {
		p.moves(place{})
	}
}

func (m *model) offer(p *person, where place, remote string) {
	m.t.Helper()
	if p.away {
		return
	}
	to := m.at(place{where.room, remote})
	want := p.mayAs(where)
	if want == none && (to == nil || to == p) {
		want = unknownPeer
	}
	if got := p.does("offer", where, remote); got != want {
		m.t.Fatalf("person %d, %v to %s: %q, want %q", p.number, where, remote, got, want)
	}
	if want == none {
		to.due = append(to.due, fmt.Sprint(where.uid, " ", p.said))
	}
}

// truth compares what the hub knows and what people believe with the model.
func (m *model) truth() {
	m.t.Helper()
	rooms, seated := map[string]int{}, 0
	for _, p := range m.people {
		if p.sits == (place{}) {
			continue
		}
		seated++
		rooms[p.sits.room]++
		if p.away {
			continue
		}
		others := m.others(p.sits.room, p)
		for _, other := range others {
			believed, known := p.peers[other.sits.uid]
			if !known || p.speaks() == extended && believed.away != other.away {
				m.t.Fatalf("person %d believes %v of %v (away: %v)", p.number, p.peers, other.sits, other.away)
			}
		}
		if len(p.peers) != len(others) || len(p.due) > 0 {
			m.t.Fatalf("person %d believes %v and did not get %v", p.number, p.peers, p.due)
		}
	}
	if r, s, _ := m.h.rooms.size(); r != len(rooms) || s != seated {
		m.t.Fatalf("%d rooms and %d seats, want %d and %d", r, s, len(rooms), seated)
	}
}

// everybodyGoes leaves nothing behind.
func (m *model) everybodyGoes() {
	m.t.Helper()
	for _, p := range m.people {
		p.end()
		for _, other := range m.people {
			other.reads()
		}
		m.truth()
	}
	if v, s, a := len(m.h.views.all()), m.h.sessions.count(), len(m.h.guests.rooms); v+s+a != 0 {
		m.t.Fatalf("%d views, %d sessions and %d accounts are left", v, s, a)
	}
}

// at is who sits in a place, or nil.
func (m *model) at(where place) *person {
	for _, p := range m.people {
		if p.sits == where {
			return p
		}
	}
	return nil
}

func (m *model) others(room string, but *person) (out []*person) {
	for _, p := range m.people {
		if p.sits.room == room && p != but {
			out = append(out, p)
		}
	}
	return out
}

// TestRoomsAtOnce has everybody act at the same time. When all is quiet, what
// people believe is the truth.
func TestRoomsAtOnce(t *testing.T) {
	for seed := range uint64(8) {
		m := newModel(t, 1+int(seed%4))
		var acting sync.WaitGroup
		for i, p := range m.people {
			random := rand.New(rand.NewPCG(seed, uint64(i)))
			p.loose = true
			acting.Go(func() {
				for range 150 {
					p.wanders(random)
				}
			})
		}
		acting.Wait()
		for range 2 { // who is let go of may be news to others
			for _, p := range m.people {
				p.comesToRest()
			}
		}
		m.truth()
		m.everybodyGoes()
	}
}
