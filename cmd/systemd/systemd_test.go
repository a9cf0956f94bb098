package systemd

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

const patience = 20 * time.Second

// manager stands in for systemd: it hears what it is told.
type manager struct {
	t    *testing.T
	conn *net.UnixConn
	env  map[string]string
}

func newManager(t *testing.T, name string) *manager {
	t.Helper()
	conn, err := net.ListenUnixgram("unixgram", &net.UnixAddr{Name: name, Net: "unixgram"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	return &manager{t, conn, map[string]string{"NOTIFY_SOCKET": name}}
}

func (m *manager) find() *Manager {
	return Find(func(name string) string { return m.env[name] }, 42)
}

// next is the next message.
func (m *manager) next() string {
	m.t.Helper()
	b := make([]byte, 4096)
	m.conn.SetReadDeadline(time.Now().Add(patience))
	n, err := m.conn.Read(b)
	if err != nil {
		m.t.Fatal(err)
	}
	return string(b[:n])
}

// until waits for a message that begins so.
func (m *manager) until(begin string) {
	m.t.Helper()
	for deadline := time.Now().Add(patience); time.Now().Before(deadline); {
		if strings.HasPrefix(m.next(), begin) {
			return
		}
	}
	m.t.Fatalf("no %s", begin)
}

func TestMessages(t *testing.T) {
	for _, name := range []string{filepath.Join(t.TempDir(), "notify"), "@zerortc-test-" + t.Name()} {
		m := newManager(t, name)
		told := m.find()
		for _, row := range []struct {
			err  error
			want string
		}{
			{told.Ready("2 calls"), "READY=1\nSTATUS=2 calls"},
			{told.Status("a\nREADY=1"), "STATUS=a READY=1"},
			{told.Stopping(90*time.Second, "draining"), "STOPPING=1\nSTATUS=draining\nEXTEND_TIMEOUT_USEC=90000000"},
			{told.Stopping(0, "stopping"), "STOPPING=1\nSTATUS=stopping"},
		} {
			if got := m.next(); row.err != nil || got != row.want {
				t.Errorf("got %q, %v; want %q", got, row.err, row.want)
			}
		}
		if err := told.Reloading(); err != nil || !strings.HasPrefix(m.next(), "RELOADING=1\nMONOTONIC_USEC=") {
			t.Errorf("no RELOADING: %v", err)
		}
	}
}

// Without a manager nothing is an error, and with one that is gone it is.
func TestNobodyListens(t *testing.T) {
	nobody := Find(func(string) string { return "" }, 42)
	if err := nobody.Ready("x"); err != nil || nobody.Listens() {
		t.Errorf("got %v", err)
	}
	m := newManager(t, filepath.Join(t.TempDir(), "notify"))
	m.conn.Close()
	if err := m.find().Ready("x"); err == nil {
		t.Error("no error, and nobody was told")
	}
}

func TestWatchdogIsForOneProcess(t *testing.T) {
	for pid, want := range map[string]time.Duration{"": time.Second, "42": time.Second, "43": 0} {
		env := map[string]string{"WATCHDOG_USEC": "1000000", "WATCHDOG_PID": pid}
		if got := Find(func(name string) string { return env[name] }, 42).watchdog; got != want {
			t.Errorf("WATCHDOG_PID=%s: %v", pid, got)
		}
	}
}

// program is one whose health the test decides.
type program struct{ alive atomic.Pointer[error] }

func (p *program) serve(t *testing.T, m *Manager) (stop func() error) {
	t.Helper()
	alive := func(context.Context) error {
		if err := p.alive.Load(); err != nil {
			return *err
		}
		return nil
	}
	answers := func(context.Context) error { return nil }
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() {
		ended <- m.Serve(ctx, Program{answers, alive, func() string { return "fine" }}, slog.New(slog.DiscardHandler))
	}()
	return func() error {
		cancel()
		return <-ended
	}
}

func TestServe(t *testing.T) {
	m := newManager(t, filepath.Join(t.TempDir(), "notify"))
	m.env["WATCHDOG_USEC"] = "60000"
	var p program
	stop := p.serve(t, m.find())
	if got := m.next(); got != "READY=1\nSTATUS=fine" {
		t.Errorf("begins with %q", got)
	}
	m.until("WATCHDOG=1")
	stuck := errors.New("stuck")
	p.alive.Store(&stuck)
	for quiet := 0; quiet < 2; { // one may have been under way
		m.conn.SetReadDeadline(time.Now().Add(200 * time.Millisecond))
		if _, err := m.conn.Read(make([]byte, 100)); err != nil {
			quiet++
		} else if quiet > 0 {
			t.Fatal("fed while the program is not alive")
		}
	}
	p.alive.Store(nil)
	m.until("WATCHDOG=1")
	if err := stop(); err != nil {
		t.Error(err)
	}
	m.until("STOPPING=1")
}

// A program that answers nobody is not ready, ever.
func TestNotAnswering(t *testing.T) {
	m := newManager(t, filepath.Join(t.TempDir(), "notify"))
	deaf := errors.New("deaf")
	err := m.find().Serve(t.Context(), Program{
		Answers: func(context.Context) error { return deaf },
	}, slog.New(slog.DiscardHandler))
	if !errors.Is(err, deaf) {
		t.Errorf("got %v", err)
	}
	m.conn.SetReadDeadline(time.Now())
	if n, err := m.conn.Read(make([]byte, 100)); err == nil {
		t.Errorf("told %d bytes", n)
	}
}
