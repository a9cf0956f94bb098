package selftest

import (
	"bytes"
	"context"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/netip"
	"strings"
	"testing"
	"time"

	"zerortc/config"
	"zerortc/turnserver"
	"zerortc/turnserver/auth"
)

func quiet() *slog.Logger { return slog.New(slog.NewTextHandler(io.Discard, nil)) }

// server runs a TURN server until the test ends, and returns a Runner for it.
func server(t *testing.T, change ...func(*config.TURN)) (*Runner, *turnserver.Server) {
	t.Helper()
	cfg := config.TURN{
		Listen:     []string{"127.0.0.1:0"},
		Secrets:    []config.Secret{config.NewSecret("0123456789abcdef")},
		Realm:      "zerortc",
		RelayPorts: config.PortRange{Min: 40000, Max: 65535},
	}
	for _, c := range change {
		c(&cfg)
	}
	book := auth.New(cfg.Realm, nil, cfg.Secrets)
	s, err := turnserver.Listen(cfg, book, quiet())
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	served := make(chan error)
	go func() { served <- s.Serve(ctx) }()
	t.Cleanup(func() {
		cancel()
		if err := <-served; err != nil {
			t.Error(err)
		}
	})
	return New(Options{s.Addrs(), cfg.Realm, book.Mint}, quiet()), s
}

func prefixes(texts ...string) (list []netip.Prefix) {
	for _, text := range texts {
		list = append(list, netip.MustParsePrefix(text))
	}
	return list
}

// The test passes on every server that can serve callers, however it is set up.
func TestPasses(t *testing.T) {
	for name, change := range map[string]func(*config.TURN){
		"on loopback":       func(*config.TURN) {},
		"on every address":  func(c *config.TURN) { c.Listen = []string{":0"} },
		"on two addresses":  func(c *config.TURN) { c.Listen = []string{"127.0.0.1:0", "[::1]:0"} },
		"relay to relay":    func(c *config.TURN) { c.PeersMode = config.PeersStrict },
		"behind a NAT":      func(c *config.TURN) { c.PublicIPs = []config.PublicIP{{External: netip.MustParseAddr("203.0.113.9")}} },
		"one relay a user":  func(c *config.TURN) { c.MaxAllocationsPerUser = 1 },
		"not over loopback": func(c *config.TURN) { c.Listen, c.PeersDeny = []string{":0"}, prefixes("127.0.0.0/8") },
	} {
		t.Run(name, func(t *testing.T) {
			runner, s := server(t, change)
			if err := runner.Run(t.Context()); err != nil {
				t.Fatal(err)
			}
			last := runner.Last()
			if last.RoundTrip <= 0 || last.RoundTrip > patience || !last.Good(time.Now()) {
				t.Errorf("found %+v", last)
			}
			if left := s.Sessions(); len(left) > 0 {
				t.Errorf("left behind: %v", left)
			}
			if err := Answers(t.Context(), s.Addrs()); err != nil {
				t.Error(err)
			}
		})
	}
}

// A policy that keeps relays from one another is the operator's wish: everything
// up to it is tested, and nothing is measured.
func TestPolicyForbids(t *testing.T) {
	runner, _ := server(t, func(c *config.TURN) { c.PeersDeny = prefixes("0.0.0.0/0", "::/0") })
	if err := runner.Run(t.Context()); err != nil || runner.Last().RoundTrip != 0 {
		t.Errorf("got %v, %+v", err, runner.Last())
	}
}

func TestFails(t *testing.T) {
	t.Run("no port left", func(t *testing.T) {
		runner, _ := server(t, func(c *config.TURN) { c.MaxAllocations = config.Portion{Count: 1} })
		if err := runner.Run(t.Context()); err == nil || !strings.Contains(err.Error(), "508") {
			t.Errorf("got %v", err)
		}
	})
	t.Run("credentials of another server", func(t *testing.T) {
		runner, _ := server(t)
		runner.options.Mint = auth.New("zerortc", nil, []config.Secret{config.NewSecret("another-secret-of-16")}).Mint
		if err := runner.Run(t.Context()); err == nil || !strings.Contains(err.Error(), "401") {
			t.Errorf("got %v", err)
		}
	})
	t.Run("nobody there", func(t *testing.T) {
		conn, err := net.ListenPacket("udp", "127.0.0.1:0") // which never answers
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
		silent := conn.LocalAddr().(*net.UDPAddr).AddrPort()
		ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
		defer cancel()
		if err := Answers(ctx, []netip.AddrPort{silent}); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("got %v", err)
		}
		if _, err := Relay(ctx, silent, "", [2]User{}); err == nil {
			t.Error("a relay where nobody is")
		}
	})
}

// Results are told where they are news, and go stale.
func TestResults(t *testing.T) {
	var log bytes.Buffer
	r := New(Options{}, slog.New(slog.NewTextHandler(&log, nil)))
	if (r.Last() != Result{}) || r.Last().Good(time.Now()) {
		t.Errorf("before the first: %+v", r.Last())
	}
	select {
	case <-r.First():
		t.Error("the first has ended before it began")
	default:
	}
	now, broken := time.Now(), errors.New("no way")
	for _, row := range []struct {
		err  error
		news string
	}{
		{nil, "relay self-test passed"}, {nil, ""}, {broken, "relay self-test failed"}, {broken, ""}, {nil, "passes again"}, {nil, ""},
	} {
		log.Reset()
		r.keep(Result{At: now, Err: row.err})
		if said := log.String(); (row.news == "") != (said == "") || !strings.Contains(said, row.news) {
			t.Errorf("said %q, want %q", said, row.news)
		}
		if r.Last().Good(now) != (row.err == nil) {
			t.Errorf("%v is good: %t", row.err, r.Last().Good(now))
		}
	}
	<-r.First()
	if r.Last().Good(now.Add(overdue)) {
		t.Error("an old result vouches for the server")
	}
	if got := (Runs{Passed: 4, Failed: 2}); r.Runs() != got {
		t.Errorf("%+v", r.Runs())
	}
}

// The name of the test's users is its own.
func TestOwns(t *testing.T) {
	runner, _ := server(t)
	other, _ := server(t)
	mine := runner.user("a").Name
	if !runner.Owns(mine) || other.Owns(mine) || runner.Owns("1767225600:selftest-a") || runner.Owns("") {
		t.Errorf("whose is %q", mine)
	}
}

// Serve tests at once, and ends with its context, in the middle of a test too.
func TestServe(t *testing.T) {
	runner, _ := server(t)
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error)
	go func() { done <- runner.Serve(ctx) }()
	<-runner.First()
	cancel()
	if err := <-done; err != nil {
		t.Error(err)
	}
	if err := runner.Run(ctx); !errors.Is(err, context.Canceled) || runner.Runs().Failed > 0 {
		t.Errorf("a test that was cut short counts: %v", err)
	}
}

// A server that drains refuses the test a relay, which is no failure: none runs any
// more, one under way does not count, and what the last one found does not go stale.
func TestPause(t *testing.T) {
	untested, _ := server(t)
	untested.Pause()
	if untested.Last().Good(time.Now()) {
		t.Error("nothing was tested, and it is good")
	}
	runner, s := server(t)
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error)
	go func() { done <- runner.Serve(ctx) }()
	<-runner.First()
	runner.Pause()
	s.Drain()
	if err := runner.Run(t.Context()); !errors.Is(err, context.Canceled) {
		t.Errorf("a test while it is paused: %v", err)
	}
	cancel()
	if err := <-done; err != nil {
		t.Error(err)
	}
	if got := (Runs{Passed: 1}); runner.Runs() != got || !runner.Last().Good(time.Now().Add(2*overdue)) {
		t.Errorf("%+v, %+v", runner.Runs(), runner.Last())
	}
}
