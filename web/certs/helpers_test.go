package certs

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"io"
	"log/slog"
	"net"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// today is a day within the life of everything made in these tests.
var today = time.Date(2026, 6, 1, 12, 0, 0, 0, time.UTC)

// sleepUntil moves the clock of a synctest bubble, which starts in the year 2000.
func sleepUntil(t time.Time) { time.Sleep(time.Until(t)) }

func quiet() *slog.Logger { return slog.New(slog.NewTextHandler(io.Discard, nil)) }

// diary is a log to read and to wait for.
type diary struct {
	mu    sync.Mutex
	lines []string
	more  chan struct{} // closed at the next line
}

func newDiary() *diary { return &diary{more: make(chan struct{})} }

func (d *diary) log() *slog.Logger {
	return slog.New(slog.NewTextHandler(d, &slog.HandlerOptions{ReplaceAttr: func(_ []string, a slog.Attr) slog.Attr {
		if a.Key == slog.TimeKey {
			return slog.Attr{}
		}
		return a
	}}))
}

func (d *diary) Write(line []byte) (int, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.lines = append(d.lines, strings.TrimSpace(string(line)))
	close(d.more)
	d.more = make(chan struct{})
	return len(line), nil
}

// with are the lines that contain text.
func (d *diary) with(text string) (found []string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, line := range d.lines {
		if strings.Contains(line, text) {
			found = append(found, line)
		}
	}
	return found
}

// waitFor ends when there is a line that contains text.
func (d *diary) waitFor(t *testing.T, text string) {
	t.Helper()
	late := time.After(20 * time.Second)
	for {
		d.mu.Lock()
		more := d.more
		d.mu.Unlock()
		if len(d.with(text)) > 0 {
			return
		}
		select {
		case <-more:
		case <-late:
			t.Fatalf("never told %q, but %q", text, d.with(""))
		}
	}
}

func addrs(words ...string) (all []netip.Addr) {
	for _, w := range words {
		all = append(all, netip.MustParseAddr(w))
	}
	return all
}

// changing is a machine whose addresses and name change.
type changing struct {
	mu sync.Mutex
	is Machine
}

func machine(name string, words ...string) *changing {
	return &changing{is: Machine{name, addrs(words...)}}
}

func (c *changing) set(name string, words ...string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.is = Machine{name, addrs(words...)}
}

func (c *changing) get() Machine {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.is
}

func must[T any](value T, err error) func(t testing.TB) T {
	return func(t testing.TB) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return value
	}
}

func wantError(t *testing.T, err error, parts ...string) {
	t.Helper()
	if err == nil {
		t.Errorf("no error, want one with %q", parts)
		return
	}
	wantText(t, err.Error(), parts...)
}

func wantText(t *testing.T, text string, parts ...string) {
	t.Helper()
	for _, part := range parts {
		if !strings.Contains(text, part) {
			t.Errorf("got %s\nwant %q in it", text, part)
		}
	}
}

func wantMode(t *testing.T, path string, want os.FileMode) {
	t.Helper()
	if got := must(os.Stat(path))(t).Mode().Perm(); got != want {
		t.Errorf("%s has mode %o, want %o", path, got, want)
	}
}

// wantFiles finds drafts that were left behind.
func wantFiles(t *testing.T, folder string, want ...string) {
	t.Helper()
	var got []string
	for _, entry := range must(os.ReadDir(folder))(t) {
		got = append(got, entry.Name())
	}
	if strings.Join(got, " ") != strings.Join(want, " ") {
		t.Errorf("the folder holds %v, want %v", got, want)
	}
}

func write(t *testing.T, folder, name string, content []byte) string {
	t.Helper()
	path := filepath.Join(folder, name)
	if err := os.WriteFile(path, content, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// roots has the one CA.
func roots(ca *x509.Certificate) *x509.CertPool {
	pool := x509.NewCertPool()
	pool.AddCert(ca)
	return pool
}

// serveTLS shakes hands with everybody on address and echoes what they say.
func serveTLS(t *testing.T, address string, source Source) net.Addr {
	t.Helper()
	listener := must(tls.Listen("tcp", address, ServerConfig(source)))(t)
	var all sync.WaitGroup
	all.Go(func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			all.Go(func() { defer conn.Close(); io.Copy(conn, conn) })
		}
	})
	t.Cleanup(func() { listener.Close(); all.Wait() })
	return listener.Addr()
}

// shake is a handshake that trusts the CA alone.
func shake(t *testing.T, at net.Addr, ca *x509.Certificate, name string) (*tls.Conn, error) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	dialer := tls.Dialer{Config: &tls.Config{RootCAs: roots(ca), ServerName: name}}
	conn, err := dialer.DialContext(ctx, "tcp", at.String())
	if err != nil {
		return nil, err
	}
	t.Cleanup(func() { conn.Close() })
	return conn.(*tls.Conn), nil
}

// wantEcho proves that a connection lives.
func wantEcho(t *testing.T, conn *tls.Conn) {
	t.Helper()
	conn.SetDeadline(time.Now().Add(10 * time.Second))
	if _, err := conn.Write([]byte("alive?")); err != nil {
		t.Fatal(err)
	}
	if _, err := io.ReadFull(conn, make([]byte, 6)); err != nil {
		t.Fatal(err)
	}
}

// helloFor is a handshake that asks for name.
func helloFor(name string) *tls.ClientHelloInfo { return &tls.ClientHelloInfo{ServerName: name} }
