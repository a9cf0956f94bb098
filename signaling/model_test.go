package signaling

import (
	"context"
	"fmt"
	"math/rand/v2"
	"strings"
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
	if n := len(m.h.views.all()) + m.h.sessions.count() + len(m.h.guests.rooms); n != 0 {
		m.t.Fatalf("%d views, sessions and accounts are left", n)
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

// person is a client with a memory. Even ones speak the classic dialect.
type person struct {
	t      *testing.T
	h      *hub
	number int
	bare          // no session while not connected
	loose  bool   // others act at the same time, so less is certain
	said   int    // how many frames it has handed over
	count  uint64 // frames received in the session

	sits  place
	away  bool
	peers map[string]belief
	due   []string // frames that must still arrive, in order
}

// belief is what is known of a peer.
type belief struct {
	away bool
	last int // the number of its latest frame
}

func (p *person) speaks() dialect { return dialect(p.number%2 == 1) }
func (p *person) address() string { return fmt.Sprint("192.0.2.", p.number%4/2) }

// connects opens a socket if there is none.
func (p *person) connects() {
	if p.session == nil {
		p.bare, p.count, p.peers, p.due = newBareOf(p.t, p.h, p.address(), p.speaks()), 0, map[string]belief{}, nil
	}
}

func (p *person) does(cmd string, where place, remote string) reason {
	p.connects()
	if cmd == "offer" {
		p.said++
	}
	return p.bare.does(fmt.Sprintf(`{"cmd":%q,"roomId":%q,"uid":%q,"remoteUid":%q,"n":%d}`, cmd, where.room, where.uid, remote, p.said))
}

// mayAs is what becomes of a frame that says it comes from a place.
func (p *person) mayAs(where place) reason {
	switch {
	case p.sits.room != where.room:
		return notJoined
	case p.sits.uid != where.uid:
		return notAllowed
	default:
		return none
	}
}

// moves is granted another place, or none. What it knew of the old one is void,
// but the notices of the new one may be on their way already.
func (p *person) moves(where place) {
	if where == (place{}) || p.sits.room != where.room {
		p.due = nil
	}
	p.sits = where
	p.peers = map[string]belief{}
}

// gone loses socket, session and seat.
func (p *person) gone() {
	p.bare, p.away, p.sits, p.peers, p.due = bare{}, false, place{}, nil, nil
}

// end goes for good.
func (p *person) end() {
	if p.session != nil {
		p.h.expel(p.session, ending{bye: true})
		p.h.crowd.remove(p.bare.s)
	}
	p.gone()
}

// breaks loses the connection, with all that was not read.
func (p *person) breaks() {
	if p.session == nil || p.away {
		return
	}
	p.h.lost(p.bare.s, ending{})
	if p.speaks() == extended && p.sits != (place{}) {
		p.away = true
		return
	}
	p.gone()
}

// resumes comes back on another socket.
func (p *person) resumes() {
	p.t.Helper()
	old := p.bare
	p.bare = newBareOf(p.t, p.h, p.address(), p.speaks())
	why := p.bare.does(fmt.Sprintf(`{"cmd":"resume","session":%q,"resume":%q,"received":%d}`, old.id, old.secret, p.count))
	if why != none {
		if p.loose {
			p.end()
			return
		}
		p.t.Fatalf("person %d resumes: %q", p.number, why)
	}
	p.away, p.count = false, 0
}

// reads takes in what it was told, and tells whether it is still connected.
func (p *person) reads() bool {
	p.t.Helper()
	if p.session == nil || p.away {
		return false
	}
	frames, ended := p.bare.gets()
	for _, frame := range frames {
		p.count++
		p.hears(frame)
	}
	return !ended
}

func (p *person) hears(frame string) {
	p.t.Helper()
	var uid string
	if i := strings.Index(frame, `"remoteUid":"`); i >= 0 {
		uid, _, _ = strings.Cut(frame[i+len(`"remoteUid":"`):], `"`)
	}
	known, knows := p.peers[uid]
	switch cmd, _, _ := strings.Cut(strings.TrimPrefix(frame, `{"cmd":"`), `"`); cmd {
	case cmdNewPeer, cmdRespJoin:
		if knows {
			p.t.Fatalf("person %d is told twice that %s is there", p.number, uid)
		}
		p.peers[uid] = belief{}
	case cmdPeerLeave:
		if !knows {
			p.t.Fatalf("person %d is told that %s left, which it does not know", p.number, uid)
		}
		delete(p.peers, uid)
	case cmdPeerAway, cmdPeerBack:
		if !knows || known.away == (cmd == cmdPeerAway) || p.speaks() == classic {
			p.t.Fatalf("person %d, who believes %v, hears %s", p.number, p.peers, frame)
		}
		p.peers[uid] = belief{cmd == cmdPeerAway, known.last}
	case cmdOffer:
		p.hearsOffer(frame)
	case cmdJoined, cmdResumed, cmdError, cmdRoomFull:
	default:
		p.t.Fatalf("person %d hears %s", p.number, frame)
	}
}

func (p *person) hearsOffer(frame string) {
	p.t.Helper()
	var room, from, to string
	var n int
	words := strings.NewReplacer(`"`, " ", ",", " ", ":", " ", "{", " ", "}", " ").Replace(frame)
	fmt.Sscanf(words, " cmd offer roomId %s uid %s remoteUid %s n %d", &room, &from, &to, &n)
	known, knows := p.peers[from]
	if room != p.sits.room || to != p.sits.uid || !knows || n <= known.last {
		p.t.Fatalf("person %d, in %v with %v, hears %s", p.number, p.sits, p.peers, frame)
	}
	p.peers[from] = belief{known.away, n}
	if p.loose {
		return
	}
	if len(p.due) == 0 || p.due[0] != fmt.Sprint(from, " ", n) {
		p.t.Fatalf("person %d hears %s, want %v", p.number, frame, p.due)
	}
	p.due = p.due[1:]
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

// wanders does something at random. Its beliefs about its own seat are made of
// what the hub says at once: a seat can be lost at any time, and then the socket
// is closed.
func (p *person) wanders(random *rand.Rand) {
	where := place{fmt.Sprint("room", random.IntN(modelRooms)), fmt.Sprint("uid", random.IntN(modelUIDs))}
	switch kind := random.IntN(8); {
	case p.away && kind < 6:
		p.resumes()
	case p.away:
		p.h.expire(p.session)
		p.gone()
	case kind == 0 && p.sits != (place{}):
		p.does("leave", p.sits, "")
		p.comesToRest()
		if p.session != nil {
			p.moves(place{})
		}
	case kind == 1:
		p.breaks()
	case kind == 2:
		p.end()
	case kind < 5 && p.sits == (place{}):
		// What is told before the answer is known belongs to the new seat.
		p.connects()
		p.sits, p.peers = where, map[string]belief{}
		if p.does("join", where, "") != none {
			p.sits = place{}
		}
	case p.sits != (place{}):
		p.does("offer", p.sits, fmt.Sprint("uid", random.IntN(modelUIDs)))
	}
	p.comesToRest()
}

// comesToRest reads what there is, and lets go of a socket that was closed.
func (p *person) comesToRest() {
	if p.session == nil || p.away {
		if p.away && p.hasEnded() {
			p.gone()
		}
		return
	}
	if !p.reads() || p.hasEnded() {
		p.h.crowd.remove(p.bare.s)
		p.gone()
	}
}

func (p *person) hasEnded() bool {
	p.session.mu.Lock()
	defer p.session.mu.Unlock()
	return p.session.ended
}
