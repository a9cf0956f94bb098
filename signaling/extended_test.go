package signaling

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"hash/maphash"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/gorilla/websocket"

	"zerortc/config"
)

// fakeICE hands out a server whose user says for whom it is.
type fakeICE struct {
	ttl time.Duration
}

func (f fakeICE) Servers(to Caller, room, peer string, _ time.Time) (json.RawMessage, time.Duration) {
	return json.RawMessage(fmt.Sprintf(`[{"urls":["turn:%s"],"username":"%s.%s"}]`, to.Host, room, peer)), f.ttl
}

// fakeInvites takes a token that names the room.
type fakeInvites struct{}

func (fakeInvites) Check(token, room, uid string, _ time.Time) error {
	if token != "for "+room {
		return badFrame
	}
	return nil
}

// talker is a client of the extended dialect.
type talker struct {
	*client
	session, secret string
	received        int
}

// greeted turns a client whose socket speaks the extended dialect into one that
// has read its welcome.
func greeted(c *client) *talker {
	c.t.Helper()
	var w struct{ Cmd, Session, Resume string }
	frame := c.next()
	if err := json.Unmarshal([]byte(frame), &w); err != nil || w.Cmd != "welcome" || len(w.Session) < 20 || len(w.Resume) < 20 || w.Session == w.Resume {
		c.t.Fatalf("%s is greeted with %s", c.name, frame)
	}
	return &talker{client: c, session: w.Session, secret: w.Resume}
}

func (c *client) next() string {
	c.t.Helper()
	select {
	case got := <-c.heard:
		return got
	case <-time.After(patience):
		c.t.Fatalf("%s hears nothing", c.name)
		return ""
	}
}

// hears counts, as a client does that may have to resume.
func (c *talker) hears(want string) {
	c.t.Helper()
	c.client.hears(want)
	c.received++
}

func (c *talker) joins(room, uid string) {
	c.t.Helper()
	c.done(fmt.Sprintf(`{"cmd":"join","roomId":%q,"uid":%q}`, room, uid))
}

func (c *talker) refused(code, ref string) {
	c.t.Helper()
	var e struct{ Cmd, Code, Message, Ref string }
	frame := c.next()
	c.received++
	if err := json.Unmarshal([]byte(frame), &e); err != nil || e.Cmd != "error" || e.Code != code || e.Ref != ref || e.Message == "" {
		c.t.Fatalf("%s hears %s, want %s about %q", c.name, frame, code, ref)
	}
}

// resumes asks for the seat of an older client.
func (c *talker) resumes(old *talker, received int) {
	c.t.Helper()
	c.done(fmt.Sprintf(`{"cmd":"resume","session":%q,"resume":%q,"received":%d}`, old.session, old.secret, received))
}

// extend opens a socket of the extended dialect.
func (p *pipes) extend(name, address string) *talker {
	p.t.Helper()
	return greeted(attend(p.t, name, p.dialAs(address, Subprotocol)))
}

func offerTo(from, to string, n int) string {
	return fmt.Sprintf(`{"cmd":"offer","roomId":"1","uid":%q,"remoteUid":%q,"msg":%d}`, from, to, n)
}

// TestResumeLosesNothing breaks a socket with frames on the way and frames to
// come: the client gets all of them, in order, and once.
func TestResumeLosesNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := startPipes(t, DefaultLimits())
		a, b := p.extend("A", "192.0.2.1"), p.extend("B", "192.0.2.2")
		old := p.connect("C", "192.0.2.3")
		limits := *p.server.limits.Load()
		limits.RoomCapacity = 3
		p.server.limits.Store(&limits)

		a.joins("1", "a")
		a.hears(`{"cmd":"joined","roomId":"1","capacity":3,"members":[]}`)
		b.joins("1", "b")
		a.hears(`{"cmd":"new-peer","remoteUid":"b"}`)
		b.hears(`{"cmd":"joined","roomId":"1","capacity":3,"members":["a"]}`)
		b.hears(`{"cmd":"resp-join","remoteUid":"a"}`)
		old.done(`{"cmd":"join","roomId":"1","uid":"c"}`)
		a.hears(`{"cmd":"new-peer","remoteUid":"c"}`)
		b.hears(`{"cmd":"new-peer","remoteUid":"c"}`)
		old.hears(`{"cmd":"resp-join","remoteUid":"a"}`)
		old.hears(`{"cmd":"resp-join","remoteUid":"b"}`)

		// B gets the first two, and pretends to have got one.
		a.done(offerTo("a", "b", 1))
		b.hears(offerTo("a", "b", 1))
		a.done(offerTo("a", "b", 2))
		b.settle()
		b.conn.NetConn().Close()
		a.hears(`{"cmd":"peer-away","remoteUid":"b"}`)
		a.done(offerTo("a", "b", 3))
		old.done(offerTo("c", "b", 4))
		old.done(`{"cmd":"leave","roomId":"1","uid":"c"}`)
		a.hears(`{"cmd":"peer-leave","remoteUid":"c"}`)
		time.Sleep(29 * time.Second)

		again := p.extend("B2", "198.51.100.7")
		again.resumes(b, b.received)
		again.hears(`{"cmd":"resumed","roomId":"1","uid":"b","missed":4}`)
		again.hears(offerTo("a", "b", 2))
		again.hears(offerTo("a", "b", 3))
		again.hears(offerTo("c", "b", 4))
		again.hears(`{"cmd":"peer-leave","remoteUid":"c"}`)
		a.hears(`{"cmd":"peer-back","remoteUid":"b"}`)
		again.done(offerTo("b", "a", 5))
		a.hears(offerTo("b", "a", 5))

		// The secret is spent; the newer one works, and counting began anew.
		thief := p.extend("X", "198.51.100.8")
		thief.resumes(b, b.received)
		thief.refused("resume-expired", "resume")
		a.done(offerTo("a", "b", 6))
		again.settle()
		again.conn.NetConn().Close()
		a.hears(`{"cmd":"peer-away","remoteUid":"b"}`)
		third := p.extend("B3", "198.51.100.7")
		third.resumes(again, again.received)
		third.hears(`{"cmd":"resumed","roomId":"1","uid":"b","missed":1}`)
		third.hears(offerTo("a", "b", 6))
		a.hears(`{"cmd":"peer-back","remoteUid":"b"}`)
		time.Sleep(time.Minute)
		a.hearsNothing()
		third.hearsNothing()
	})
}

// TestResumeExpires: after the window the others hear that the member left, and
// the seat is free.
func TestResumeExpires(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := startPipes(t, DefaultLimits())
		a, b := p.connect("A", "192.0.2.1"), p.extend("B", "192.0.2.2")
		a.done(`{"cmd":"join","roomId":"1","uid":"a"}`)
		b.joins("1", "b")
		a.hears(`{"cmd":"new-peer","remoteUid":"b"}`)
		b.settle()
		passed := clock()
		b.conn.NetConn().Close()
		third := p.connect("C", "192.0.2.3")
		third.done(`{"cmd":"join","roomId":"1","uid":"c"}`)
		third.hears(`{"cmd":"room-full","roomId":"1"}`) // the seat is kept
		time.Sleep(30*time.Second - time.Millisecond)
		a.hearsNothing() // a classic client sees nothing of it
		a.hears(`{"cmd":"peer-leave","remoteUid":"b"}`)
		if passed() != 30*time.Second {
			t.Errorf("left after %v", passed())
		}
		late := p.extend("B2", "192.0.2.2")
		late.resumes(b, 2)
		late.refused("resume-expired", "resume")
		late.joins("1", "b")
		late.hears(`{"cmd":"joined","roomId":"1","capacity":2,"members":["a"]}`)
		a.hears(`{"cmd":"new-peer","remoteUid":"b"}`)
	})
}

// TestResumeIsRefused lists what does not bring a seat back, and that none of it
// harms who has it.
func TestResumeIsRefused(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := startPipes(t, DefaultLimits())
		a, b := p.extend("A", "192.0.2.1"), p.extend("B", "192.0.2.2")
		a.joins("1", "a")
		a.hears(`{"cmd":"joined","roomId":"1","capacity":2,"members":[]}`)
		for about, frame := range map[string]string{
			"a wrong secret":          fmt.Sprintf(`{"cmd":"resume","session":%q,"resume":%q,"received":1}`, a.session, a.session),
			"no secret":               fmt.Sprintf(`{"cmd":"resume","session":%q,"resume":"","received":1}`, a.session),
			"no such session":         fmt.Sprintf(`{"cmd":"resume","session":"nobody","resume":%q,"received":1}`, a.secret),
			"its own":                 fmt.Sprintf(`{"cmd":"resume","session":%q,"resume":%q,"received":0}`, b.session, b.secret),
			"more than was ever sent": fmt.Sprintf(`{"cmd":"resume","session":%q,"resume":%q,"received":2}`, a.session, a.secret),
		} {
			b.done(frame)
			t.Log(about)
			b.refused("resume-expired", "resume")
		}
		for _, frame := range []string{
			`{"cmd":"resume","session":"x","resume":"y"}`, `{"cmd":"resume","session":"x","resume":"y","received":-1}`,
			`{"cmd":"resume","session":"x","resume":"y","received":1.5}`, `{"cmd":"resume","session":1,"resume":"y","received":1}`,
			`{"cmd":"resume","session":"x","resume":"y","received":99999999999999999999}`,
		} {
			b.done(frame)
			b.refused("bad-frame", "resume")
		}
		a.resumes(b, 0)
		a.refused("already-joined", "resume")
		a.hearsNothing()
		// Who said goodbye is not kept.
		a.bye(websocket.CloseGoingAway)
		a.client.hears("close 1001")
		b.resumes(a, a.received)
		b.refused("resume-expired", "resume")
	})
}

// TestResumeBeforeTheBreakIsSeen: a client may be back before the server knows
// that it went; the others hear nothing.
func TestResumeBeforeTheBreakIsSeen(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := startPipes(t, DefaultLimits())
		a, b := p.extend("A", "192.0.2.1"), p.extend("B", "192.0.2.2")
		a.joins("1", "a")
		b.joins("1", "b")
		a.hears(`{"cmd":"joined","roomId":"1","capacity":2,"members":[]}`)
		a.hears(`{"cmd":"new-peer","remoteUid":"b"}`)
		again := p.extend("B2", "192.0.2.2")
		again.resumes(b, 0)
		again.hears(`{"cmd":"resumed","roomId":"1","uid":"b","missed":2}`)
		again.hears(`{"cmd":"joined","roomId":"1","capacity":2,"members":["a"]}`)
		again.hears(`{"cmd":"resp-join","remoteUid":"a"}`)
		b.client.hears(`{"cmd":"joined","roomId":"1","capacity":2,"members":["a"]}`)
		b.client.hears(`{"cmd":"resp-join","remoteUid":"a"}`)
		b.client.hears("close 1008 taken-over")
		time.Sleep(time.Minute)
		a.hearsNothing()
		again.hearsNothing()
	})
}

// TestSilentExtendedMayComeBack: a half-open connection is closed, and its seat
// kept from then on.
func TestSilentExtendedMayComeBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := startPipes(t, DefaultLimits())
		conn := p.dialAs("192.0.2.2", Subprotocol)
		conn.SetPingHandler(func(string) error { return nil })
		a, b := p.extend("A", "192.0.2.1"), greeted(attend(t, "B", conn))
		a.joins("1", "a")
		b.joins("1", "b")
		a.hears(`{"cmd":"joined","roomId":"1","capacity":2,"members":[]}`)
		a.hears(`{"cmd":"new-peer","remoteUid":"b"}`)
		time.Sleep(40 * time.Second)
		a.hears(`{"cmd":"peer-away","remoteUid":"b"}`)
		time.Sleep(19 * time.Second)
		again := p.extend("B2", "192.0.2.2")
		again.resumes(b, 2)
		again.hears(`{"cmd":"resumed","roomId":"1","uid":"b","missed":0}`)
		a.hears(`{"cmd":"peer-back","remoteUid":"b"}`)
	})
}

// TestAbsenceOverflows: what waits for somebody absent has an end, and then the
// absence has.
func TestAbsenceOverflows(t *testing.T) {
	limits := DefaultLimits()
	limits.QueueFrames = 20
	synctest.Test(t, func(t *testing.T) {
		p := startPipes(t, limits)
		a, b := p.extend("A", "192.0.2.1"), p.extend("B", "192.0.2.2")
		a.joins("1", "a")
		b.joins("1", "b")
		a.hears(`{"cmd":"joined","roomId":"1","capacity":2,"members":[]}`)
		a.hears(`{"cmd":"new-peer","remoteUid":"b"}`)
		b.conn.NetConn().Close()
		a.hears(`{"cmd":"peer-away","remoteUid":"b"}`)
		for i := range 18 { // two are there already
			a.done(offerTo("a", "b", i))
		}
		a.hearsNothing()
		a.done(offerTo("a", "b", 18))
		a.hears(`{"cmd":"peer-leave","remoteUid":"b"}`)
		if n := p.server.Stats().Extended; n != 1 {
			t.Errorf("%d sessions are left", n)
		}
	})
}

// TestPongsConfirm: what a client has is forgotten, so a session that lasts for
// hours keeps little, and more than the queue holds may pass through it.
func TestPongsConfirm(t *testing.T) {
	limits := DefaultLimits()
	limits.QueueFrames, limits.FramesBurst = 20, 1000
	synctest.Test(t, func(t *testing.T) {
		p := startPipes(t, limits)
		a, b := p.extend("A", "192.0.2.1"), p.extend("B", "192.0.2.2")
		a.joins("1", "a")
		b.joins("1", "b")
		b.hears(`{"cmd":"joined","roomId":"1","capacity":2,"members":["a"]}`)
		b.hears(`{"cmd":"resp-join","remoteUid":"a"}`)
		for i := range 100 {
			a.done(offerTo("a", "b", i))
			b.hears(offerTo("a", "b", i))
		}
		time.Sleep(16 * time.Second) // a ping and its answer
		s := p.server.hub.sessions.get(b.session)
		s.mu.Lock()
		kept := len(s.history.frames)
		s.mu.Unlock()
		if kept != 0 {
			t.Errorf("%d frames are kept", kept)
		}
		b.conn.NetConn().Close()
		again := p.extend("B2", "192.0.2.2")
		again.resumes(b, b.received)
		again.hears(`{"cmd":"resumed","roomId":"1","uid":"b","missed":0}`)
		again.resumes(b, b.received-1)
		again.refused("already-joined", "resume")
	})
}

// TestICEIsFresh: servers come with the welcome, on demand, and before they end.
func TestICEIsFresh(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := startPipes(t, DefaultLimits())
		p.server.hub.ice = fakeICE{100 * time.Second}
		p.server.reached = func(r *http.Request) Caller { return Caller{Host: r.Host} }
		conn := p.dialAs("192.0.2.1", Subprotocol)
		a := attend(t, "A", conn)
		if frame := a.next(); !strings.Contains(frame, `"iceServers":[{"urls":["turn:pipe"],"username":"."}],"ttl":100}`) {
			t.Fatalf("welcomed with %s", frame)
		}
		a.done(`{"cmd":"join","roomId":"1","uid":"a"}`)
		a.hears(`{"cmd":"joined","roomId":"1","capacity":2,"members":[]}`)
		time.Sleep(79 * time.Second)
		a.hearsNothing()
		time.Sleep(2 * time.Second)
		a.hears(`{"cmd":"ice","iceServers":[{"urls":["turn:pipe"],"username":"1.a"}],"ttl":100}`)
		a.done(`{"cmd":"ice"}`)
		a.hears(`{"cmd":"ice","iceServers":[{"urls":["turn:pipe"],"username":"1.a"}],"ttl":100}`)
		time.Sleep(79 * time.Second)
		a.hearsNothing()
	})
}

// TestInvites: with them a join is the door, also to ICE servers, and classic
// clients find it shut.
func TestInvites(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := startPipes(t, DefaultLimits())
		p.server.hub.ice, p.server.hub.invites = fakeICE{time.Hour}, fakeInvites{}
		a := attend(t, "A", p.dialAs("192.0.2.1", Subprotocol))
		if frame := a.next(); strings.Contains(frame, "iceServers") {
			t.Fatalf("ICE servers are in %s", frame)
		}
		guest := &talker{client: a}
		guest.done(`{"cmd":"ice"}`)
		guest.refused("not-allowed", "ice")
		guest.joins("1", "a")
		guest.refused("not-allowed", "join")
		guest.done(`{"cmd":"join","roomId":"1","uid":"a","invite":"for 2"}`)
		guest.refused("not-allowed", "join")
		guest.done(`{"cmd":"join","roomId":"1","uid":"a","invite":"for 1"}`)
		guest.hears(`{"cmd":"joined","roomId":"1","capacity":2,"members":[]}`)
		guest.hears(`{"cmd":"ice","iceServers":[{"urls":["turn:"],"username":"1.a"}],"ttl":3600}`)
		old := p.connect("B", "192.0.2.2")
		old.done(`{"cmd":"join","roomId":"1","uid":"b","invite":"for 1"}`)
		old.hears(`{"cmd":"room-full","roomId":"1"}`)
	})
}

// TestPINs: the first sets it, others must give the same, and guesses are counted
// by address. It goes with the room.
func TestPINs(t *testing.T) {
	limits := DefaultLimits()
	limits.PINs = true
	synctest.Test(t, func(t *testing.T) {
		p := startPipes(t, limits)
		a, b := p.extend("A", "192.0.2.1"), p.extend("B", "192.0.2.2")
		a.done(`{"cmd":"join","roomId":"1","uid":"a","pin":"4711"}`)
		a.hears(`{"cmd":"joined","roomId":"1","capacity":2,"members":[]}`)
		old := p.connect("C", "192.0.2.3")
		old.done(`{"cmd":"join","roomId":"1","uid":"c"}`)
		old.hears(`{"cmd":"room-full","roomId":"1"}`)
		for i := range 20 {
			b.done(fmt.Sprintf(`{"cmd":"join","roomId":"1","uid":"b","pin":"%d"}`, i))
			b.refused("not-allowed", "join")
		}
		right := `{"cmd":"join","roomId":"1","uid":"b","pin":"4711"}`
		b.done(right)
		b.refused("too-many-guesses", "join")
		b.joins("2", "b") // a room without a PIN concerns nobody
		b.hears(`{"cmd":"joined","roomId":"2","capacity":2,"members":[]}`)
		time.Sleep(7 * time.Second)
		b.done(right)
		b.hears(`{"cmd":"joined","roomId":"1","capacity":2,"members":["a"]}`)
		b.hears(`{"cmd":"resp-join","remoteUid":"a"}`)
		a.hears(`{"cmd":"new-peer","remoteUid":"b"}`)
		a.done(`{"cmd":"leave","roomId":"1","uid":"a"}`)
		b.hears(`{"cmd":"peer-leave","remoteUid":"a"}`)
		b.done(`{"cmd":"leave","roomId":"1","uid":"b"}`)
		old.done(`{"cmd":"join","roomId":"1","uid":"c"}`)
		old.hearsNothing() // it has the room to itself
		b.done(right)
		b.refused("not-allowed", "join") // its PIN would guard nothing
	})
}

// TestPINsAreOff: nobody shall believe in a PIN that the server would not ask for.
func TestPINsAreOff(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := startPipes(t, DefaultLimits())
		a := p.extend("A", "192.0.2.1")
		a.done(`{"cmd":"join","roomId":"1","uid":"a","pin":"4711"}`)
		a.refused("not-allowed", "join")
	})
}

// TestLimitsByAddress refuses joins and rooms beyond the limits, and grants them
// again when there is room.
func TestLimitsByAddress(t *testing.T) {
	limits := DefaultLimits()
	limits.JoinsPerAddress, limits.RoomsPerAddress = 2, 3
	synctest.Test(t, func(t *testing.T) {
		p := startPipes(t, limits)
		var all []*talker
		for i := range 4 {
			all = append(all, p.extend(fmt.Sprint(i), "192.0.2.1"))
			all[i].joins(fmt.Sprint(i), "a")
			if i < 3 {
				all[i].hears(fmt.Sprintf(`{"cmd":"joined","roomId":"%d","capacity":2,"members":[]}`, i))
			}
		}
		all[3].refused("too-many-rooms", "join")
		other := p.extend("other", "192.0.2.2")
		other.joins("3", "a")
		other.hears(`{"cmd":"joined","roomId":"3","capacity":2,"members":[]}`)
		all[3].joins("3", "b") // which another address made
		all[3].hears(`{"cmd":"joined","roomId":"3","capacity":2,"members":["a"]}`)
		all[3].hears(`{"cmd":"resp-join","remoteUid":"a"}`)
		all[0].done(`{"cmd":"leave","roomId":"0","uid":"a"}`)
		all[3].joins("4", "a")
		all[3].hears(`{"cmd":"joined","roomId":"4","capacity":2,"members":[]}`)
		// Six joins so far; the burst is ten.
		for range 4 {
			all[3].joins("5", "a")
			all[3].refused("too-many-rooms", "join")
		}
		all[3].joins("5", "a")
		all[3].refused("too-many-joins", "join")
		time.Sleep(time.Second)
		all[3].joins("4", "b")
		all[3].hears(`{"cmd":"joined","roomId":"4","capacity":2,"members":[]}`)
	})
}

// TestDrain: no new rooms, and those who understand it are told; rooms that exist
// can be joined.
func TestDrain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := startPipes(t, DefaultLimits())
		a, old := p.extend("A", "192.0.2.1"), p.connect("B", "192.0.2.2")
		a.joins("1", "a")
		a.hears(`{"cmd":"joined","roomId":"1","capacity":2,"members":[]}`)
		p.server.Drain(20 * time.Second)
		a.hears(`{"cmd":"closing","reconnectSeconds":20}`)
		a.joins("2", "a")
		a.refused("unavailable", "join")
		old.done(`{"cmd":"join","roomId":"1","uid":"b"}`)
		old.hears(`{"cmd":"resp-join","remoteUid":"a"}`)
		a.hears(`{"cmd":"new-peer","remoteUid":"b"}`)
		late := p.extend("C", "192.0.2.3")
		late.hears(`{"cmd":"closing","reconnectSeconds":20}`)
	})
}

// TestOperators shows what they see and can do.
func TestOperators(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := startPipes(t, DefaultLimits())
		var mu sync.Mutex
		var events []Event
		p.server.Observe(func(e Event) { mu.Lock(); defer mu.Unlock(); events = append(events, e) })
		a, b := p.extend("A", "192.0.2.1"), p.connect("B", "192.0.2.2")
		a.joins("blue", "a")
		b.done(`{"cmd":"join","roomId":"blue","uid":7}`)
		a.hears(`{"cmd":"joined","roomId":"blue","capacity":2,"members":[]}`)
		a.hears(`{"cmd":"new-peer","remoteUid":7}`)
		b.hears(`{"cmd":"resp-join","remoteUid":"a"}`)
		rooms := p.server.Rooms()
		if len(rooms) != 1 || rooms[0].Name != "blue" || len(rooms[0].Members) != 2 || !rooms[0].Members[0].Extended || rooms[0].Members[1].UID != "7" {
			t.Errorf("%+v", rooms)
		}
		frame := `{"cmd":"answer","roomId":"blue","uid":7,"remoteUid":"a"}`
		b.done(frame)
		a.hears(frame)
		if s := p.server.Stats(); s.Calls != 1 || s.Extended != 1 || s.RelayedFrames != 1 {
			t.Errorf("%+v", s)
		}
		if err := p.server.Alive(t.Context()); err != nil {
			t.Error(err)
		}
		time.Sleep(20 * time.Second) // pings
		if p.server.CloseRoom("red") || !p.server.CloseRoom("blue") {
			t.Error("red was closed, or blue was not")
		}
		a.client.hears("close 1008 room-closed")
		b.hears("close 1008 room-closed")
		mu.Lock()
		defer mu.Unlock()
		joins, trips := 0, 0
		for _, e := range events {
			switch e := e.(type) {
			case Joined:
				joins++
			case RoundTrip:
				trips++
			case CallEnded:
				if e.Members != 2 || e.Lasted != 20*time.Second || e.Frames != 1 || e.Why != "room-closed" {
					t.Errorf("%+v", e)
				}
			}
		}
		if joins != 2 || trips != 2 {
			t.Errorf("%d joins, %d round trips", joins, trips)
		}
	})
}

// TestAliveHasADeadline: where the rooms hang, whoever asks hears of it in time,
// and whoever asks later shares the probe.
func TestAliveHasADeadline(t *testing.T) {
	h := newHub(limitsFor(t), newRefusals())
	room := value{text: "\x00"}
	shard := &h.rooms.shards[maphash.Comparable(h.rooms.seed, room)%uint64(len(h.rooms.shards))]
	shard.mu.Lock()
	for range 3 {
		ctx, cancel := context.WithTimeout(t.Context(), time.Millisecond)
		if err := h.alive(ctx); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("said %v", err)
		}
		cancel()
	}
	shard.mu.Unlock()
	if err := h.alive(t.Context()); err != nil {
		t.Error(err)
	}
	h.crowd.began = time.Now().Add(-aliveWithin - time.Second) // and no beat since
	if err := h.alive(t.Context()); err == nil {
		t.Error("a clock that stands still is not seen")
	}
}

// TestApply: limits change while the server runs.
func TestApply(t *testing.T) {
	server := New(config.Rooms{Capacity: 2, MaxSockets: 1}, Parts{}, quiet())
	url := listen(t, server)
	connect(t, "A", url)
	refused(t, url, http.StatusServiceUnavailable, "sockets-full")
	server.Apply(config.Rooms{Capacity: 3})
	var all []*client
	for i := range 4 {
		c := connect(t, fmt.Sprint(i), url)
		c.done(fmt.Sprintf(`{"cmd":"join","roomId":1,"uid":%d}`, i))
		all = append(all, c)
	}
	all[3].hears(`{"cmd":"room-full","roomId":1}`)
}

// TestControlCharactersInNames are refused, however they are spelled.
func TestControlCharactersInNames(t *testing.T) {
	server, url := start(t, DefaultLimits())
	a := connect(t, "A", url)
	for _, name := range []string{`"\u0000"`, `"a\nb"`, `"\u009b"`, "\"\x7f\"", `"\t"`} {
		a.done(`{"cmd":"join","roomId":1,"uid":` + name + `}`)
	}
	if n := server.Stats().Refusals["bad-name"]; n != 5 {
		t.Errorf("counted %d times", n)
	}
}

// TestRoomOfSixteen: sixteen hear one another.
func TestRoomOfSixteen(t *testing.T) {
	limits := DefaultLimits()
	limits.RoomCapacity = 16
	server := newServer(limits, anyOrigin, quiet())
	url := listen(t, server)
	var all []*client
	for i := range 16 {
		c := connect(t, fmt.Sprint(i), url)
		c.done(fmt.Sprintf(`{"cmd":"join","roomId":1,"uid":%d}`, i))
		for j, other := range all {
			other.hears(fmt.Sprintf(`{"cmd":"new-peer","remoteUid":%d}`, i))
			c.hears(fmt.Sprintf(`{"cmd":"resp-join","remoteUid":%d}`, j))
		}
		all = append(all, c)
	}
	relay(all[0], all[15], `{"cmd":"offer","roomId":1,"uid":0,"remoteUid":15}`)
}
