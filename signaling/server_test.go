package signaling

import (
	"bytes"
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strings"
	"testing"

	"github.com/gorilla/websocket"
)

// TestNoUpgrade: whoever opens the endpoint in a browser is told what it is.
func TestNoUpgrade(t *testing.T) {
	_, url := start(t, DefaultLimits())
	response, err := http.Get("http" + strings.TrimPrefix(url, "ws"))
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	body, _ := io.ReadAll(response.Body)
	if response.StatusCode != http.StatusUpgradeRequired || response.Header.Get("Upgrade") != "websocket" {
		t.Errorf("%s, %v", response.Status, response.Header)
	}
	if !strings.Contains(string(body), "WebSocket") {
		t.Errorf("body %q", body)
	}
}

// TestBadHandshake: an upgrade that the library refuses is not counted inside.
func TestBadHandshake(t *testing.T) {
	server, url := start(t, DefaultLimits())
	request, _ := http.NewRequest(http.MethodGet, "http"+strings.TrimPrefix(url, "ws"), nil)
	request.Header = http.Header{"Connection": {"Upgrade"}, "Upgrade": {"websocket"}, "Sec-Websocket-Version": {"13"}, "Sec-Websocket-Key": {"short"}}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	response.Body.Close()
	if response.StatusCode != http.StatusBadRequest || server.Stats().Sockets != 0 {
		t.Errorf("%s with %d sockets", response.Status, server.Stats().Sockets)
	}
}

// TestHeadersAreLetGo: a socket keeps nothing of the request it came with, how long its
// list of subprotocols may have been.
func TestHeadersAreLetGo(t *testing.T) {
	const sockets, long = 20, 400_000
	_, url := start(t, DefaultLimits())
	heap := func() int {
		runtime.GC()
		runtime.GC() // the second one frees what pools had kept
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		return int(m.HeapAlloc)
	}
	before := heap()
	for range sockets {
		conn, _, err := websocket.DefaultDialer.Dial(url, http.Header{"Sec-Websocket-Protocol": {Subprotocol + strings.Repeat(",a", long/2)}})
		if err != nil {
			t.Fatal(err)
		}
		if _, _, err := conn.ReadMessage(); err != nil { // the welcome
			t.Fatal(err)
		}
		defer conn.Close()
	}
	eventually(t, "the headers are gone", func() bool { return heap()-before < sockets*long/4 })
}

// TestSocketLimits: who is one too many is told before the upgrade, and there
// is room again when somebody goes.
func TestSocketLimits(t *testing.T) {
	limits := DefaultLimits()
	limits.Sockets, limits.SocketsPerAddress = 3, 2
	server, url := start(t, limits)
	a := connect(t, "A", url)
	connect(t, "B", url)
	refused(t, url, http.StatusTooManyRequests, "address-full")
	connectFrom(t, "C", url, "127.0.0.2")
	refused(t, url, http.StatusServiceUnavailable, "sockets-full")
	a.bye(websocket.CloseNormalClosure)
	a.hears("close 1000")
	eventually(t, "A is gone", func() bool { return server.Stats().Sockets == 2 })
	connect(t, "D", url)
}

// TestStop: Serve closes every socket with 1001, tells nobody that the others
// left, and admits nobody afterwards.
func TestStop(t *testing.T) {
	server := newServer(DefaultLimits(), anyOrigin, quiet())
	front := httptest.NewServer(server)
	defer front.Close()
	url := "ws" + strings.TrimPrefix(front.URL, "http")
	ctx, stop := context.WithCancel(context.Background())
	served := make(chan error)
	go func() { served <- server.Serve(ctx) }()

	a, b := pair(t, url)
	lone := connect(t, "C", url)
	lone.settle()
	stop()
	a.hears("close 1001 stopping")
	b.hears("close 1001 stopping")
	lone.hears("close 1001 stopping")
	if err := <-served; err != nil {
		t.Errorf("Serve: %v", err)
	}
	if stats := server.Stats(); stats.Sockets+stats.Rooms+stats.Members != 0 {
		t.Errorf("left: %+v", stats)
	}
	refused(t, url, http.StatusServiceUnavailable, "stopping")
}

// TestStopAmidUpgrades: sockets that come in while the server stops end too.
func TestStopAmidUpgrades(t *testing.T) {
	server := newServer(DefaultLimits(), anyOrigin, quiet())
	front := httptest.NewServer(server)
	defer front.Close()
	url := "ws" + strings.TrimPrefix(front.URL, "http")
	ctx, stop := context.WithCancel(context.Background())
	defer stop()
	served := make(chan error)
	go func() { served <- server.Serve(ctx) }()

	dialed := make(chan *websocket.Conn, 50)
	for i := range cap(dialed) {
		go func() {
			conn, _, _ := websocket.DefaultDialer.Dial(url, nil)
			dialed <- conn
		}()
		if i == 20 {
			stop()
		}
	}
	for range cap(dialed) {
		conn := <-dialed
		if conn == nil {
			continue // refused
		}
		if _, _, err := conn.ReadMessage(); !websocket.IsCloseError(err, websocket.CloseGoingAway) {
			t.Errorf("ended with %v", err)
		}
		conn.Close()
	}
	if err := <-served; err != nil {
		t.Errorf("Serve: %v", err)
	}
}

// TestStats counts what is and what was refused, and names what never happened.
func TestStats(t *testing.T) {
	server, url := start(t, DefaultLimits())
	a, b := pair(t, url)
	lone := connect(t, "C", url)
	lone.done(`{"cmd":"join","roomId":"2","uid":"c"}`)
	a.done(`{"cmd":"nonsense"}`)
	a.done(`{"cmd":"nonsense"}`)
	b.done(`{`)
	lone.done(`{"cmd":"join","roomId":"1","uid":"c"}`)
	stats := server.Stats()
	if stats.Sockets != 3 || stats.Rooms != 2 || stats.Members != 3 {
		t.Errorf("%+v", stats)
	}
	want := map[string]uint64{"unknown-cmd": 2, "bad-json": 1, "room-full": 1}
	for _, why := range reasons() {
		got, named := stats.Refusals[string(why)]
		if !named || got != want[string(why)] {
			t.Errorf("%s: %d (named: %v), want %d", why, got, named, want[string(why)])
		}
	}
	a.bye(websocket.CloseNormalClosure)
	b.conn.NetConn().Close()
	lone.done(`{"cmd":"leave","roomId":"2","uid":"c"}`)
	eventually(t, "the rooms are empty", func() bool {
		stats := server.Stats()
		return stats.Sockets == 1 && stats.Rooms == 0 && stats.Members == 0
	})
}

// TestLimitLog: an operator reads why the server closed a socket, and nothing
// about those that went by themselves.
func TestLimitLog(t *testing.T) {
	var out bytes.Buffer
	server := newServer(DefaultLimits(), anyOrigin, slog.New(slog.NewTextHandler(&out, nil)))
	front := httptest.NewServer(server)
	defer front.Close()
	url := "ws" + strings.TrimPrefix(front.URL, "http")
	ctx, stop := context.WithCancel(context.Background())
	served := make(chan error)
	go func() { served <- server.Serve(ctx) }()

	gone := connect(t, "A", url)
	gone.bye(websocket.CloseNormalClosure)
	gone.hears("close 1000")
	big := connect(t, "B", url)
	big.attempt(strings.Repeat(" ", 70_000))
	big.hears("close 1009 too-big")
	stop()
	<-served // all goroutines are done: the log is complete
	if line := out.String(); strings.Count(line, "\n") != 1 || !strings.Contains(line, `msg="socket closed by the server" client=127.0.0.1:`) || !strings.Contains(line, "reason=too-big") {
		t.Errorf("the log reads:\n%s", line)
	}
}

// refused fails unless an upgrade is answered with this status and body.
func refused(t *testing.T, url string, status int, body string) {
	t.Helper()
	conn, response, err := websocket.DefaultDialer.Dial(url, nil)
	if err == nil {
		conn.Close()
		t.Fatalf("let in, want %d", status)
	}
	if response == nil {
		t.Fatal(err)
	}
	got, _ := io.ReadAll(response.Body)
	if response.StatusCode != status || strings.TrimSpace(string(got)) != body {
		t.Fatalf("%s %q, want %d %q", response.Status, got, status, body)
	}
}
