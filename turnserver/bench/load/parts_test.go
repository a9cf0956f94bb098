package load

import (
	"bytes"
	"net/netip"
	"testing"
	"time"

	"github.com/pion/stun"

	"zerortc/turnserver/probe"
)

func TestPace(t *testing.T) {
	p := pace{burst: 4, rate: 1000, total: 10}
	for _, test := range []struct {
		n, flow, size int
		at            time.Duration
	}{{0, 0, 4, 0}, {4, 1, 4, 4 * time.Millisecond}, {8, 2, 2, 8 * time.Millisecond}, {12, 0, -2, 12 * time.Millisecond}} {
		if at, flow, size := p.at(test.n), p.flow(test.n, 3), p.size(test.n); at != test.at || flow != test.flow || size != test.size {
			t.Errorf("packet %d: at %v, flow %d, %d of them; want %+v", test.n, at, flow, size, test)
		}
	}
	if got := total(20_000, 20, 2*time.Second); got != 40_000 {
		t.Errorf("two seconds have %d packets", got)
	}
	if got := total(10, 20, time.Second); got != 20 {
		t.Errorf("a burst that hardly fits has %d packets", got)
	}
}

// TestHeads: what a client puts before a payload is what another reader of STUN
// makes of it.
func TestHeads(t *testing.T) {
	to, payload := netip.MustParseAddrPort("127.0.0.1:50123"), bytes.Repeat([]byte{7}, 160)
	frame := append(headOf(Channel, to, len(payload)), payload...)
	if got := payloadOf(Channel, frame); !bytes.Equal(got, payload) {
		t.Errorf("channel: %d bytes came back of %d", len(got), len(payload))
	}
	m := &stun.Message{Raw: append(headOf(Indication, to, len(payload)), payload...)}
	if err := m.Decode(); err != nil {
		t.Fatal(err)
	}
	want, err := stun.Build(stun.NewTransactionIDSetter(m.TransactionID), stun.NewType(stun.MethodSend, stun.ClassIndication),
		probe.Peer(to), stun.RawAttribute{Type: stun.AttrData, Value: payload})
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(m.Raw, want.Raw) {
		t.Errorf("a Send indication is\n%x, want\n%x", m.Raw, want.Raw)
	}
}

// TestPayloadOf: what is not whole has no payload, and nothing panics.
func TestPayloadOf(t *testing.T) {
	data, err := stun.Build(stun.TransactionID, stun.NewType(stun.MethodData, stun.ClassIndication),
		stun.NewSoftware("odd"), stun.RawAttribute{Type: stun.AttrData, Value: []byte("four")})
	if err != nil {
		t.Fatal(err)
	}
	if got := payloadOf(Indication, data.Raw); string(got) != "four" {
		t.Errorf("DATA behind another attribute: %q", got)
	}
	channel := append(headOf(Channel, netip.AddrPort{}, 4), "four"...)
	for kind, whole := range map[Kind][]byte{Indication: data.Raw, Channel: channel} {
		for n := range len(whole) {
			if got := payloadOf(kind, whole[:n]); got != nil {
				t.Errorf("%s: the first %d bytes of %d have the payload %q", kind, n, len(whole), got)
			}
		}
	}
}

func TestTally(t *testing.T) {
	const size = 100
	sent := time.Unix(100, 0)
	packet := func(m mark) []byte { p := make([]byte, size); m.put(p); return p }
	counts := newTally(2, 70)
	for _, p := range [][]byte{
		packet(mark{2, 5, 0, sent}), packet(mark{2, 5, 69, sent}), // good
		packet(mark{2, 5, 69, sent}), // twice
		packet(mark{1, 5, 3, sent}),  // of the run before
		packet(mark{2, 4, 3, sent}),  // at the wrong place
		packet(mark{2, 5, 70, sent}), // never sent
		packet(mark{2, 5, 4, sent})[:size-1],
		make([]byte, size), nil,
	} {
		counts.take(p, 5, size, sent.Add(time.Millisecond))
	}
	if counts.delivered != 2 || counts.duplicates != 1 || counts.alien != 5 {
		t.Errorf("%d delivered, %d twice, %d alien; want 2, 1, 5", counts.delivered, counts.duplicates, counts.alien)
	}
	if got := micros(counts.latency, 99); got < 999 || got > 1001 {
		t.Errorf("a millisecond is %g µs", got)
	}
}

func TestCheck(t *testing.T) {
	good := Shape{Up, UDP, Channel, 12, 1, 160, 1000}
	if err := good.Check(); err != nil {
		t.Error(err)
	}
	for _, change := range []func(*Shape){
		func(s *Shape) { s.Direction = "left" }, func(s *Shape) { s.Transport = "sctp" }, func(s *Shape) { s.Kind = "" },
		func(s *Shape) { s.Allocations = 0 }, func(s *Shape) { s.Direction, s.Allocations = Relay, 3 },
		func(s *Shape) { s.Burst = maxBurst + 1 }, func(s *Shape) { s.Payload = markSize - 4 },
		func(s *Shape) { s.Payload = 161 }, func(s *Shape) { s.Rate = 0 },
	} {
		bad := good
		change(&bad)
		if bad.Check() == nil {
			t.Errorf("%s passed", bad)
		}
	}
}
