package oneport

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"log/slog"
	"math/big"
	"net"
	"net/http"
	"os"
	"syscall"
	"testing"
	"time"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// certificate is one that the tests do not verify.
func certificate(t *testing.T) *tls.Config {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	must(t, err)
	template := &x509.Certificate{SerialNumber: big.NewInt(1), NotAfter: time.Now().Add(time.Hour)}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	must(t, err)
	return &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{der}, PrivateKey: key}}}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// open starts ports with an HTTP server that says how it was reached, and a
// TURN server that answers with its first bytes.
func open(t *testing.T, change ...func(*Limits, **tls.Config)) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	openOn(t, l, change...)
	return l.Addr().String()
}

func openOn(t *testing.T, l net.Listener, change ...func(*Limits, **tls.Config)) *Ports {
	t.Helper()
	limits, secure := DefaultLimits(), certificate(t)
	for _, c := range change {
		c(&limits, &secure)
	}
	p := New(limits, Live{}, secure, echo, slog.New(slog.DiscardHandler))
	web := &http.Server{
		Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			_, _ = io.WriteString(w, r.Context().Value(how{}).(string))
		}),
		ConnContext: func(ctx context.Context, c net.Conn) context.Context {
			return context.WithValue(ctx, how{}, map[bool]string{true: "https", false: "http"}[c.(*Conn).Secure()])
		},
	}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 2)
	go func() { done <- p.Serve(ctx, []net.Listener{l}) }()
	go func() { _ = web.Serve(p.HTTP()); done <- nil }()
	t.Cleanup(func() {
		cancel()
		_ = web.Close()
		must(t, <-done)
		must(t, <-done)
	})
	return p
}

type how struct{}

func echo(c net.Conn) {
	defer c.Close()
	b := make([]byte, 4)
	if _, err := io.ReadFull(c, b); err == nil {
		_, _ = c.Write(b)
	}
}

// TestRebase: what is at the bottom can be replaced, with and without TLS, and
// nothing of what has come gets lost.
func TestRebase(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	seen := make(chan []byte, 2)
	p := New(DefaultLimits(), Live{}, certificate(t), func(c net.Conn) {
		defer c.Close()
		tap := &tapped{}
		defer func() { seen <- tap.written }()
		if err := c.(*Conn).Rebase(func(tcp net.Conn) (net.Conn, error) { tap.Conn = tcp; return tap, nil }); err != nil {
			t.Error(err)
			return
		}
		if err := c.(*Conn).Rebase(func(net.Conn) (net.Conn, error) { return nil, io.ErrNoProgress }); !errors.Is(err, io.ErrNoProgress) {
			t.Errorf("a replacement that failed: %v", err)
		}
		if _, err := io.CopyN(c, c, 4); err != nil {
			t.Error(err)
		}
	}, slog.New(slog.DiscardHandler))
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error)
	go func() { done <- p.Serve(ctx, []net.Listener{l}) }()
	defer func() { cancel(); must(t, <-done) }()
	for _, secure := range []bool{false, true} {
		want := []byte{0, 1, 2, 3}
		conn := dial(t, l.Addr().String(), secure)
		_, err := conn.Write(want)
		must(t, err)
		got := make([]byte, 4)
		if _, err := io.ReadFull(conn, got); err != nil || !bytes.Equal(got, want) {
			t.Errorf("TLS %t: % x, %v", secure, got, err)
		}
		if plain := bytes.Equal(<-seen, want); plain == secure {
			t.Errorf("TLS %t: written to the bottom in plain: %t", secure, plain)
		}
	}
}

// tapped notes what is written.
type tapped struct {
	net.Conn
	written []byte
}

func (c *tapped) Write(b []byte) (int, error) {
	c.written = append(c.written, b...)
	return c.Conn.Write(b)
}

func dial(t *testing.T, address string, secure bool) net.Conn {
	t.Helper()
	conn, err := net.Dial("tcp", address)
	must(t, err)
	if secure {
		conn = tls.Client(conn, &tls.Config{InsecureSkipVerify: true})
	}
	t.Cleanup(func() { _ = conn.Close() })
	must(t, conn.SetDeadline(time.Now().Add(10*time.Second)))
	return conn
}

// wantClosed waits for the server to close the connection.
func wantClosed(t *testing.T, what string, conn net.Conn) {
	t.Helper()
	if _, err := io.Copy(io.Discard, conn); errors.Is(err, os.ErrDeadlineExceeded) {
		t.Errorf("%s: the connection stays open", what)
	}
}

func TestOnePortSpeaksEverything(t *testing.T) {
	address := open(t)
	for _, scheme := range []string{"http", "https"} {
		client := http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{InsecureSkipVerify: true}, DisableKeepAlives: true}}
		res, err := client.Get(scheme + "://" + address)
		must(t, err)
		body, _ := io.ReadAll(res.Body)
		_ = res.Body.Close()
		if string(body) != scheme {
			t.Errorf("by %s: the server saw %q", scheme, body)
		}
		turn := dial(t, address, scheme == "https")
		_, err = turn.Write([]byte{0, 1, 0, 8, 0x21})
		must(t, err)
		got := make([]byte, 4)
		if _, err := io.ReadFull(turn, got); err != nil || got[3] != 8 {
			t.Errorf("TURN beside %s: % x, %v", scheme, got, err)
		}
	}
}

func TestKinds(t *testing.T) {
	for first := range 256 {
		want := unknown
		switch {
		case first == 22:
			want = secure
		case first == 0 || first == 1:
			want = turn
		case 'A' <= first && first <= 'Z':
			want = web
		}
		if got := kindOf(byte(first)); got != want {
			t.Errorf("%#x: %v, want %v", first, got, want)
		}
	}
}

// What says nothing or nonsense is cut off, on every layer.
func TestStrangers(t *testing.T) {
	address := open(t, func(l *Limits, _ **tls.Config) {
		l.FirstBytes, l.Handshake = 100*time.Millisecond, 100*time.Millisecond
	})
	for what, say := range map[string]string{
		"silence":          "",
		"garbage":          "\xff\xfe\xfd",
		"ChannelData":      "\x40\x00\x00\x04abcd",
		"half a handshake": "\x16\x03\x01",
		"no handshake":     "\x16garbage, all of it, and a lot of it too",
	} {
		conn := dial(t, address, false)
		_, err := io.WriteString(conn, say)
		must(t, err)
		wantClosed(t, what, conn)
	}
	patient := open(t, func(l *Limits, _ **tls.Config) { l.FirstBytes = time.Second }) // with handshakes: ours
	for what, say := range map[string]string{"silence": "", "garbage": "\xff", "another handshake": "\x16\x03\x01"} {
		conn := dial(t, patient, true)
		must(t, conn.(*tls.Conn).Handshake())
		_, err := io.WriteString(conn, say)
		must(t, err)
		wantClosed(t, what+" within TLS", conn)
	}
}

func TestWithoutTLS(t *testing.T) {
	address := open(t, func(_ *Limits, c **tls.Config) { *c = nil })
	if err := dial(t, address, true).(*tls.Conn).Handshake(); err == nil {
		t.Error("TLS is spoken")
	}
}

// wantServed asks the TURN server.
func wantServed(t *testing.T, what string, conn net.Conn) {
	t.Helper()
	_, _ = conn.Write([]byte{0, 1, 0, 8})
	if _, err := io.ReadFull(conn, make([]byte, 4)); err != nil {
		t.Errorf("%s: %v", what, err)
	}
}

// Who says nothing keeps nobody out: where there are too many the oldest gives
// way.
func TestStrangersGiveWay(t *testing.T) {
	for what, change := range map[string]func(*Limits, **tls.Config){
		"of one address": func(l *Limits, _ **tls.Config) { l.UnsortedPerAddress = 3 },
		"in all":         func(l *Limits, _ **tls.Config) { l.Unsorted = 3 },
	} {
		address := open(t, change)
		var silent []net.Conn
		for range 3 {
			silent = append(silent, dial(t, address, false))
		}
		for range 10 {
			wantServed(t, what, dial(t, address, false))
		}
		wantClosed(t, what+": the first", silent[0])
	}
}

type hurdle struct {
	net.Listener
	fails int
}

func (h *hurdle) Accept() (net.Conn, error) {
	if h.fails > 0 {
		h.fails--
		return nil, &net.OpError{Op: "accept", Err: os.NewSyscallError("accept4", syscall.EMFILE)}
	}
	return h.Listener.Accept()
}

func TestAcceptingSurvivesALackOfDescriptors(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	openOn(t, &hurdle{l, 3})
	conn := dial(t, l.Addr().String(), false)
	_, _ = conn.Write([]byte{0, 1, 0, 8})
	_, err = io.ReadFull(conn, make([]byte, 4))
	must(t, err)
}
