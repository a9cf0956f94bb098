package faults

import (
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gorilla/websocket"
)

// client is a well-behaved one. A goroutine reads for it.
type client struct {
	conn  *websocket.Conn
	heard chan string // closed with the connection
	pongs chan struct{}
	read  sync.WaitGroup
}

func connect(t *testing.T, address string) *client {
	t.Helper()
	conn, _, err := websocket.DefaultDialer.Dial("ws://"+address+"/ws", nil)
	if err != nil {
		t.Fatal(err)
	}
	c := &client{conn: conn, heard: make(chan string, 1000), pongs: make(chan struct{}, 1000)}
	conn.SetPongHandler(func(string) error { c.pongs <- struct{}{}; return nil })
	c.read.Go(func() {
		defer close(c.heard)
		for {
			_, raw, err := conn.ReadMessage()
			if err != nil {
				return
			}
			c.heard <- string(raw)
		}
	})
	return c
}

// close ends the connection as a browser does that is closed.
func (c *client) close() {
	bye := websocket.FormatCloseMessage(websocket.CloseGoingAway, "")
	_ = c.conn.WriteControl(websocket.CloseMessage, bye, time.Now().Add(time.Second))
	c.conn.Close()
	c.read.Wait()
}

func (c *client) say(t *testing.T, format string, args ...any) {
	t.Helper()
	if err := c.conn.WriteMessage(websocket.TextMessage, fmt.Appendf(nil, format, args...)); err != nil {
		t.Errorf("saying %.60s: %v", format, err)
	}
}

// settle returns when the server has acted on all that was said.
func (c *client) settle(t *testing.T) {
	t.Helper()
	if err := c.conn.WriteControl(websocket.PingMessage, nil, time.Now().Add(patience)); err != nil {
		t.Errorf("pinging: %v", err)
		return
	}
	select {
	case <-c.pongs:
	case <-time.After(patience):
		t.Error("no pong")
	}
}

// hears waits for a frame; whatever comes before it is passed over.
func (c *client) hears(t *testing.T, want string) {
	t.Helper()
	late := time.After(patience)
	for {
		select {
		case got, open := <-c.heard:
			if got == want {
				return
			}
			if !open {
				t.Errorf("closed before it heard %s", want)
				return
			}
		case <-late:
			t.Errorf("did not hear %s", want)
			return
		}
	}
}

// hearsOnly fails if anything but pings was heard.
func (c *client) hearsOnly(t *testing.T, want ...string) {
	t.Helper()
	c.settle(t)
	for len(c.heard) > 0 {
		want = append(want[:0:0], want...)
		if got := <-c.heard; len(want) == 0 || got != want[0] {
			t.Errorf("heard %s, want %q", got, want)
			return
		}
		want = want[1:]
	}
	if len(want) > 0 {
		t.Errorf("did not hear %q", want)
	}
}

// talk is a healthy pair, one of whom says something to the other 20 times a
// second.
type talk struct {
	a, b  *client
	stop  chan struct{}
	ended sync.WaitGroup
	worst time.Duration
	said  int
}

// noticed is how late a frame may be. What waits for a peer that does not read
// waits for 5 s; a machine that tests other things too takes some time as well.
const noticed = 4500 * time.Millisecond

func talking(t *testing.T, address string) *talk {
	t.Helper()
	talk := &talk{a: connect(t, address), b: connect(t, address), stop: make(chan struct{})}
	talk.a.say(t, `{"cmd":"join","roomId":"healthy","uid":"a"}`)
	talk.a.settle(t)
	talk.b.say(t, `{"cmd":"join","roomId":"healthy","uid":"b"}`)
	talk.a.hears(t, `{"cmd":"new-peer","remoteUid":"b"}`)
	talk.b.hears(t, `{"cmd":"resp-join","remoteUid":"a"}`)
	talk.ended.Go(func() {
		every := time.NewTicker(50 * time.Millisecond)
		defer every.Stop()
		for {
			select {
			case <-talk.stop:
				return
			case <-every.C:
				talk.exchange(t)
			}
		}
	})
	return talk
}

func (talk *talk) exchange(t *testing.T) {
	talk.said++
	frame := fmt.Sprintf(`{"cmd":"candidate","roomId":"healthy","uid":"a","remoteUid":"b","msg":"%d %s"}`, talk.said, strings.Repeat("x", 700))
	began := time.Now()
	talk.a.say(t, "%s", frame)
	select {
	case got := <-talk.b.heard:
		if got != frame {
			t.Errorf("the healthy pair hears %.100s", got)
		}
	case <-time.After(patience):
		t.Error("the healthy pair hears nothing")
	}
	talk.worst = max(talk.worst, time.Since(began))
}

// end fails if the pair noticed anything.
func (talk *talk) end(t *testing.T) {
	t.Helper()
	close(talk.stop)
	talk.ended.Wait()
	talk.a.hearsOnly(t)
	talk.b.hearsOnly(t)
	talk.a.close()
	talk.b.close()
	if talk.worst > noticed {
		t.Errorf("the healthy pair waited %v for one of %d frames", talk.worst, talk.said)
	}
	t.Logf("the healthy pair exchanged %d frames; the slowest took %v", talk.said, talk.worst)
}
