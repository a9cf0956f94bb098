package interop

import (
	"encoding/hex"
	"math/rand/v2"
	"net"
	"net/netip"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/pion/stun"

	"zerortc/turnserver/probe"
)

// What kills the bare library, one test each: the same packets go to a child
// with the bare library, which must die or spin (else the test has lost its
// meaning), and to a child with our server, which must not care.

// TestC1EmptyPeerAddress: a Send indication whose last attribute is an empty
// XOR-PEER-ADDRESS makes the library read beyond its buffer. Anybody may send
// it who can forge the address of a client with an allocation.
func TestC1EmptyPeerAddress(t *testing.T) {
	indication := stun.MustBuild(stun.TransactionID, stun.NewType(stun.MethodSend, stun.ClassIndication),
		stun.RawAttribute{Type: stun.AttrData, Value: make([]byte, 20)}, stun.RawAttribute{Type: stun.AttrXORPeerAddress})
	for _, network := range []string{"udp", "tcp"} {
		attack := func(t *testing.T, server string) {
			c := client(t, network, server)
			_, err := c.Allocate(soon(t), probe.AllocateOptions{})
			must(t, err)
			for range 10 {
				if c.Write(indication.Raw) != nil {
					return // dead already
				}
			}
		}
		t.Run(network, func(t *testing.T) {
			victim := spawn(t, bare)
			attack(t, victim.addr)
			wantPanic(t, victim, "slice bounds out of range")
			survivor := spawn(t, ours)
			attack(t, survivor.addr)
			wantWell(t, survivor)
		})
	}
}

// TestC2PermissionAtExpiry: a permission that is asked for at the moment the
// allocation ends is closed before it is whole. It takes a hundred or two
// allocations to hit the moment, so many clients try at once, again and again.
func TestC2PermissionAtExpiry(t *testing.T) {
	victim := spawn(t, bare)
	stop := make(chan struct{})
	done := attackExpiry(t, victim.addr, 100, stop)
	words, died := victim.diesWithin(90 * time.Second)
	close(stop)
	<-done
	if !died {
		t.Error("the bare library lives: this test has lost its meaning")
	} else {
		wantWords(t, words, "nil pointer dereference")
	}

	survivor := spawn(t, ours)
	stop = make(chan struct{})
	time.AfterFunc(2*time.Second, func() { close(stop) })
	<-attackExpiry(t, survivor.addr, 20, stop)
	wantWell(t, survivor)
}

// attackExpiry runs the clients until stop, and tells when all have ended.
func attackExpiry(t *testing.T, server string, clients int, stop <-chan struct{}) (done <-chan struct{}) {
	const lifetime = time.Second
	var all sync.WaitGroup
	for i := range clients {
		all.Go(func() {
			c := client(t, "udp", server)
			time.Sleep(lifetime * time.Duration(i) / time.Duration(clients)) // spread the ends over the second
			askAtExpiry(t, c, lifetime, stop)
		})
	}
	ended := make(chan struct{})
	go func() { all.Wait(); close(ended) }()
	return ended
}

// askAtExpiry makes one short allocation after the other and floods permissions
// around the end of each, until stop or until nobody answers any more.
func askAtExpiry(t *testing.T, c *probe.Client, lifetime time.Duration, stop <-chan struct{}) {
	request := allocateRequest(t, probe.Lifetime(lifetime))
	if _, err := c.Do(soon(t), request, probe.Signed()); err != nil {
		return
	}
	flood := permissions(t, c)
	for {
		early := time.Duration(500+rand.IntN(4000)) * time.Microsecond
		select {
		case <-stop:
			return
		case <-time.After(lifetime - early):
		}
		for _, raw := range flood {
			if c.Write(raw) != nil {
				return
			}
			time.Sleep(500 * time.Microsecond)
		}
		// The library does not sign what it refuses (we came before the end, for
		// one), so the answer is not looked at as an answer to Signed would be.
		again, err := c.Sign(request)
		if err == nil {
			_, err = c.Do(soon(t), again)
		}
		if err != nil && probe.Code(err) == 0 {
			return
		}
	}
}

// permissions are signed requests for many different peers.
func permissions(t *testing.T, c *probe.Client) (flood [][]byte) {
	t.Helper()
	for n := range 6 {
		var peers []stun.Setter
		for i := range 100 {
			peers = append(peers, probe.Peer(netip.AddrPortFrom(netip.AddrFrom4([4]byte{10, 0, byte(n), byte(i)}), 1)))
		}
		m, err := probe.Request(stun.MethodCreatePermission, peers...)
		if err == nil {
			m, err = c.Sign(m)
		}
		if err != nil {
			t.Error(err)
			return nil
		}
		flood = append(flood, m.Raw)
	}
	return flood
}

// TestC3ChannelLengthWraps: a length whose padded sum wraps to zero in 16 bits
// makes the library's framing run in a circle for ever, for anybody who can open
// a TCP connection, and after he left.
func TestC3ChannelLengthWraps(t *testing.T) {
	wantSpin(t, []byte{0x40, 0x00, 0xff, 0xfc, 0, 0, 0, 0, 0})
}

// TestA1MessageLengthWraps is the same with the header of a STUN message.
func TestA1MessageLengthWraps(t *testing.T) {
	wantSpin(t, []byte{0x00, 0x01, 0xff, 0xec, 0x21, 0x12, 0xa4, 0x42, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0})
}

// TestLengthsAroundTheWrap: lengths that wrap to something small, or nearly
// wrap, only confuse the library; us they leave cold.
func TestLengthsAroundTheWrap(t *testing.T) {
	survivor := spawn(t, ours)
	for _, head := range []string{"4000fffb", "4000fffd", "4000fffe", "4000ffff", "7ffffffc", "4fff0000",
		"0001ffe8", "0001fff0", "0001fffc", "0001ffff", "0001ffed"} {
		start, err := hex.DecodeString(head)
		must(t, err)
		strikeTCP(t, survivor.addr, append(start, 0x21, 0x12, 0xa4, 0x42, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0))
	}
	wantWell(t, survivor)
}

// wantSpin sends the bytes over TCP and hangs up.
func wantSpin(t *testing.T, raw []byte) {
	t.Helper()
	victim := spawn(t, bare)
	strikeTCP(t, victim.addr, raw)
	// Any other server would be idle now and never come to half a second.
	before, end := victim.processor(t), time.Now().Add(time.Minute)
	for victim.processor(t)-before < 500*time.Millisecond {
		if time.Now().After(end) {
			t.Error("the bare library does not spin: this test has lost its meaning")
			break
		}
		time.Sleep(50 * time.Millisecond)
	}
	survivor := spawn(t, ours)
	strikeTCP(t, survivor.addr, raw)
	wantWell(t, survivor)
}

// strikeTCP sends bytes, waits until they must have been read, and hangs up.
func strikeTCP(t *testing.T, server string, raw []byte) {
	t.Helper()
	conn, err := net.Dial("tcp", server)
	must(t, err)
	defer conn.Close()
	_, err = conn.Write(raw)
	must(t, err)
	// Over an answer or a hangup, whichever comes; silence is fine as well.
	must(t, conn.SetReadDeadline(time.Now().Add(100*time.Millisecond)))
	conn.Read(make([]byte, 1))
}

// TestC4NoUsers: with nobody configured who could log in, the first request that
// is signed at all calls a function that is not there.
func TestC4NoUsers(t *testing.T) {
	attack := func(t *testing.T, server string) error {
		_, err := client(t, "udp", server).Do(soon(t), allocateRequest(t), probe.Signed())
		return err
	}
	victim := spawn(t, bareNobody)
	go attack(t, victim.addr)
	wantPanic(t, victim, "nil pointer dereference")
	survivor := spawn(t, oursNobody)
	if err := attack(t, survivor.addr); probe.Code(err) != 401 {
		t.Errorf("ours: %v, want 401", err)
	}
	wantAnswers(t, survivor)
}

func allocateRequest(t *testing.T, more ...stun.Setter) *stun.Message {
	t.Helper()
	m, err := probe.Request(stun.MethodAllocate, append([]stun.Setter{probe.RequestedTransport(probe.UDP)}, more...)...)
	must(t, err)
	return m
}

func wantPanic(t *testing.T, c *child, reason string) {
	t.Helper()
	words, died := c.diesWithin(20 * time.Second)
	if !died {
		t.Errorf("the bare library lives: this test has lost its meaning")
		return
	}
	wantWords(t, words, reason)
}

func wantWords(t *testing.T, words, reason string) {
	t.Helper()
	if !strings.Contains(words, "panic:") || !strings.Contains(words, reason) {
		t.Errorf("the bare library died of something else than %q: %s", reason, words)
	}
}

// wantWell: the child answers, allocates over UDP and TCP, and idles.
func wantWell(t *testing.T, c *child) {
	t.Helper()
	wantAnswers(t, c)
	for _, network := range []string{"udp", "tcp"} {
		p := client(t, network, c.addr)
		if _, err := p.Allocate(soon(t), probe.AllocateOptions{}); err != nil {
			t.Errorf("allocating over %s: %v", network, err)
		}
	}
	c.wantIdle(t)
	if _, died := c.diesWithin(0); died {
		t.Errorf("ours died: %s", c.stderr)
	}
}

// wantAnswers: the child answers Binding requests over UDP and TCP.
func wantAnswers(t *testing.T, c *child) {
	t.Helper()
	for _, network := range []string{"udp", "tcp"} {
		p := client(t, network, c.addr)
		if seen, err := p.Binding(soon(t)); err != nil || seen != p.LocalAddr() {
			t.Errorf("Binding over %s: %v, %v", network, seen, err)
		}
	}
}
