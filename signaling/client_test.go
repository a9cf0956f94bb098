package signaling

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/gorilla/websocket"
)

// patience is how long a test waits for what must come. It is never waited out
// when all is well.
const patience = 10 * time.Second

// anyOrigin stands for config.Origins that allow every page.
func anyOrigin(string, string) bool { return true }

// quiet is a logger for tests that do not look at the log.
func quiet() *slog.Logger { return slog.New(slog.DiscardHandler) }

// start runs a server with the given limits until the test ends.
func start(t *testing.T, limits Limits) (*Server, string) {
	t.Helper()
	server := newServer(limits, anyOrigin, quiet())
	return server, listen(t, server)
}

// listen puts a server on a loopback port until the test ends, and returns the
// URL of its endpoint.
func listen(t *testing.T, server *Server) string {
	t.Helper()
	front := httptest.NewServer(server)
	ctx, stop := context.WithCancel(context.Background())
	served := make(chan error)
	go func() { served <- server.Serve(ctx) }()
	t.Cleanup(func() {
		stop()
		if err := <-served; err != nil {
			t.Errorf("Serve: %v", err)
		}
		front.Close()
		if stats := server.Stats(); stats.Sockets+stats.Rooms+stats.Members != 0 {
			t.Errorf("left after the end: %+v", stats)
		}
		if left := server.hub.waiting.Load(); left != 0 {
			t.Errorf("%d bytes wait for nobody", left)
		}
	})
	return "ws" + strings.TrimPrefix(front.URL, "http") + "/ws"
}

// client is a real WebSocket client. A goroutine reads for it, so that it
// answers pings whatever the test is doing.
type client struct {
	t     *testing.T
	name  string
	conn  *websocket.Conn
	heard chan string // frames; then "close …" or "broken"; then closed
	pongs chan string
	pings int
}

// connect opens a socket from 127.0.0.1.
func connect(t *testing.T, name, url string) *client {
	t.Helper()
	return connectFrom(t, name, url, "127.0.0.1")
}

// connectFrom opens a socket from the given loopback address.
func connectFrom(t *testing.T, name, url, address string) *client {
	t.Helper()
	dialer := websocket.Dialer{
		NetDialContext:   (&net.Dialer{LocalAddr: &net.TCPAddr{IP: net.ParseIP(address)}}).DialContext,
		HandshakeTimeout: patience,
	}
	conn, _, err := dialer.Dial(url, nil)
	if err != nil {
		t.Fatalf("connecting %s: %v", name, err)
	}
	return attend(t, name, conn)
}

// connectAs opens a socket that offers a subprotocol, and gets it.
func connectAs(t *testing.T, name, url, subprotocol string) *client {
	t.Helper()
	dialer := websocket.Dialer{Subprotocols: []string{subprotocol}, HandshakeTimeout: patience}
	conn, _, err := dialer.Dial(url, nil)
	if err != nil {
		t.Fatalf("connecting %s: %v", name, err)
	}
	if got := conn.Subprotocol(); got != subprotocol {
		t.Fatalf("%s speaks %q", name, got)
	}
	return attend(t, name, conn)
}

// attend reads for a connection until the test ends.
func attend(t *testing.T, name string, conn *websocket.Conn) *client {
	c := &client{t: t, name: name, conn: conn, heard: make(chan string, 10_000), pongs: make(chan string, 1000)}
	conn.SetPongHandler(func(data string) error { c.pongs <- data; return nil })
	read := make(chan struct{})
	go func() { defer close(read); c.read() }()
	t.Cleanup(func() { conn.Close(); <-read })
	return c
}

func (c *client) read() {
	defer close(c.heard)
	for {
		_, raw, err := c.conn.ReadMessage()
		var bye *websocket.CloseError
		switch {
		case err == nil:
			c.heard <- string(raw)
			continue
		case errors.As(err, &bye):
			c.heard <- strings.TrimSpace(fmt.Sprintf("close %d %s", bye.Code, bye.Text))
		default:
			c.heard <- "broken"
		}
		return
	}
}

// say sends a frame; the server may act on it later.
func (c *client) say(frame string) {
	c.t.Helper()
	if err := c.conn.WriteMessage(websocket.TextMessage, []byte(frame)); err != nil {
		c.t.Fatalf("%s says %.80s: %v", c.name, frame, err)
	}
}

// attempt sends a frame which the server may cut short by closing the socket.
func (c *client) attempt(frame string) {
	_ = c.conn.WriteMessage(websocket.TextMessage, []byte(frame))
}

// done sends a frame and returns when the server has acted on it.
func (c *client) done(frame string) {
	c.t.Helper()
	c.say(frame)
	c.settle()
}

// settle returns when the server has acted on all that was sent and everything
// it then had for the client has arrived: that is what a pong means here.
func (c *client) settle() {
	c.t.Helper()
	c.pings++
	data := fmt.Sprint(c.pings)
	if err := c.conn.WriteControl(websocket.PingMessage, []byte(data), time.Now().Add(patience)); err != nil {
		c.t.Fatalf("%s pings: %v", c.name, err)
	}
	select {
	case pong := <-c.pongs:
		if pong != data {
			c.t.Fatalf("%s pinged %s and got %s back", c.name, data, pong)
		}
	case <-time.After(patience):
		c.t.Fatalf("%s got no pong", c.name)
	}
}

// hears fails unless this is what comes next.
func (c *client) hears(want string) {
	c.t.Helper()
	select {
	case got := <-c.heard:
		if got != want {
			c.t.Fatalf("%s hears\n  %s, want\n  %s", c.name, got, want)
		}
	case <-time.After(patience):
		c.t.Fatalf("%s hears nothing, want %s", c.name, want)
	}
}

// hearsNothing fails if anything came.
func (c *client) hearsNothing() {
	c.t.Helper()
	c.settle()
	select {
	case got := <-c.heard:
		c.t.Fatalf("%s hears %s, want nothing", c.name, got)
	default:
	}
}

// bye sends a close frame.
func (c *client) bye(code int) {
	c.t.Helper()
	message := websocket.FormatCloseMessage(code, "")
	if err := c.conn.WriteControl(websocket.CloseMessage, message, time.Now().Add(patience)); err != nil {
		c.t.Fatalf("%s closes: %v", c.name, err)
	}
}

// pair seats a and b in one room, a first, and hears the introductions out.
func pair(t *testing.T, url string) (a, b *client) {
	t.Helper()
	a, b = connect(t, "A", url), connect(t, "B", url)
	introduce(a, b)
	return a, b
}

// introduce seats a and b in room "1" as "a" and "b".
func introduce(a, b *client) {
	a.t.Helper()
	a.done(`{"cmd":"join","roomId":"1","uid":"a"}`)
	b.done(`{"cmd":"join","roomId":"1","uid":"b"}`)
	a.hears(`{"cmd":"new-peer","remoteUid":"b"}`)
	b.hears(`{"cmd":"resp-join","remoteUid":"a"}`)
}

// eventually waits until a condition holds.
func eventually(t *testing.T, what string, holds func() bool) {
	t.Helper()
	for deadline := time.Now().Add(patience); !holds(); time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("not in time: %s", what)
		}
	}
}
