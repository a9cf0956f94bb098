package signaling

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
)

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
