package socket

import (
	"errors"
	"net"
	"net/netip"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// running starts a loop and ends it with the test.
func running(t *testing.T) *Loops {
	t.Helper()
	l, err := NewLoops(2, func(int) {})
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan struct{})
	go func() { l.Run(); close(done) }()
	t.Cleanup(func() { l.Close(); <-done })
	return l
}

// echo answers each packet with the address it was sent to.
func echo(t *testing.T, sockets []*UDP) {
	t.Helper()
	l := running(t)
	for _, s := range sockets {
		err := l.Add(s, func(p *Packet, out *Out) { out.Add(s, []byte(p.At.String()), p.From, p.At) })
		if err != nil {
			t.Fatal(err)
		}
	}
	t.Cleanup(func() { closeAll(sockets) })
}

// ask sends a packet and returns the answer. The client's socket is connected:
// an answer from another address than the one asked never reaches it.
func ask(t *testing.T, to string) string {
	t.Helper()
	c, err := net.Dial("udp", to)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	_ = c.SetDeadline(time.Now().Add(5 * time.Second))
	if _, err := c.Write([]byte("?")); err != nil {
		t.Fatal(err)
	}
	b := make([]byte, 100)
	n, err := c.Read(b)
	if err != nil {
		t.Fatalf("no answer from %s: %v", to, err)
	}
	return string(b[:n])
}

func TestAnswersLeaveFromTheAddressAsked(t *testing.T) {
	sockets, err := ListenUDP(":0", 2)
	if err != nil {
		t.Fatal(err)
	}
	echo(t, sockets)
	port := strconv.Itoa(int(sockets[0].Local().Port()))
	for _, host := range []string{"127.0.0.1", "127.0.0.2", "127.1.2.3", "::1"} {
		to := net.JoinHostPort(host, port)
		for range 8 { // several clients, so that each of the sockets is met
			if got := ask(t, to); got != to {
				t.Errorf("asked %s, the server saw %s", to, got)
			}
		}
	}
}

func TestOneAddress(t *testing.T) {
	sockets, err := ListenUDP("127.0.0.2:0", 2)
	if err != nil {
		t.Fatal(err)
	}
	echo(t, sockets)
	to := sockets[0].Local().String()
	if got := ask(t, to); got != to {
		t.Errorf("asked %s, the server saw %s", to, got)
	}
	if len(sockets) != 2 || sockets[0].Local() != sockets[1].Local() {
		t.Errorf("two sockets were asked for, got %v", sockets)
	}
}

// SO_REUSEPORT would let two servers share a port in silence.
func TestATakenPortIsAnError(t *testing.T) {
	first, err := ListenUDP("127.0.0.1:0", 2)
	if err != nil {
		t.Fatal(err)
	}
	defer closeAll(first)
	for _, address := range []string{first[0].Local().String(), ":" + strconv.Itoa(int(first[0].Local().Port()))} {
		second, err := ListenUDP(address, 2)
		if !errors.Is(err, syscall.EADDRINUSE) || !strings.Contains(err.Error(), address) {
			t.Errorf("listening on %s again: %v", address, err)
		}
		closeAll(second)
	}
}

func TestBadAddresses(t *testing.T) {
	for _, address := range []string{"", "127.0.0.1", "127.0.0.1:x", "127.0.0.1:99999", "203.0.113.9:0"} {
		if s, err := ListenUDP(address, 1); err == nil {
			closeAll(s)
			t.Errorf("%q was listened on", address)
		}
	}
}

func TestRouted(t *testing.T) {
	if got := routed(netip.MustParseAddrPort("127.0.0.9:9")); !got.IsLoopback() {
		t.Errorf("packets to loopback would leave from %v", got)
	}
}
