package loadtest_test

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"os"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/gorilla/websocket"

	"zerortc/signaling/loadtest"
)

// modest is a load that a busy machine bears.
func modest(url string) loadtest.Options {
	return loadtest.Options{
		Targets: []string{url}, Dialect: loadtest.Classic, Rooms: 10, JoinRate: 200,
		Rate: 200, Size: 800, Warmup: 100 * time.Millisecond, Duration: 500 * time.Millisecond,
	}
}

func TestRun(t *testing.T) {
	options := modest(serve(t))
	var progress bytes.Buffer
	options.Progress = &progress
	options.Duration = 1500 * time.Millisecond
	if runtime.GOOS == "linux" {
		options.PIDs = []int{os.Getpid()}
	}
	figures, err := loadtest.Run(t.Context(), options)
	if err != nil {
		t.Fatal(err)
	}
	if figures.Members != 20 || figures.Failed() != 0 || figures.Interrupted {
		t.Errorf("%+v", figures)
	}
	// At 200 a second for 1.6 s, if the machine is not too busy.
	if figures.Sent < 100 || figures.Sent > 400 || figures.Delivered != figures.Sent {
		t.Errorf("%d arrived of %d", figures.Delivered, figures.Sent)
	}
	if figures.Connect.Count != 20 || figures.Join.Count != 10 || figures.Relay.P50 <= 0 || figures.Relay.Max < figures.Relay.P99 {
		t.Errorf("%+v", figures)
	}
	if !strings.Contains(progress.String(), "/s  p50 ") {
		t.Errorf("progress:\n%s", progress.String())
	}
	var text bytes.Buffer
	if err := figures.Print(&text); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"20 members in 10 rooms", "p99.9", "relay", "errors: none"} {
		if !strings.Contains(text.String(), want) {
			t.Errorf("%q is not in:\n%s", want, text.String())
		}
	}
	if _, err := json.Marshal(figures); err != nil {
		t.Error(err)
	}
}

// TestInterrupted: the figures so far are told, at once.
func TestInterrupted(t *testing.T) {
	options := modest(serve(t))
	options.Warmup, options.Duration = 0, time.Hour
	ctx, interrupt := context.WithTimeout(t.Context(), time.Second)
	defer interrupt()
	figures, err := loadtest.Run(ctx, options)
	if err != nil {
		t.Fatal(err)
	}
	if !figures.Interrupted || figures.Failed() != 0 || figures.Relay.Count == 0 || figures.Delivered != figures.Sent {
		t.Errorf("%+v", figures)
	}
}

// TestStalledMembersAreNotCounted: what is sent to those who do not read is
// neither lost nor late.
func TestStalledMembersAreNotCounted(t *testing.T) {
	options := modest(serve(t))
	options.Stalled = 5
	figures, err := loadtest.Run(t.Context(), options)
	if err != nil || figures.Failed() != 0 || figures.Members != 20 || figures.Delivered == 0 {
		t.Errorf("%+v, %v", figures, err)
	}
}

// TestFaultsAreSeen: a server that drops, changes or swaps frames is found out.
func TestFaultsAreSeen(t *testing.T) {
	for want, meddle := range map[string]func(raw []byte) [][]byte{
		"lost frames":                  func([]byte) [][]byte { return nil },
		"out of order":                 func(raw []byte) [][]byte { return [][]byte{raw, raw} },
		"unexpected frame: candidate":  func(raw []byte) [][]byte { return [][]byte{append(raw, ' ')} },
		"unexpected frame: peer-leave": func([]byte) [][]byte { return [][]byte{[]byte(`{"cmd":"peer-leave"}`)} },
	} {
		t.Run(want, func(t *testing.T) {
			t.Parallel()
			options := modest(meddler(t, meddle))
			options.Rooms, options.Rate = 1, 20
			figures, err := loadtest.Run(t.Context(), options)
			if err != nil {
				t.Fatal(err)
			}
			if figures.Errors[want] == 0 {
				t.Errorf("%v", figures.Errors)
			}
		})
	}
}

// meddler is a server of one room, which does something to each frame.
func meddler(t *testing.T, meddle func([]byte) [][]byte) string {
	conns := make(chan *websocket.Conn, 2)
	paired := make(chan struct{})
	var both [2]*websocket.Conn
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		conn, err := new(websocket.Upgrader).Upgrade(w, r, nil)
		if err != nil {
			return
		}
		defer conn.Close()
		if _, _, err := conn.ReadMessage(); err != nil { // the join
			return
		}
		conns <- conn
		if len(conns) == 2 {
			both[0], both[1] = <-conns, <-conns
			_ = both[0].WriteMessage(websocket.TextMessage, []byte(`{"cmd":"new-peer","remoteUid":"b"}`))
			_ = both[1].WriteMessage(websocket.TextMessage, []byte(`{"cmd":"resp-join","remoteUid":"a"}`))
			close(paired)
		}
		<-paired
		other := both[0]
		if other == conn {
			other = both[1]
		}
		for {
			_, raw, err := conn.ReadMessage()
			if err != nil {
				return
			}
			for _, frame := range meddle(raw) {
				_ = other.WriteMessage(websocket.TextMessage, frame)
			}
		}
	}))
	t.Cleanup(server.Close)
	return "ws" + strings.TrimPrefix(server.URL, "http")
}

// TestRefusalsAreNamed: why members did not get in is told in the server's words.
func TestRefusalsAreNamed(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		http.Error(w, "address-full", http.StatusTooManyRequests)
	}))
	defer server.Close()
	_, err := loadtest.Run(t.Context(), modest("ws"+strings.TrimPrefix(server.URL, "http")))
	if err == nil || !strings.Contains(err.Error(), "20× refused with 429 address-full") {
		t.Errorf("%v", err)
	}
}

// TestTLS: the CA that is named is believed, and no other.
func TestTLS(t *testing.T) {
	server := httptest.NewUnstartedServer(handler(t))
	server.Config.ErrorLog = log.New(io.Discard, "", 0) // of those who do not trust it
	server.StartTLS()
	defer server.Close()
	options := modest("wss" + strings.TrimPrefix(server.URL, "https"))
	if _, err := loadtest.Run(t.Context(), options); err == nil || !strings.Contains(err.Error(), "the certificate is not trusted") {
		t.Errorf("%v", err)
	}
	pool := x509.NewCertPool()
	pool.AddCert(server.Certificate())
	options.TLS = &tls.Config{RootCAs: pool}
	if figures, err := loadtest.Run(t.Context(), options); err != nil || figures.Failed() != 0 {
		t.Errorf("%+v, %v", figures, err)
	}
}

// TestPublicTargetsAreRefused before anybody connects.
func TestPublicTargetsAreRefused(t *testing.T) {
	if _, err := loadtest.Run(t.Context(), modest("ws://192.0.2.1/ws")); err == nil || !strings.Contains(err.Error(), "--yes") {
		t.Errorf("%v", err)
	}
}

// TestSpread: members come from several addresses, where that is possible.
func TestSpread(t *testing.T) {
	options := modest(serve(t))
	options.Spread = 7
	if figures, err := loadtest.Run(t.Context(), options); err != nil || figures.Failed() != 0 {
		t.Errorf("%+v, %v", figures, err)
	}
	options.Targets = []string{"ws://192.168.1.7:9001/ws"}
	if _, err := loadtest.Run(t.Context(), options); err == nil || !strings.Contains(err.Error(), "--spread is for") {
		t.Errorf("%v", err)
	}
}
