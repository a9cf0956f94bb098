package signaling

import (
	"context"
	"fmt"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/gorilla/websocket"
)

// TestFrameSize: the largest frame passes whole, one byte more ends the socket,
// in one fragment or in many, and the peer is told.
func TestFrameSize(t *testing.T) {
	_, url := start(t, DefaultLimits())
	a, b := pair(t, url)
	largest := padded(64 << 10)
	a.say(largest)
	b.hears(largest)
	a.attempt(padded(64<<10 + 1))
	a.hears("close 1009 too-big")
	b.hears(`{"cmd":"peer-leave","remoteUid":"a"}`)

	c := connect(t, "C", url)
	message, err := c.conn.NextWriter(websocket.TextMessage)
	if err != nil {
		t.Fatal(err)
	}
	for range 65 {
		fmt.Fprintf(message, "%1024s", "")
	}
	message.Close()
	c.hears("close 1009 too-big")
}

// TestHugeHeader: the length that a frame claims is not believed, and costs
// nothing.
func TestHugeHeader(t *testing.T) {
	_, url := start(t, DefaultLimits())
	for about, length := range map[string]byte{"2^62 bytes": 0x40, "more than 2^63 bytes": 0xc0} {
		c := connect(t, about, url)
		header := append([]byte{0x81, 0xff, length}, make([]byte, 7+4)...)
		if _, err := c.conn.NetConn().Write(append(header, make([]byte, 66_000)...)); err != nil {
			t.Fatal(err)
		}
		c.hears("close 1009 too-big")
	}
}

// TestBrokenWebSocket: what is not WebSocket at all ends with 1002, and the peer
// is told.
func TestBrokenWebSocket(t *testing.T) {
	_, url := start(t, DefaultLimits())
	a, b := pair(t, url)
	if _, err := a.conn.NetConn().Write([]byte{0x81, 2, '{', '}'}); err != nil { // a client must mask
		t.Fatal(err)
	}
	if got := <-a.heard; !strings.HasPrefix(got, "close 1002") {
		t.Errorf("hears %s", got)
	}
	b.hears(`{"cmd":"peer-leave","remoteUid":"a"}`)
}

// TestBurst: 200 frames at once all arrive, in order, at a peer that reads; the
// queue is made for that.
func TestBurst(t *testing.T) {
	_, url := start(t, DefaultLimits())
	a, b := pair(t, url)
	for i := range 190 { // the joins and pings of pair count too
		a.say(numbered(i))
	}
	for i := range 190 {
		b.hears(numbered(i))
	}
}

// TestFlood ends the sender; its peer is told, not flooded.
func TestFlood(t *testing.T) {
	server, url := start(t, DefaultLimits())
	a, b := pair(t, url)
	for range 1000 {
		a.attempt(`{}`)
	}
	a.hears("close 1008 too-fast")
	b.hears(`{"cmd":"peer-leave","remoteUid":"a"}`)
	if n := server.Stats().Refusals["too-fast"]; n != 1 {
		t.Errorf("counted %d times", n)
	}
}

// TestRefusedFrames: none of these does anything but count.
func TestRefusedFrames(t *testing.T) {
	server, url := start(t, DefaultLimits())
	a, b := pair(t, url)
	a.conn.WriteMessage(websocket.BinaryMessage, []byte(numbered(0)))
	a.say(`{"cmd":"join","roomId":"` + strings.Repeat("x", 600) + `","uid":"a"}`)
	a.say(`{"cmd":"offer","roomId":"1","uid":"a","remoteUid":"b","msg":` + strings.Repeat("[", 100) + strings.Repeat("]", 100) + `}`)
	a.say("{\"cmd\":\"offer\",\"roomId\":\"1\",\"uid\":\"a\",\"remoteUid\":\"b\",\"msg\":\"\xff\"}")
	a.hearsNothing()
	b.hearsNothing()
	for _, why := range []reason{notText, nameTooLong, tooDeep, badJSON} {
		if n := server.Stats().Refusals[string(why)]; n != 1 {
			t.Errorf("%s: counted %d times", why, n)
		}
	}
	a.done(numbered(1))
	b.hears(numbered(1))
}

// slowReader takes a seat and then reads nothing, into buffers of the system that are
// small.
func slowReader(t *testing.T, url, room, uid string) *websocket.Conn {
	t.Helper()
	dialer := websocket.Dialer{NetDialContext: func(ctx context.Context, network, address string) (net.Conn, error) {
		conn, err := new(net.Dialer).DialContext(ctx, network, address)
		if err == nil {
			err = conn.(*net.TCPConn).SetReadBuffer(64 << 10)
		}
		return conn, err
	}}
	conn, _, err := dialer.Dial(url, nil)
	if err != nil {
		t.Fatal(err)
	}
	if err := conn.WriteMessage(websocket.TextMessage, fmt.Appendf(nil, `{"cmd":"join","roomId":%q,"uid":%q}`, room, uid)); err != nil {
		t.Fatal(err)
	}
	return conn
}

// TestSlowReader stops reading on a real connection. The kernel's buffers fill,
// then the queue; the socket is closed, and says why to whoever reads on.
func TestSlowReader(t *testing.T) {
	limits := DefaultLimits()
	limits.FramesPerSecond, limits.FramesBurst = 10_000, 10_000
	limits.WriteTimeout, limits.CloseGrace = time.Minute, time.Minute // for a busy machine
	server, url := start(t, limits)
	a := connect(t, "A", url)
	conn := slowReader(t, url, "1", "b")
	eventually(t, "B sits", func() bool { return server.Stats().Members == 1 })
	a.done(`{"cmd":"join","roomId":"1","uid":"a"}`)
	a.hears(`{"cmd":"resp-join","remoteUid":"b"}`)
	for range 1000 {
		a.done(padded(60_000))
		if server.Stats().Refusals["peer-slow"] > 0 {
			break
		}
	}
	a.hears(`{"cmd":"peer-leave","remoteUid":"b"}`)
	slow := attend(t, "B", conn)
	for last := ""; last != "close 1008 peer-slow"; last = <-slow.heard {
		if last == "broken" {
			t.Fatal("cut without a close frame")
		}
	}
}

// numbered is a candidate from a to b with a number in it.
func numbered(i int) string {
	return fmt.Sprintf(`{"cmd":"candidate","roomId":"1","uid":"a","remoteUid":"b","msg":"%d"}`, i)
}

// padded is an offer from a to b of so many bytes.
func padded(size int) string {
	frame := `{"cmd":"offer","roomId":"1","uid":"a","remoteUid":"b","msg":"`
	return frame + strings.Repeat("x", size-len(frame)-len(`"}`)) + `"}`
}

// TestSlowReadersTogether has many who read nothing, and for each somebody who lets as
// much wait for it as it may. What waits for all of them together stays within the
// bound and a little for each; and those who already hold up more are closed.
func TestSlowReadersTogether(t *testing.T) {
	const slow, each = 10, 200 << 10
	limits := DefaultLimits()
	limits.FramesPerSecond, limits.FramesBurst = 0, 10_000
	limits.WaitingBytes = 300 << 10
	limits.WriteTimeout, limits.CloseGrace = time.Minute, time.Minute
	server, url := start(t, limits)
	most := int64(0)
	for i := range slow {
		room := fmt.Sprint(i)
		conn := slowReader(t, url, room, "b")
		t.Cleanup(func() { conn.Close() })
		a := connect(t, "A"+room, url)
		a.done(fmt.Sprintf(`{"cmd":"join","roomId":%q,"uid":"a"}`, room))
		before, refused := server.hub.waiting.Load(), server.Stats().Refusals["peer-slow"]
		flood := strings.Replace(padded(10_000), `"roomId":"1"`, fmt.Sprintf(`"roomId":%q`, room), 1)
		for server.hub.waiting.Load() < before+each && server.Stats().Refusals["peer-slow"] == refused {
			a.done(flood)
			most = max(most, server.hub.waiting.Load())
		}
	}
	if bound := limits.WaitingBytes + slow*int64(limits.ScarceBytes+10_100); most > bound || most < limits.WaitingBytes {
		t.Errorf("%d bytes waited at the most, want more than %d and at most %d", most, limits.WaitingBytes, bound)
	}
	eventually(t, "there is room again", func() bool { return server.hub.waiting.Load() <= limits.WaitingBytes })
}
