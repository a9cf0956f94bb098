package web

import (
	"bufio"
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"zerortc/config"
)

func TestServesOnEveryAddressUntilTheContextEnds(t *testing.T) {
	s, err := Listen(config.HTTP{Listen: []string{"127.0.0.1:0", "127.0.0.1:0"}}, Parts{Signaling: upgradeSeen, ICE: listICE{}}, quietLog())
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	served := make(chan error, 1)
	go func() { served <- s.Serve(ctx) }()
	if len(s.Addrs()) != 2 {
		t.Fatalf("addresses %v", s.Addrs())
	}
	for _, addr := range s.Addrs() {
		if body := get(t, "http://"+addr.String()+"/healthz"); body != "ok\n" {
			t.Errorf("%s: %q", addr, body)
		}
		if body := get(t, "http://"+addr.String()+"/api/ice"); !strings.Contains(body, `"stun:127.0.0.1:3478"`) {
			t.Errorf("%s: %s", addr, body)
		}
	}
	cancel()
	if err := <-served; err != nil {
		t.Errorf("Serve: %v", err)
	}
	mustBeFree(t, s.Addrs())
}

func TestTakenPortIsToldAndTheOthersClosed(t *testing.T) {
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	free, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	free.Close()
	cfg := config.HTTP{Listen: []string{free.Addr().String(), taken.Addr().String()}}
	_, err = Listen(cfg, Parts{Signaling: upgradeSeen, ICE: listICE{}}, quietLog())
	if !errors.Is(err, syscall.EADDRINUSE) || !strings.Contains(err.Error(), taken.Addr().String()) {
		t.Errorf("%v", err)
	}
	mustBeFree(t, []net.Addr{free.Addr()})
}

func TestServeOfAnEndedContextReleasesEverything(t *testing.T) {
	s, err := Listen(config.HTTP{Listen: []string{"127.0.0.1:0"}}, Parts{Signaling: upgradeSeen, ICE: listICE{}}, quietLog())
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := s.Serve(ctx); err != nil {
		t.Errorf("Serve: %v", err)
	}
	mustBeFree(t, s.Addrs())
}

func TestABrokenListenerEndsServe(t *testing.T) {
	s, err := Listen(config.HTTP{Listen: []string{"127.0.0.1:0", "127.0.0.1:0"}}, Parts{Signaling: upgradeSeen, ICE: listICE{}}, quietLog())
	if err != nil {
		t.Fatal(err)
	}
	s.listeners[1].Close()
	if err := s.Serve(t.Context()); !errors.Is(err, net.ErrClosed) {
		t.Errorf("Serve: %v", err)
	}
	mustBeFree(t, s.Addrs())
}

// A handler that never ends is cut off, and so is whoever dawdles over its
// headers. Both with fake time and connections without a network.
func TestDeadlines(t *testing.T) {
	for _, c := range []struct {
		name, send string
		closedIn   time.Duration
	}{
		{"half a header", "GET / HTTP/1.1\r\nHost: x\r\nX-Slow: ", readHeaderTimeout},
		{"nothing at all", "", readHeaderTimeout},
		{"a body that does not come", "POST /api/ice HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n", readTimeout},
		{"silence after an answer", "GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n", idleTimeout},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				client, stop := dialPipe(t, testHandler(t, listICE{}, quietLog()))
				start := time.Now()
				go io.WriteString(client, c.send)
				io.Copy(io.Discard, client) // until the server closes
				if took := time.Since(start); took > c.closedIn+time.Second {
					t.Errorf("closed after %s, want %s", took, c.closedIn)
				}
				stop()
			})
		})
	}
}

func TestShutdownDoesNotWaitForever(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		hanging := http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() })
		client, stop := dialPipe(t, hanging)
		io.WriteString(client, "GET / HTTP/1.1\r\nHost: x\r\n\r\n")
		synctest.Wait()
		start := time.Now()
		stop()
		if took := time.Since(start); took > shutdownTimeout+time.Second {
			t.Errorf("took %s", took)
		}
	})
}

func TestHeadersHaveASize(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		client, stop := dialPipe(t, testHandler(t, listICE{}, quietLog()))
		go io.WriteString(client, "GET / HTTP/1.1\r\nHost: x\r\nX-Big: "+strings.Repeat("x", 2*maxHeaderBytes)+"\r\n\r\n")
		answer, err := http.ReadResponse(bufio.NewReader(client), nil)
		if err != nil || answer.StatusCode != http.StatusRequestHeaderFieldsTooLarge {
			t.Errorf("%v, %v", answer, err)
		}
		client.Close()
		stop()
	})
}

// dialPipe serves handler as Listen would and returns a connection to it; stop
// ends the server and waits for it.
func dialPipe(t *testing.T, handler http.Handler) (client net.Conn, stop func()) {
	client, server := net.Pipe()
	l := &pipeListener{conns: make(chan net.Conn, 1), closed: make(chan struct{})}
	l.conns <- server
	s := &Server{http: newHTTPServer(handler, quietLog()), listeners: []net.Listener{l}, log: quietLog()}
	ctx, cancel := context.WithCancel(context.Background())
	served := make(chan error, 1)
	go func() { served <- s.Serve(ctx) }()
	return client, func() {
		cancel()
		if err := <-served; err != nil {
			t.Errorf("Serve: %v", err)
		}
		client.Close()
	}
}

// pipeListener accepts the connections put into conns.
type pipeListener struct {
	conns  chan net.Conn
	closed chan struct{}
}

func (l *pipeListener) Accept() (net.Conn, error) {
	select {
	case c := <-l.conns:
		return c, nil
	case <-l.closed:
		return nil, net.ErrClosed
	}
}

func (l *pipeListener) Close() error {
	select {
	case <-l.closed:
	default:
		close(l.closed)
	}
	return nil
}

func (l *pipeListener) Addr() net.Addr { return &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: 9001} }

func get(t *testing.T, url string) string {
	t.Helper()
	client := http.Client{Timeout: 10 * time.Second, Transport: &http.Transport{DisableKeepAlives: true}}
	answer, err := client.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(body)
}

func mustBeFree(t *testing.T, addrs []net.Addr) {
	t.Helper()
	for _, addr := range addrs {
		l, err := net.Listen("tcp", addr.String())
		if err != nil {
			t.Errorf("still held: %v", err)
			continue
		}
		l.Close()
	}
}
