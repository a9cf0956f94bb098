package signaling

import (
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/gorilla/websocket"
)

// TestSilentSocketIsGone: a half-open connection answers no ping. It is found
// after 30 seconds, not before, and its peer is told.
func TestSilentSocketIsGone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := startPipes(t, DefaultLimits())
		a, b := p.connect("A", "192.0.2.1"), p.deaf("B", "192.0.2.2")
		introduce(a, b)
		passed := clock()
		time.Sleep(30*time.Second - time.Millisecond)
		a.hearsNothing()
		b.hears("close 1008 no-pong")
		a.hears(`{"cmd":"peer-leave","remoteUid":"b"}`)
		if passed() != 30*time.Second {
			t.Errorf("gone after %v", passed())
		}
		if n := p.server.Stats().Refusals["no-pong"]; n != 1 {
			t.Errorf("counted %d times", n)
		}
	})
}

// TestPongsKeepASocket: two clients that say nothing stay for an hour.
func TestPongsKeepASocket(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := startPipes(t, DefaultLimits())
		a, b := p.connect("A", "192.0.2.1"), p.connect("B", "192.0.2.2")
		introduce(a, b)
		time.Sleep(time.Hour)
		a.done(`{"cmd":"offer","roomId":"1","uid":"a","remoteUid":"b","msg":""}`)
		b.hears(`{"cmd":"offer","roomId":"1","uid":"a","remoteUid":"b","msg":""}`)
	})
}

// TestFramesKeepASocket: any frame counts as life, not only a pong.
func TestFramesKeepASocket(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := startPipes(t, DefaultLimits())
		a := p.deaf("A", "192.0.2.1")
		for range 10 {
			time.Sleep(29 * time.Second)
			a.say(`{}`)
		}
		a.hearsNothing()
	})
}

// TestHalfFrameEnds: pongs do not keep alive a message that never ends.
func TestHalfFrameEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := startPipes(t, DefaultLimits())
		a := p.connect("A", "192.0.2.1")
		time.Sleep(time.Second) // so that the end falls between two pings
		a.settle()
		message, err := a.conn.NextWriter(websocket.TextMessage)
		if err != nil {
			t.Fatal(err)
		}
		passed := clock()
		fmt.Fprintf(message, "%10000s", "") // more than the buffer: a fragment goes out
		time.Sleep(30*time.Second - time.Millisecond)
		a.hears("close 1008 no-pong")
		if passed() != 30*time.Second {
			t.Errorf("gone after %v", passed())
		}
	})
}

// TestHalfFramesTogether has many begin large frames and not end them. What has come in of
// them counts, and while that is too much nobody may keep a large one up for long; a small
// one may take its time, and a large one that comes whole is as good as ever, until far too
// much waits.
func TestHalfFramesTogether(t *testing.T) {
	const many = 5
	limits := DefaultLimits()
	limits.WaitingBytes = 160 << 10
	synctest.Test(t, func(t *testing.T) {
		p := startPipes(t, limits)
		half := func(name string, size int) *client {
			c := p.connect(name, "192.0.2.1")
			message, err := c.conn.NextWriter(websocket.TextMessage)
			if err != nil {
				t.Fatal(err)
			}
			fmt.Fprintf(message, "%*s", size, "")
			return c
		}
		small := half("small", 12_000)
		var large []*client
		for i := range many {
			large = append(large, half(fmt.Sprint("large ", i), 50_000))
		}
		a, b := p.connect("A", "192.0.2.1"), p.connect("B", "192.0.2.2")
		introduce(a, b)
		synctest.Wait()
		if waits := p.server.Stats().WaitingBytes; waits < many*45_000 || waits > 2*limits.WaitingBytes {
			t.Errorf("%d bytes are said to wait", waits)
		}
		a.done(padded(45_000))
		b.hears(padded(45_000))
		passed := clock()
		for i := range many {
			half(fmt.Sprint("too many ", i), 50_000)
		}
		last := half("one too many", 50_000)
		last.hears("close 1008 peer-slow")
		if waits := p.server.Stats().WaitingBytes; waits > 2*limits.WaitingBytes+int64(many*limits.ScarceBytes) || passed() > 0 {
			t.Errorf("%d bytes are said to wait after %v", waits, passed())
		}
		for _, c := range large {
			c.hears("close 1008 peer-slow")
		}
		time.Sleep(2 * limits.CloseGrace)
		if waits := p.server.Stats().WaitingBytes; waits == 0 || waits > 16<<10 {
			t.Errorf("%d bytes are said to wait for the end of a small frame", waits)
		}
		small.conn.Close()
		synctest.Wait()
		if waits := p.server.Stats().WaitingBytes; waits != 0 {
			t.Errorf("%d bytes are said to wait for nobody", waits)
		}
	})
}

// TestMissedPingFreesTheSeat: a client that comes back from another address
// gets its seat once the old socket owes an answer for more than five seconds.
func TestMissedPingFreesTheSeat(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := startPipes(t, DefaultLimits())
		a, b := p.deaf("A", "192.0.2.1"), p.connect("B", "192.0.2.2")
		introduce(a, b)
		back := p.connect("A2", "198.51.100.1")
		join := `{"cmd":"join","roomId":"1","uid":"a"}`

		time.Sleep(20 * time.Second) // pinged five seconds ago
		back.done(join)
		back.hears(`{"cmd":"room-full","roomId":"1"}`)

		time.Sleep(time.Second)
		back.done(join)
		back.hears(`{"cmd":"resp-join","remoteUid":"b"}`)
		a.hears("close 1008 taken-over")
		b.hears(`{"cmd":"peer-leave","remoteUid":"a"}`)
		b.hears(`{"cmd":"new-peer","remoteUid":"a"}`)
		b.hearsNothing()
	})
}

// TestLaterPingsExcuseNothing: of several unanswered pings the oldest counts.
func TestLaterPingsExcuseNothing(t *testing.T) {
	limits := DefaultLimits()
	limits.PingEvery = 2 * time.Second
	synctest.Test(t, func(t *testing.T) {
		p := startPipes(t, limits)
		a, back := p.deaf("A", "192.0.2.1"), p.connect("A2", "198.51.100.1")
		a.say(`{"cmd":"join","roomId":"1","uid":"a"}`)
		time.Sleep(8 * time.Second) // the first of four pings is six seconds old
		back.done(`{"cmd":"join","roomId":"1","uid":"a"}`)
		a.hears("close 1008 taken-over")
	})
}

// TestAnsweredPingKeepsTheSeat: a live client loses its seat to no stranger, at
// no time.
func TestAnsweredPingKeepsTheSeat(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := startPipes(t, DefaultLimits())
		a, stranger := p.connect("A", "192.0.2.1"), p.connect("X", "198.51.100.1")
		a.done(`{"cmd":"join","roomId":"1","uid":"a"}`)
		for range 40 {
			time.Sleep(time.Second)
			stranger.done(`{"cmd":"join","roomId":"1","uid":"a"}`)
			stranger.hears(`{"cmd":"room-full","roomId":"1"}`)
		}
		a.hearsNothing()
	})
}

// TestPongComesLast holds the writer up until a frame and a ping both wait: the
// frame goes first, whatever order the writer learns of them in.
func TestPongComesLast(t *testing.T) {
	for range 20 {
		synctest.Test(t, func(t *testing.T) {
			p := startPipes(t, DefaultLimits())
			a, b := p.connect("A", "192.0.2.1"), p.dial("192.0.2.2")
			b.WriteMessage(websocket.TextMessage, []byte(`{"cmd":"join","roomId":"1","uid":"b"}`))
			time.Sleep(16 * time.Second) // a ping is being written, and b does not read
			a.done(`{"cmd":"join","roomId":"1","uid":"a"}`)
			b.WriteControl(websocket.PingMessage, nil, time.Now().Add(patience))
			synctest.Wait()
			b.SetPongHandler(func(string) error { t.Error("the pong came first"); return nil })
			if _, raw, err := b.ReadMessage(); err != nil || string(raw) != `{"cmd":"new-peer","remoteUid":"a"}` {
				t.Errorf("%s, %v", raw, err)
			}
		})
	}
}

// TestStuckWriterEnds: one frame that cannot be written for five seconds ends
// the socket, though its queue is far from full.
func TestStuckWriterEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := startPipes(t, DefaultLimits())
		a, b := p.connect("A", "192.0.2.1"), p.dial("192.0.2.2")
		if err := b.WriteMessage(websocket.TextMessage, []byte(`{"cmd":"join","roomId":"1","uid":"b"}`)); err != nil {
			t.Fatal(err)
		}
		synctest.Wait()
		passed := clock()
		a.done(`{"cmd":"join","roomId":"1","uid":"a"}`) // b is told, and does not listen
		a.hears(`{"cmd":"resp-join","remoteUid":"b"}`)
		a.hears(`{"cmd":"peer-leave","remoteUid":"b"}`)
		if passed() != 5*time.Second {
			t.Errorf("gone after %v", passed())
		}
		if n := p.server.Stats().Refusals["peer-slow"]; n != 1 {
			t.Errorf("counted %d times", n)
		}
	})
}

// TestSustainedRate: 50 frames a second are fine for ever, and after a rest so
// are 200 at once; one more is not.
func TestSustainedRate(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := startPipes(t, DefaultLimits())
		a := p.connect("A", "192.0.2.1")
		for range 50 * 60 {
			a.say(`{}`)
			time.Sleep(time.Second / 50)
		}
		time.Sleep(4 * time.Second)
		for range 200 {
			a.say(`{}`)
		}
		synctest.Wait()
		select {
		case got := <-a.heard:
			t.Fatalf("heard %s too early", got)
		default:
		}
		a.say(`{}`)
		a.hears("close 1008 too-fast")
	})
}

// TestControlFramesCount: pings and pongs are frames; a flood of them ends too.
func TestControlFramesCount(t *testing.T) {
	for _, kind := range []int{websocket.PingMessage, websocket.PongMessage} {
		synctest.Test(t, func(t *testing.T) {
			p := startPipes(t, DefaultLimits())
			a := p.connect("A", "192.0.2.1")
			go func() {
				for range 300 {
					a.conn.WriteControl(kind, nil, time.Now().Add(patience))
				}
			}()
			a.hears("close 1008 too-fast")
		})
	}
}

// TestUnansweredCloseIsCut: who does not answer a close frame is cut off after
// the grace, and the stop of the server takes no longer than that.
func TestUnansweredCloseIsCut(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := startPipes(t, DefaultLimits())
		p.dial("192.0.2.1") // never reads
		reads := p.connect("B", "192.0.2.2")
		reads.conn.SetCloseHandler(func(int, string) error { return nil }) // and does not answer
		synctest.Wait()
		passed := clock()
		p.stop()
		<-p.served
		if passed() != time.Second {
			t.Errorf("Serve returned after %v", passed())
		}
		reads.hears("close 1001 stopping")
		if n := p.server.Stats().Sockets; n != 0 {
			t.Errorf("%d sockets left", n)
		}
	})
}

// TestSlowMemberHarmsNobody: a member that does not read fills its queue and is
// closed at once; its peer is told, and no time passes for anybody.
func TestSlowMemberHarmsNobody(t *testing.T) {
	limits := DefaultLimits()
	limits.QueueFrames = 20
	synctest.Test(t, func(t *testing.T) {
		p := startPipes(t, limits)
		a, slow := p.connect("A", "192.0.2.1"), p.dial("192.0.2.2")
		c, d := p.connect("C", "192.0.2.3"), p.connect("D", "192.0.2.4")
		c.done(`{"cmd":"join","roomId":"2","uid":"c"}`)
		d.done(`{"cmd":"join","roomId":"2","uid":"d"}`)
		c.hears(`{"cmd":"new-peer","remoteUid":"d"}`)
		d.hears(`{"cmd":"resp-join","remoteUid":"c"}`)
		slow.WriteMessage(websocket.TextMessage, []byte(`{"cmd":"join","roomId":"1","uid":"slow"}`))
		synctest.Wait()
		passed := clock()
		a.done(`{"cmd":"join","roomId":"1","uid":"a"}`)
		a.hears(`{"cmd":"resp-join","remoteUid":"slow"}`)

		offer := `{"cmd":"offer","roomId":"2","uid":"c","remoteUid":"d","msg":"%d"}`
		for i := range 22 { // one is being written, 20 wait, one does not fit
			a.done(`{"cmd":"candidate","roomId":"1","uid":"a","remoteUid":"slow","msg":""}`)
			c.done(fmt.Sprintf(offer, i))
			d.hears(fmt.Sprintf(offer, i))
		}
		a.hears(`{"cmd":"peer-leave","remoteUid":"slow"}`)
		a.hearsNothing()
		if passed() != 0 {
			t.Errorf("somebody waited %v", passed())
		}
		// Whoever wakes up within the grace reads the frame that was under way,
		// and then why it was closed.
		woken := attend(t, "slow", slow)
		woken.hears(`{"cmd":"new-peer","remoteUid":"a"}`)
		woken.hears("close 1008 peer-slow")
	})
}
