package signaling

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"
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
