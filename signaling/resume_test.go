package signaling

import (
	"bytes"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/gorilla/websocket"
)

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
		var out bytes.Buffer
		p.server.limitLog = newSampler(slog.New(slog.NewTextHandler(&out, nil)))
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
		if n := p.server.Stats().Refusals["peer-slow"]; n != 1 {
			t.Errorf("counted %d times", n)
		}
		if line := out.String(); strings.Count(line, "\n") != 1 || !strings.Contains(line, `msg="absent client given up" client=192.0.2.2 reason=peer-slow`) {
			t.Errorf("logged %q", line)
		}
	})
}

// TestComingBackIsNoRefusal: neither who comes back nor who stays away counts as closed.
func TestComingBackIsNoRefusal(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := startPipes(t, DefaultLimits())
		a := p.extend("A", "192.0.2.1")
		a.joins("1", "a")
		a.conn.NetConn().Close()
		synctest.Wait()
		again := p.extend("A2", "192.0.2.1")
		again.resumes(a, 1)
		again.hears(`{"cmd":"resumed","roomId":"1","uid":"a","missed":0}`)
		again.conn.NetConn().Close()
		time.Sleep(time.Minute)
		if s := p.server.Stats(); s.Members != 0 || s.Refusals["taken-over"]+s.Refusals["resume-expired"] != 0 {
			t.Errorf("%+v", s)
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

// As many may be away as may be connected: who comes and goes cannot fill the server
// with seats that wait.
func TestAbsencesAreLimited(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		limits := DefaultLimits()
		limits.SocketsPerAddress = 2
		p := startPipes(t, limits)
		for i := range 5 {
			c := p.extend(fmt.Sprint(i), "192.0.2.1")
			c.joins(fmt.Sprint(i), "a")
			c.conn.NetConn().Close()
			synctest.Wait()
		}
		if got := p.server.Stats(); got.Members != 2 || got.Refusals[string(addressFull)] != 3 {
			t.Errorf("%d seats wait, and %d did not", got.Members, got.Refusals[string(addressFull)])
		}
		time.Sleep(limits.Resume)
		synctest.Wait()
		c := p.extend("again", "192.0.2.1")
		c.joins("again", "a")
		c.conn.NetConn().Close()
		synctest.Wait()
		if got := p.server.Stats().Members; got != 1 {
			t.Errorf("%d seats wait after the others had their time", got)
		}
	})
}

// A seat belongs to where its owner came from last: whoever is at the old address
// now may be somebody else.
func TestResumedSeatHasTheNewAddress(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := startPipes(t, DefaultLimits())
		old := p.extend("old", "192.0.2.1")
		old.joins("1", "b")
		old.hears(`{"cmd":"joined","roomId":"1","capacity":2,"members":[]}`)
		moved := p.extend("moved", "192.0.2.2") // before the break is seen
		moved.resumes(old, 1)
		moved.hears(`{"cmd":"resumed","roomId":"1","uid":"b","missed":0}`)
		stranger := p.extend("stranger", "192.0.2.1")
		stranger.joins("1", "b")
		stranger.refused("room-full", "join")
		owner := p.extend("owner", "192.0.2.2")
		owner.joins("1", "b")
		owner.hears(`{"cmd":"joined","roomId":"1","capacity":2,"members":[]}`)
	})
}
