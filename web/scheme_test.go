package web

import (
	"bufio"
	"context"
	"crypto/tls"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"zerortc/config"
)

// tlsICE offers TURN over TLS to those who came by TLS.
type tlsICE struct{ listICE }

func (tlsICE) URLs(reached string, cameByTLS bool) (stun, turn []string) {
	if cameByTLS {
		return nil, []string{"turns:" + reached + ":3478?transport=tcp"}
	}
	return nil, []string{"turn:" + reached + ":3478?transport=tcp"}
}

func offeredOverTLS(t *testing.T, w *httptest.ResponseRecorder) bool {
	t.Helper()
	if w.Code != 200 || !strings.Contains(w.Body.String(), `"turn`) {
		t.Fatalf("%d %s", w.Code, w.Body)
	}
	return strings.Contains(w.Body.String(), `"turns:`)
}

// sorted is a connection from which somebody has taken TLS off, or has found none.
type sorted struct {
	net.Conn
	secure bool
}

func (s sorted) Secure() bool { return s.secure }

// TestScheme: a connection tells whether it came by TLS; one that does not say
// anything did not.
func TestScheme(t *testing.T) {
	for _, c := range []struct {
		name string
		conn net.Conn
		tls  *tls.ConnectionState
		want bool
	}{
		{"off a shared port, by TLS", sorted{secure: true}, nil, true},
		{"off a shared port, plain", sorted{}, nil, false},
		{"of another listener", &net.TCPConn{}, nil, false},
		{"of a listener with TLS of its own", &net.TCPConn{}, &tls.ConnectionState{}, true},
	} {
		r := httptest.NewRequest("GET", "/", nil)
		r = r.WithContext(noteTLS(context.Background(), c.conn))
		r.TLS = c.tls
		if cameByTLS(r) != c.want || isSecure(r) != c.want {
			t.Errorf("%s: by TLS %v, secure %v", c.name, cameByTLS(r), isSecure(r))
		}
	}
	if cameByTLS(httptest.NewRequest("GET", "/", nil)) {
		t.Error("a request without a connection came by TLS")
	}
}

// TestListForTheScheme: who came by TLS trusts our certificate, and is offered TURN
// over TLS.
func TestListForTheScheme(t *testing.T) {
	h := testHandler(t, tlsICE{}, quietLog())
	for _, target := range []string{"/api/ice", "/api/turn"} {
		for _, secure := range []bool{false, true} {
			r := httptest.NewRequest("GET", target, nil)
			r = r.WithContext(noteTLS(r.Context(), sorted{secure: secure}))
			if got := offeredOverTLS(t, record(h, r)); got != secure {
				t.Errorf("%s, by TLS %v: offered %v", target, secure, got)
			}
		}
	}
}

// TestConnectionsThatTell: the server asks each connection it is given.
func TestConnectionsThatTell(t *testing.T) {
	h, err := newHandler(config.HTTP{}, Parts{Signaling: upgradeSeen, ICE: listICE{}, TLS: true}, quietLog())
	if err != nil {
		t.Fatal(err)
	}
	for secure, want := range map[bool]int{true: 200, false: 308} {
		client, stop := dialSorted(h, secure)
		go client.Write([]byte("GET / HTTP/1.1\r\nHost: 192.0.2.7:9001\r\nConnection: close\r\n\r\n"))
		answer, err := http.ReadResponse(bufio.NewReader(client), nil)
		if err != nil || answer.StatusCode != want {
			t.Errorf("secure %v: %v, %v", secure, answer, err)
		}
		client.Close()
		if err := stop(); err != nil {
			t.Error(err)
		}
	}
}

// dialSorted serves handler to one connection that others have sorted.
func dialSorted(handler http.Handler, secure bool) (client net.Conn, stop func() error) {
	client, server := net.Pipe()
	l := &pipeListener{conns: make(chan net.Conn, 1), closed: make(chan struct{})}
	l.conns <- sorted{server, secure}
	s := &Server{http: newHTTPServer(handler, quietLog()), log: quietLog()}
	s.ServeOn(l)
	ctx, cancel := context.WithCancel(context.Background())
	served := make(chan error, 1)
	go func() { served <- s.Serve(ctx) }()
	return client, func() error {
		cancel()
		return <-served
	}
}
