//go:build linux && (amd64 || arm64)

package load

import (
	"context"
	"errors"
	"log/slog"
	"net/netip"
	"testing"
	"time"

	"zerortc/config"
	"zerortc/turnserver"
	"zerortc/turnserver/auth"
)

// TestRun puts a little of every load on our server: all that is sent arrives,
// once, at the right place. A machine that is held up may lose some.
func TestRun(t *testing.T) {
	for _, shape := range []Shape{
		{Up, UDP, Channel, 4, 1, 160, 400}, {Down, UDP, Channel, 4, 4, 1000, 400},
		{Echo, UDP, Channel, 4, 4, 160, 400}, {Relay, UDP, Channel, 4, 20, 160, 400},
		{Up, UDP, Indication, 2, 1, 1000, 400}, {Echo, UDP, Indication, 2, 1, 160, 400},
		{Up, TCP, Channel, 2, 4, 160, 400}, {Down, TCP, Indication, 2, 1, 160, 400}, {Relay, TCP, Channel, 2, 1, 160, 400},
		{Echo, TLS, Channel, 2, 4, 160, 400}, {Relay, TLS, Indication, 2, 1, 1000, 400},
	} {
		t.Run(shape.String(), func(t *testing.T) {
			ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
			defer cancel()
			// A server of its own: the system may give a client the port of an earlier one,
			// whose allocation stands.
			l, setup := open(ctx, t, serve(t), shape)
			defer l.Close()
			if setup.PerSecond() <= 0 {
				t.Errorf("allocations: %+v", setup)
			}
			if err := l.Bind(ctx); err != nil {
				t.Fatal(err)
			}
			for range 2 {
				r, err := l.Run(ctx, 100*time.Millisecond)
				if err != nil {
					t.Fatal(err)
				}
				if r.Sent != 40 || r.Delivered < 1 || r.Duplicates > 0 || r.Alien > 0 || r.P50 <= 0 || r.P99 < r.P50 {
					t.Errorf("%+v", r)
				}
			}
		})
	}
}

// TestRunEnds: a run ends with its context.
func TestRunEnds(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	l, _ := open(ctx, t, serve(t), Shape{Up, UDP, Channel, 2, 1, 160, 10})
	defer l.Close()
	if err := l.Bind(ctx); err != nil {
		t.Fatal(err)
	}
	time.AfterFunc(10*time.Millisecond, cancel)
	if _, err := l.Run(ctx, time.Hour); !errors.Is(err, context.Canceled) {
		t.Errorf("it ended with %v", err)
	}
}

// open is a load with its allocations.
func open(ctx context.Context, t *testing.T, server Server, shape Shape) (*Load, Setup) {
	t.Helper()
	l, err := Dial(ctx, server, shape)
	if err != nil {
		t.Fatal(err)
	}
	setup, err := l.Allocate(ctx)
	if err != nil {
		l.Close()
		t.Fatal(err)
	}
	return l, setup
}

// serve runs our server, with TLS, until the test ends.
func serve(t *testing.T) Server {
	t.Helper()
	cfg := config.TURN{
		Listen:     []string{"127.0.0.1:0"},
		Users:      []config.User{{Name: "u", Password: config.NewSecret("p")}},
		Realm:      "bench",
		RelayPorts: config.PortRange{Min: 49152, Max: 65535},
		PeersAllow: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")},
	}
	s, err := turnserver.Listen(cfg, auth.New(cfg.Realm, cfg.Users, cfg.Secrets), slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error)
	go func() { done <- s.Serve(ctx) }()
	t.Cleanup(func() {
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
	at := s.Addrs()[0].String()
	return Server{Address: at, TLS: secure(t, s), Username: "u", Password: "p", Realm: "bench"}
}
