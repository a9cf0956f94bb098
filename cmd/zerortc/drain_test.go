package main

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/gorilla/websocket"
	"github.com/pion/stun"

	"zerortc/turnserver/probe"
)

// The wait, with a clock that jumps.
func TestDrainWaits(t *testing.T) {
	const s = time.Second
	for _, row := range []struct {
		name    string
		timeout time.Duration
		calls   time.Duration // how long there are some
		ask     time.Duration // by the control socket, after a second; 0: not
		again   time.Duration // a second signal; 0: none
		took    time.Duration
	}{
		{"no calls", 5 * s, 0, 0, 0, 0},
		{"calls that end", 60 * s, 3 * s, 0, 0, 3 * s},
		{"calls that do not", 5 * s, time.Hour, 0, 0, 5 * s},
		{"no patience", 0, time.Hour, 0, 0, 0},
		{"a second signal", 60 * s, time.Hour, 0, 2 * s, 2 * s},
		{"more time", 5 * s, 30 * s, 60 * s, 0, 30 * s},
		{"less time", 60 * s, time.Hour, 2 * s, 0, 3 * s},
	} {
		t.Run(row.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				begin := time.Now()
				d := &drainer{
					calls:   func() int { return max(0, int(row.calls-time.Since(begin))) },
					timeout: func() time.Duration { return row.timeout },
					tell:    func(time.Duration) {},
					asked:   make(chan time.Duration, 1),
					log:     slog.New(slog.DiscardHandler),
				}
				again := make(chan os.Signal, 1)
				if row.again > 0 {
					time.AfterFunc(row.again, func() { again <- syscall.SIGTERM })
				}
				if row.ask > 0 {
					time.AfterFunc(s, func() { d.ask(row.ask) })
				}
				d.wait(t.Context(), signals{again: again}, row.timeout)
				if took := time.Since(begin); took < row.took || took > row.took+lookForCalls {
					t.Errorf("took %v, want %v", took, row.took)
				}
			})
		})
	}
}

// The first signal after the control socket's drain leaves the time that is left or
// that of the settings, whichever is less, and the one after it none.
func TestDrainOfTheControlSocketThenSignals(t *testing.T) {
	const s = time.Second
	for _, row := range []struct {
		name           string
		within         time.Duration // of the control socket
		timeout        time.Duration // of the settings
		signal, second time.Duration // when they come; 0: not
		took           time.Duration
	}{
		{"no signal", 10 * s, 5 * s, 0, 0, 10 * s},
		{"a long time is shortened", 600 * s, 60 * s, 10 * s, 0, 70 * s},
		{"a short one stays", 20 * s, 60 * s, 10 * s, 0, 20 * s},
		{"settings without patience", 600 * s, 0, 10 * s, 0, 10 * s},
		{"a second signal", 600 * s, 60 * s, 10 * s, 15 * s, 15 * s},
	} {
		t.Run(row.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				begin := time.Now()
				d := &drainer{
					calls: func() int { return 1 }, timeout: func() time.Duration { return row.timeout },
					tell: func(time.Duration) {}, asked: make(chan time.Duration, 1), log: slog.New(slog.DiscardHandler),
				}
				first, again := make(chan struct{}), make(chan os.Signal, 1)
				if row.signal > 0 {
					time.AfterFunc(row.signal, func() { close(first) })
				}
				listen := func() {
					if row.second > 0 {
						time.AfterFunc(row.second-row.signal, func() { again <- syscall.SIGTERM })
					}
				}
				d.wait(t.Context(), signals{first, again, listen}, row.within)
				if took := time.Since(begin); took < row.took || took > row.took+lookForCalls {
					t.Errorf("took %v, want %v", took, row.took)
				}
			})
		})
	}
}

// Either way to ask begins a drain, and a failure of the work ends it.
func TestDrainBegins(t *testing.T) {
	for name, begin := range map[string]func(d *drainer, signal, fail func()){
		"signal":  func(_ *drainer, signal, _ func()) { signal() },
		"control": func(d *drainer, _, _ func()) { d.ask(-1) },
		"failure": func(_ *drainer, _, fail func()) { fail() },
	} {
		t.Run(name, func(t *testing.T) {
			var begun, told, stopped atomic.Bool
			d := &drainer{
				begin: func() { begun.Store(true) }, calls: func() int { return 0 },
				tell:    func(within time.Duration) { told.Store(within == 7*time.Second) },
				timeout: func() time.Duration { return 7 * time.Second }, asked: make(chan time.Duration, 1), log: slog.New(slog.DiscardHandler),
			}
			signalled, signal := context.WithCancel(t.Context())
			work, fail := context.WithCancel(t.Context())
			defer signal()
			defer fail()
			begin(d, signal, fail)
			if err := d.serve(work, signalled, func() { stopped.Store(true) }); err != nil {
				t.Fatal(err)
			}
			if want := name != "failure"; begun.Load() != want || stopped.Load() != want {
				t.Errorf("begun %v, stopped %v", begun.Load(), stopped.Load())
			}
			if want := name == "signal"; told.Load() != want {
				t.Errorf("the service manager was told to wait: %v", told.Load())
			}
		})
	}
}

// joined is a member of a room, by the classic dialect.
func (s *reloading) joined(t *testing.T, room, uid string) *websocket.Conn {
	t.Helper()
	conn, _, err := websocket.DefaultDialer.Dial(value(t, s.banner, "signaling"), nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	conn.WriteJSON(map[string]string{"cmd": "join", "roomId": room, "uid": uid})
	return conn
}

// call is two members who know of one another.
func (s *reloading) call(t *testing.T) (a, b *websocket.Conn) {
	t.Helper()
	a = s.joined(t, "blue", "anna")
	b = s.joined(t, "blue", "ben")
	a.SetReadDeadline(time.Now().Add(patience))
	if _, frame, err := a.ReadMessage(); err != nil || !strings.Contains(string(frame), "ben") {
		t.Fatalf("no call: %s, %v", frame, err)
	}
	return a, b
}

func (s *reloading) signal(t *testing.T) {
	t.Helper()
	if err := s.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
}

func (s *reloading) logs(t *testing.T, line string) {
	t.Helper()
	eventually(t, line, func() bool { return strings.Contains(s.stderr.String(), line) })
}

// While calls are waited for, what runs goes on and nothing new begins; when the
// last call has ended so has the process.
func TestDrainLetsCallsEnd(t *testing.T) {
	t.Parallel()
	s := startWith(t, withAlice+"  alternate-server: [\"[2001:db8::8]:3478\", \"192.0.2.8:3479\"]\ndrain:\n  timeout: 60s\n")
	a, _ := s.call(t)
	running, peer := s.allocated(t), echoes(t)
	if err := running.ChannelBind(deadline(t), 0x4000, peer); err != nil {
		t.Fatal(err)
	}
	s.signal(t)
	s.logs(t, `msg="waiting for calls to end" calls=1 within=1m0s`)
	if status := s.ask(t, "/readyz").StatusCode; status != 503 {
		t.Errorf("readyz answers %d", status)
	}
	c := s.turnClient(t, "alice", "wonderland")
	answer, err := c.Do(deadline(t), allocateRequest(t), probe.Signed())
	if probe.Code(err) != 300 {
		t.Errorf("a new allocation: %v, %v", answer, err)
	}
	if err := running.SendChannel(0x4000, []byte("still there")); err != nil {
		t.Fatal(err)
	}
	if p, err := running.Receive(deadline(t)); err != nil || string(p.Data) != "still there" {
		t.Errorf("the relay that runs: %q, %v", p.Data, err)
	}
	if _, err := running.Refresh(deadline(t), time.Hour); err != nil {
		t.Errorf("the allocation that runs: %v", err)
	}
	a.Close()
	if code := s.code(); code != exitOK {
		t.Errorf("exit code %d", code)
	}
	if !strings.Contains(s.stderr.String(), "all calls have ended") {
		t.Errorf("logged\n%s", s.stderr.String())
	}
}

func allocateRequest(t *testing.T) *stun.Message {
	t.Helper()
	m, err := probe.Request(stun.MethodAllocate, stun.RawAttribute{Type: stun.AttrRequestedTransport, Value: []byte{17, 0, 0, 0}})
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// The settings say how long; a second signal does not wait for that.
func TestDrainHasAnEnd(t *testing.T) {
	t.Parallel()
	s := startWith(t, "drain: {timeout: 1s}")
	s.call(t)
	begin := time.Now()
	s.stop(syscall.SIGTERM)
	if took := time.Since(begin); took < time.Second {
		t.Errorf("ended after %v", took)
	}
	if !strings.Contains(s.stderr.String(), "calls are cut off") {
		t.Errorf("logged\n%s", s.stderr.String())
	}

	s = startWith(t, "drain: {timeout: 1h}")
	s.call(t)
	s.signal(t)
	s.logs(t, "waiting for calls")
	begin = time.Now()
	s.stop(os.Interrupt)
	if took := time.Since(begin); took > 2*time.Second {
		t.Errorf("the second signal took %v", took)
	}
}

// A stop after the control socket's drain is the first signal.
func TestDrainThenStop(t *testing.T) {
	t.Parallel()
	s := startWith(t, "drain: {timeout: 30m}")
	a, _ := s.call(t)
	s.mustCtl(t, "ctl drain --within 1h")
	s.logs(t, "waiting for calls")
	s.signal(t)
	s.logs(t, "asked to end while calls are waited for")
	a.Close()
	if code := s.code(); code != exitOK || !strings.Contains(s.stderr.String(), "all calls have ended") {
		t.Errorf("exit code %d, logged\n%s", code, s.stderr.String())
	}
}

// Nobody waits for one alone in a room, nor for a relay that belongs to no call.
func TestDrainWaitsForCallsOnly(t *testing.T) {
	t.Parallel()
	s := startWith(t, alice+"drain: {timeout: 1h}\n")
	alone := s.joined(t, "blue", "anna")
	s.allocated(t)
	alone.SetReadDeadline(time.Now().Add(patience))
	s.stop(syscall.SIGTERM)
	if _, _, err := alone.ReadMessage(); !websocket.IsCloseError(err, websocket.CloseGoingAway) {
		t.Errorf("the socket ended with %v, not 1001", err)
	}
}

// A crowd that comes and goes while the process wants to end does not keep it.
func TestDrainInACrowd(t *testing.T) {
	t.Parallel()
	s := startWith(t, alice+"drain: {timeout: 2s}\n")
	s.call(t)
	at := value(t, s.banner, "signaling")
	for n := range 8 {
		go func() {
			for i := 0; ; i++ {
				conn, _, err := websocket.DefaultDialer.Dial(at, nil)
				if err != nil {
					return // it has ended
				}
				conn.WriteJSON(map[string]string{"cmd": "join", "roomId": fmt.Sprint(i % 3), "uid": fmt.Sprint(n)})
				conn.Close()
			}
		}()
	}
	time.Sleep(100 * time.Millisecond) // of the storm
	s.stop(syscall.SIGTERM)
}
