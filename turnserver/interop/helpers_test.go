package interop

import (
	"context"
	"log/slog"
	"net/netip"
	"testing"
	"time"

	"zerortc/config"
	"zerortc/turnserver"
	"zerortc/turnserver/auth"
	"zerortc/turnserver/probe"
)

var allPorts = config.PortRange{Min: 49152, Max: 65535}

// settings are those of a small server on loopback with the classic user, a
// secret, and loopback open to relays.
func settings() config.TURN {
	return config.TURN{
		Listen:     []string{"127.0.0.1:0"},
		Users:      []config.User{{Name: "lqf", Password: config.NewSecret("123456")}},
		Secrets:    []config.Secret{config.NewSecret(secret)},
		Realm:      realm,
		RelayPorts: allPorts,
		PeersAllow: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8"), netip.MustParsePrefix("::1/128")},
	}
}

// start runs our server in this process for the time of the test.
func start(t *testing.T, change func(*config.TURN)) (netip.AddrPort, *auth.Book) {
	t.Helper()
	cfg := settings()
	if change != nil {
		change(&cfg)
	}
	book := auth.New(cfg.Realm, cfg.Users, cfg.Secrets)
	s, err := turnserver.Listen(cfg, book, slog.New(slog.NewTextHandler(t.Output(), nil)))
	must(t, err)
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error)
	go func() { done <- s.Serve(ctx) }()
	t.Cleanup(func() {
		cancel()
		if err := <-done; err != nil {
			t.Errorf("serving: %v", err)
		}
	})
	return s.Addrs()[0], book
}

// client connects to a server as the classic user.
func client(t *testing.T, network, server string) *probe.Client {
	t.Helper()
	c, err := probe.Dial(soon(t), probe.Config{Network: network, Server: server, Username: "lqf", Password: "123456", Realm: realm})
	must(t, err)
	t.Cleanup(func() { c.Close() })
	return c
}

// soon ends every wait of a test.
func soon(t *testing.T) context.Context {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	t.Cleanup(cancel)
	return ctx
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
