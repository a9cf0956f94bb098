package turnserver

import (
	"context"
	"io"
	"log/slog"
	"net"
	"net/netip"
	"testing"
	"time"

	"github.com/pion/stun"

	"zerortc/config"
	"zerortc/turnserver/auth"
	"zerortc/turnserver/probe"
)

const (
	realm  = "zerortc"
	secret = "north"
)

// settings are the ones most tests start from: one static user, one secret.
func settings(change ...func(*config.TURN)) config.TURN {
	cfg := config.TURN{
		Listen:     []string{"127.0.0.1:0"},
		Users:      []config.User{{Name: "lqf", Password: config.NewSecret("123456")}, {Name: "bob", Password: config.NewSecret("builder")}},
		Secrets:    []config.Secret{config.NewSecret(secret)},
		Realm:      realm,
		RelayPorts: config.PortRange{Min: 49152, Max: 65535},
	}
	for _, c := range change {
		c(&cfg)
	}
	return cfg
}

func loopbackPeers(cfg *config.TURN) {
	cfg.PeersAllow = []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8"), netip.MustParsePrefix("::1/128")}
}

func everywhere(cfg *config.TURN) { cfg.Listen = []string{":0"} }

// behindNAT advertises an address that leads nowhere from here.
func behindNAT(cfg *config.TURN) {
	cfg.PublicIPs = []config.PublicIP{{External: netip.MustParseAddr("203.0.113.9")}}
}

// onePort leaves the server one relay port, which nobody uses.
func onePort(t *testing.T) func(*config.TURN) {
	t.Helper()
	conn, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	port := conn.LocalAddr().(*net.UDPAddr).AddrPort().Port()
	_ = conn.Close()
	return func(cfg *config.TURN) { cfg.RelayPorts = config.PortRange{Min: port, Max: port} }
}

// start runs a server until the test ends, and checks that it then leaves
// nothing listening.
func start(t *testing.T, cfg config.TURN, before ...func(*Server)) *Server {
	t.Helper()
	s, err := Listen(cfg, auth.New(cfg.Realm, cfg.Users, cfg.Secrets), slog.New(slog.NewTextHandler(t.Output(), nil)))
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range before {
		f(s)
	}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error)
	go func() { done <- s.Serve(ctx) }()
	t.Cleanup(func() {
		cancel()
		if err := <-done; err != nil {
			t.Errorf("serving: %v", err)
		}
	})
	return s
}

// at is the server's address on the host.
func (s *Server) at(host string) string {
	return netip.AddrPortFrom(netip.MustParseAddr(host), s.addrs[0].Port()).String()
}

// deadline ends every wait of a test.
func deadline(t *testing.T) context.Context {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	t.Cleanup(cancel)
	return ctx
}

// client connects to the server as the static user, unless told otherwise.
func client(t *testing.T, s *Server, network string, change ...func(*probe.Config)) *probe.Client {
	t.Helper()
	cfg := probe.Config{Network: network, Server: s.at("127.0.0.1"), Username: "lqf", Password: "123456", Realm: realm, RTO: time.Second}
	for _, c := range change {
		c(&cfg)
	}
	c, err := probe.Dial(deadline(t), cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { hangUp(s, c, c.LocalAddr()) })
	return c
}

// hangUp closes a client and ends the allocation it left behind: the system may
// give its port to the next client of a test, which would meet that.
func hangUp(s *Server, c io.Closer, client netip.AddrPort) {
	for _, a := range s.Sessions() {
		if a.Client == client {
			s.Kick(a.ID)
		}
	}
	_ = c.Close()
}

func as(username, password string) func(*probe.Config) {
	return func(c *probe.Config) { c.Username, c.Password = username, password }
}

// allocated is a client with an allocation.
func allocated(t *testing.T, s *Server, network string, change ...func(*probe.Config)) (*probe.Client, probe.Allocation) {
	t.Helper()
	c := client(t, s, network, change...)
	a, err := c.Allocate(deadline(t), probe.AllocateOptions{})
	if err != nil {
		t.Fatal(err)
	}
	return c, a
}

// request makes a request and sends it signed; the error is what came of it.
func request(t *testing.T, c *probe.Client, method stun.Method, attributes ...stun.Setter) (*stun.Message, error) {
	t.Helper()
	m, err := probe.Request(method, attributes...)
	if err != nil {
		t.Fatal(err)
	}
	return c.Do(deadline(t), m, probe.Signed())
}

func raw(t stun.AttrType, value ...byte) stun.Setter {
	return stun.RawAttribute{Type: t, Value: value}
}

// peer is a UDP socket elsewhere, which answers what it gets in capitals.
func peer(t *testing.T, address string) netip.AddrPort {
	t.Helper()
	conn, err := net.ListenPacket("udp", address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	go func() {
		b := make([]byte, 4096)
		for {
			n, from, err := conn.ReadFrom(b)
			if err != nil {
				return
			}
			_, _ = conn.WriteTo(append([]byte("ECHO "), b[:n]...), from)
		}
	}()
	return conn.LocalAddr().(*net.UDPAddr).AddrPort()
}

// eventually waits for something another goroutine is about to do.
func eventually(t *testing.T, what string, happened func() bool) {
	t.Helper()
	for end := time.Now().Add(10 * time.Second); !happened(); time.Sleep(time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("never came: %s", what)
		}
	}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func wantCode(t *testing.T, what string, err error, code int) {
	t.Helper()
	if probe.Code(err) != code {
		t.Errorf("%s: %v, want %d", what, err, code)
	}
}

var quietLog = slog.New(slog.DiscardHandler)
