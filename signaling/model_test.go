package signaling

import (
	"fmt"
	"math/rand/v2"
	"testing"
)

// model is the registry written a second time, in the dullest way: who sits
// where, and what each member believes from what it was told. It is wrong to
// tell a member of a peer it knows, or of the going of one it does not; and
// after every step what all believe must be the truth.
type model struct {
	t        *testing.T
	capacity int
	mayTake  func(holder, newcomer int) bool
	real     *registry[int]

	sits    map[int]place           // by member
	beliefs map[int]map[string]bool // by member, then uid
}

type place struct{ room, uid string }

// op is one operation, on few members, rooms and uids so that they meet.
type op struct {
	kind, member, room, uid, remote int
}

const (
	modelMembers = 6
	modelRooms   = 3
	modelUIDs    = 4
)

// TestRegistryAgainstModel runs long random sequences with fixed seeds.
func TestRegistryAgainstModel(t *testing.T) {
	for seed := range uint64(100) {
		random := rand.New(rand.NewPCG(seed, 1))
		m := newModel(t, 1+int(seed%4))
		for range 300 {
			m.step(op{random.IntN(8), random.IntN(modelMembers), random.IntN(modelRooms), random.IntN(modelUIDs), random.IntN(modelUIDs)})
		}
		m.everybodyGoes()
	}
}

// FuzzRegistry lets the fuzzer choose the sequence, two bytes a step.
func FuzzRegistry(f *testing.F) {
	f.Add([]byte{0, 0, 0, 1, 0, 2, 6, 0}, byte(2))
	f.Add([]byte("take over, move, leave, and come back again"), byte(1))
	f.Fuzz(func(t *testing.T, script []byte, capacity byte) {
		m := newModel(t, 1+int(capacity%4))
		for ; len(script) >= 2; script = script[2:] {
			a, b := int(script[0]), int(script[1])
			m.step(op{a % 8, a / 8 % modelMembers, b % modelRooms, b / 4 % modelUIDs, b / 16 % modelUIDs})
		}
		m.everybodyGoes()
	})
}

func newModel(t *testing.T, capacity int) *model {
	// Even members and odd ones take seats over from their kind.
	mayTake := func(holder, newcomer int) bool { return holder%2 == newcomer%2 }
	return &model{
		t: t, capacity: capacity, mayTake: mayTake,
		real:    newRegistry(capacity, mayTake),
		sits:    map[int]place{},
		beliefs: map[int]map[string]bool{},
	}
}

func (m *model) step(o op) {
	m.t.Helper()
	where := place{fmt.Sprint("room", o.room), fmt.Sprint("uid", o.uid)}
	room, uid := m.name(where.room), m.name(where.uid)
	switch o.kind {
	case 0, 1, 2, 3:
		notices, why := m.real.join(o.member, room, uid)
		m.join(o.member, where, notices, why)
	case 4, 5:
		notices, why := m.real.leave(o.member, room, uid)
		m.leave(o.member, where, notices, why)
	case 6:
		m.drop(o.member)
	default:
		remote := fmt.Sprint("uid", o.remote)
		to, why := m.real.route(o.member, room, uid, m.name(remote))
		m.route(o.member, where, remote, to, why)
	}
	m.truth()
}

// join checks one join: refused or not, what follows is told and believed.
func (m *model) join(member int, where place, notices []notice[int], why reason) {
	m.t.Helper()
	if old, seated := m.sits[member]; seated && old == where {
		m.nothing(notices, why)
		return
	}
	holder, held := m.find(where, member)
	if held && !m.mayTake(holder, member) || !held && len(m.others(where.room, member)) >= m.capacity {
		if why != roomFull || len(notices) != 1 || notices[0].to != member || notices[0].cmd != cmdRoomFull {
			m.t.Fatalf("member %d at %v: %v, %q, want room-full", member, where, notices, why)
		}
		return
	}
	if why != none {
		m.t.Fatalf("member %d at %v: refused as %q", member, where, why)
	}
	// Whoever was in either room may be told; nobody else.
	hearers := m.neighbours(member)
	for _, other := range m.others(where.room, member) {
		hearers[other] = true
	}
	hearers[member] = true
	m.beliefs[member] = map[string]bool{}
	m.sits[member] = where
	if held {
		delete(m.sits, holder)
	}
	m.tell(notices, hearers, holder, held)
}

func (m *model) leave(member int, where place, notices []notice[int], why reason) {
	m.t.Helper()
	old, seated := m.sits[member]
	switch {
	case !seated || old.room != where.room:
		m.refused(notices, why, notJoined)
	case old.uid != where.uid:
		m.refused(notices, why, notAllowed)
	default:
		m.gone(member, notices, why)
	}
}

// drop drops twice: the second time nobody may hear anything.
func (m *model) drop(member int) {
	m.t.Helper()
	m.gone(member, m.real.drop(member), none)
	m.nothing(m.real.drop(member), none)
}

func (m *model) gone(member int, notices []notice[int], why reason) {
	m.t.Helper()
	if why != none {
		m.t.Fatalf("leaving was refused as %q", why)
	}
	hearers := m.neighbours(member)
	delete(m.sits, member)
	delete(m.beliefs, member)
	m.tell(notices, hearers, 0, false)
}

func (m *model) route(member int, where place, remote string, to int, why reason) {
	m.t.Helper()
	old, seated := m.sits[member]
	other, found := m.find(place{where.room, remote}, member)
	switch {
	case !seated || old.room != where.room:
		m.refused(nil, why, notJoined)
	case old.uid != where.uid:
		m.refused(nil, why, notAllowed)
	case !found:
		m.refused(nil, why, unknownPeer)
	case why != none || to != other:
		m.t.Fatalf("a frame for %d goes to %d (%q)", other, to, why)
	case !m.beliefs[other][old.uid]:
		m.t.Fatalf("member %d is to get a frame of %s, of whom it was never told", other, old.uid)
	}
}

// tell lets the members believe what they are told.
func (m *model) tell(notices []notice[int], hearers map[int]bool, holder int, held bool) {
	m.t.Helper()
	ended := false
	for _, n := range notices {
		if !hearers[n.to] {
			m.t.Fatalf("member %d hears %q from a room it is not in", n.to, n.cmd)
		}
		if n.end != none {
			if !held || n.to != holder || n.end != takenOver || ended {
				m.t.Fatalf("member %d is closed as %q", n.to, n.end)
			}
			ended = true
			delete(m.beliefs, n.to)
			continue
		}
		m.believe(n)
	}
	if held && !ended {
		m.t.Fatalf("member %d lost its seat and is not closed", holder)
	}
}

func (m *model) believe(n notice[int]) {
	m.t.Helper()
	known, uid := m.beliefs[n.to], n.about.value.text
	switch n.cmd {
	case cmdNewPeer, cmdRespJoin:
		if known[uid] {
			m.t.Fatalf("member %d is told twice that %s is there", n.to, uid)
		}
		known[uid] = true
	case cmdPeerLeave:
		if !known[uid] {
			m.t.Fatalf("member %d is told that %s left, which it does not know", n.to, uid)
		}
		delete(known, uid)
	default:
		m.t.Fatalf("member %d hears %q", n.to, n.cmd)
	}
}

// truth compares the registry and the beliefs with the model.
func (m *model) truth() {
	m.t.Helper()
	rooms := map[string]int{}
	for member, where := range m.sits {
		rooms[where.room]++
		others := m.others(where.room, member)
		if len(others)+1 > m.capacity {
			m.t.Fatalf("%s holds %d", where.room, len(others)+1)
		}
		for _, other := range others {
			if !m.beliefs[member][m.sits[other].uid] {
				m.t.Fatalf("member %d does not know of %v", member, m.sits[other])
			}
		}
		if len(m.beliefs[member]) != len(others) {
			m.t.Fatalf("member %d believes %v", member, m.beliefs[member])
		}
	}
	if len(m.real.rooms) != len(rooms) || len(m.real.seats) != len(m.sits) {
		m.t.Fatalf("%d rooms and %d seats, want %d and %d", len(m.real.rooms), len(m.real.seats), len(rooms), len(m.sits))
	}
}

// everybodyGoes leaves nothing behind.
func (m *model) everybodyGoes() {
	m.t.Helper()
	for member := range modelMembers {
		m.drop(member)
		m.truth()
	}
}

func (m *model) nothing(notices []notice[int], why reason) {
	m.t.Helper()
	m.refused(notices, why, none)
}

func (m *model) refused(notices []notice[int], why, want reason) {
	m.t.Helper()
	if why != want || len(notices) > 0 {
		m.t.Fatalf("%v and %q, want nothing and %q", notices, why, want)
	}
}

// find looks for another member in a place.
func (m *model) find(where place, but int) (int, bool) {
	for member, p := range m.sits {
		if p == where && member != but {
			return member, true
		}
	}
	return 0, false
}

func (m *model) others(room string, but int) (out []int) {
	for member, p := range m.sits {
		if p.room == room && member != but {
			out = append(out, member)
		}
	}
	return out
}

// neighbours are the others in a member's room, wherever that is.
func (m *model) neighbours(member int) map[int]bool {
	out := map[int]bool{}
	if where, seated := m.sits[member]; seated {
		for _, other := range m.others(where.room, member) {
			out[other] = true
		}
	}
	return out
}

func (m *model) name(s string) name {
	return name{value: value{text: s}, raw: `"` + s + `"`}
}
