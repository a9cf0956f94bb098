package turnserver

import (
	"context"
	"encoding/binary"
	"errors"
	"net"
	"net/netip"
	"os"
	"syscall"
	"testing"
	"time"

	"github.com/pion/stun"
	"go.uber.org/goleak"

	"zerortc/config"
	"zerortc/turnserver/auth"
	"zerortc/turnserver/probe"
)

// canary is a socket that must hear nothing.
func canary(t *testing.T, address string) (netip.AddrPort, func() bool) {
	t.Helper()
	conn, err := net.ListenPacket("udp", address)
	must(t, err)
	t.Cleanup(func() { _ = conn.Close() })
	return conn.LocalAddr().(*net.UDPAddr).AddrPort(), func() bool {
		_ = conn.SetReadDeadline(time.Now().Add(50 * time.Millisecond))
		_, _, err := conn.ReadFrom(make([]byte, 100))
		return !errors.Is(err, os.ErrDeadlineExceeded)
	}
}

// A permission for a relay on an address of ours opens that address, in the
// protocol's terms, with all its ports. Only relays may be reached all the
// same, and only while they live.
func TestOnlyRelaysOnOurOwnAddress(t *testing.T) {
	s, ctx := start(t, settings()), deadline(t)
	a, _ := allocated(t, s, "udp")
	b, relayB := allocated(t, s, "udp")
	service, heard := canary(t, "127.0.0.1:0")
	wantCode(t, "permission for a service", a.CreatePermission(ctx, service), 403)
	wantCode(t, "permission for the server", a.CreatePermission(ctx, s.addrs[0]), 403)
	wantCode(t, "a channel to a service", a.ChannelBind(ctx, 0x4000, service), 403)

	must(t, a.CreatePermission(ctx, relayB.Relayed))
	must(t, a.ChannelBind(ctx, 0x4001, relayB.Relayed))
	must(t, a.Send(service, []byte("by the permission for another port")))

	_, err := b.Refresh(ctx, 0)
	must(t, err)
	later, heardLater := canary(t, relayB.Relayed.String()) // somebody else's now
	must(t, a.SendChannel(0x4001, []byte("to a relay that was")))
	wantCode(t, "permission for what was a relay", a.CreatePermission(ctx, later), 403)
	if heard() || heardLater() {
		t.Error("a packet reached a service of this machine")
	}
}

// What stands behind MESSAGE-INTEGRITY was put there by somebody on the way.
func TestAttributesBehindTheSignatureAreIgnored(t *testing.T) {
	s := start(t, settings(loopbackPeers))
	c, _ := allocated(t, s, "udp")
	refresh, err := probe.Request(stun.MethodRefresh)
	must(t, err)
	signed, err := c.Sign(refresh)
	must(t, err)
	for i, a := range signed.Attributes {
		if a.Type == stun.AttrFingerprint {
			signed.Attributes = signed.Attributes[:i]
			signed.Raw = signed.Raw[:len(signed.Raw)-8]
			signed.Length -= 8
		}
	}
	signed.Add(stun.AttrLifetime, []byte{0, 0, 0, 0})
	answer, err := c.Do(deadline(t), signed)
	must(t, err)
	if v, _ := answer.Get(stun.AttrLifetime); len(v) != 4 || binary.BigEndian.Uint32(v) != 600 {
		t.Errorf("a LIFETIME of 0 behind the signature gave % x", v)
	}
	_, err = c.Refresh(deadline(t), time.Hour)
	wantCode(t, "the allocation afterwards", err, 0)
}

// Nothing on the wire but a header may cost more than a drop.
func TestGarbageIsDropped(t *testing.T) {
	s := start(t, settings())
	c, _ := allocated(t, s, "udp")
	for _, packet := range [][]byte{
		{0}, {0x40}, {0x40, 0, 0xFF, 0xFF}, {0x40, 0, 0, 9, 1}, {0x80, 1, 2, 3}, {0xFF}, make([]byte, 20), make([]byte, 2100),
		append([]byte{0, 1, 0, 8, 0x21, 0x12, 0xA4, 0x42}, make([]byte, 12)...),                       // shorter than it says
		append([]byte{0, 1, 0, 0, 0x21, 0x12, 0xA4, 0x42}, make([]byte, 20)...),                       // longer
		append([]byte{0, 1, 0, 4, 0x21, 0x12, 0xA4, 0x42}, []byte("123456789012\x00\x06\xFF\xFF")...), // an attribute that overruns
		append([]byte{1, 1, 0, 0, 0x21, 0x12, 0xA4, 0x42}, make([]byte, 12)...),                       // an answer
		append([]byte{0x3F, 0xEF, 0, 0, 0x21, 0x12, 0xA4, 0x42}, make([]byte, 12)...),                 // no such method
	} {
		must(t, c.Write(packet))
	}
	if _, err := c.Refresh(deadline(t), time.Hour); err != nil {
		t.Errorf("the client's allocation afterwards: %v", err)
	}
	if n := s.Refused()["malformed"]; n != 12 { // the one of 2,100 bytes is cut off before the gate
		t.Errorf("%d packets were counted as malformed", n)
	}
}

// A stream that is not TURN ends, and one that says nothing does too.
func TestBadConnectionsAreClosed(t *testing.T) {
	s := start(t, settings())
	for what, bytes := range map[string]string{
		"HTTP":                "GET / HTTP/1.1\r\nHost: x\r\n\r\n",
		"a length that wraps": "\x40\x00\xFF\xFC\x00\x00\x00\x00\x00",
	} {
		conn, err := net.Dial("tcp", s.at("127.0.0.1"))
		must(t, err)
		_, err = conn.Write([]byte(bytes))
		must(t, err)
		_ = conn.SetReadDeadline(time.Now().Add(5 * time.Second))
		if _, err := conn.Read(make([]byte, 1)); err == nil || errors.Is(err, os.ErrDeadlineExceeded) {
			t.Errorf("%s: %v, want a closed connection", what, err)
		}
		_ = conn.Close()
	}
}

// hurdle is a listener that fails before it works.
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

// One failed accept ends the bare library's listener, and its allocations, for
// good. Descriptors come back.
func TestAcceptingSurvivesALackOfDescriptors(t *testing.T) {
	s := start(t, settings())
	l, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	done := make(chan error)
	go func() { done <- s.serveTCP(&hurdle{l, 5}) }()
	c := client(t, s, "tcp", func(c *probe.Config) { c.Server = l.Addr().String() })
	_, err = c.Binding(deadline(t))
	must(t, err)
	_ = l.Close()
	if err := <-done; !errors.Is(err, net.ErrClosed) {
		t.Errorf("the loop ended with %v", err)
	}
}

// When Serve returns nothing is left: goroutines, sockets, ports.
func TestServeReleasesEverything(t *testing.T) {
	defer goleak.VerifyNone(t)
	cfg := settings(everywhere)
	s, err := Listen(cfg, auth.New(cfg.Realm, cfg.Users, cfg.Secrets), quietLog)
	must(t, err)
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error)
	go func() { done <- s.Serve(ctx) }()
	for _, network := range networks {
		c, err := probe.Dial(ctx, probe.Config{Network: network, Server: s.at("127.0.0.1"), Username: "lqf", Password: "123456"})
		must(t, err)
		defer c.Close()
		_, err = c.Allocate(deadline(t), probe.AllocateOptions{EvenPort: probe.EvenAndNext})
		must(t, err)
	}
	cancel()
	must(t, <-done)
	if n := s.relays.InUse(); n != 0 {
		t.Errorf("%d relay ports are taken", n)
	}
	again, err := Listen(settings(func(c *config.TURN) { c.Listen = []string{s.at("0.0.0.0")} }), auth.New(realm, nil, nil), quietLog)
	must(t, err)
	again.Close()
}

func TestATakenPort(t *testing.T) {
	s := start(t, settings())
	_, err := Listen(settings(func(c *config.TURN) { c.Listen = []string{"127.0.0.1:0", s.at("127.0.0.1")} }), auth.New(realm, nil, nil), quietLog)
	if !errors.Is(err, syscall.EADDRINUSE) {
		t.Errorf("got %v", err)
	}
	tcp, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	defer tcp.Close()
	_, err = Listen(settings(func(c *config.TURN) { c.Listen = []string{tcp.Addr().String()} }), auth.New(realm, nil, nil), quietLog)
	if !errors.Is(err, syscall.EADDRINUSE) {
		t.Errorf("with the TCP port taken: %v", err)
	}
}
