package gate

import (
	"log/slog"
	"net/netip"
	"sync"
	"testing"
	"time"

	"github.com/pion/stun"

	"zerortc/config"
	"zerortc/turnserver/auth"
	"zerortc/turnserver/engine"
	"zerortc/turnserver/policy"
	"zerortc/turnserver/quota"
	"zerortc/turnserver/relay"
	"zerortc/turnserver/socket"
)

const testRealm = "zerortc"

var (
	caller = Tuple{UDP, netip.MustParseAddrPort("192.0.2.7:4000"), netip.MustParseAddrPort("127.0.0.1:3478")}
	key    = stun.NewLongTermIntegrity("lqf", testRealm, "123456")
)

// mailbox keeps what a gate sends.
type mailbox struct {
	mu   sync.Mutex
	sent [][]byte
}

func (m *mailbox) Send(packet []byte, _ Tuple, _ Sort, _ *socket.Out) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.sent = append(m.sent, append([]byte(nil), packet...))
	return true
}

// take returns what was sent since the last call, as messages.
func (m *mailbox) take(t testing.TB) []*stun.Message {
	t.Helper()
	m.mu.Lock()
	defer m.mu.Unlock()
	var list []*stun.Message
	for _, raw := range m.sent {
		answer := &stun.Message{Raw: raw}
		if err := answer.Decode(); err != nil {
			t.Fatalf("sent % x: %v", raw, err)
		}
		list = append(list, answer)
	}
	m.sent = nil
	return list
}

// newGate makes a gate with one user.
func newGate(t testing.TB) (*Gate, *mailbox) {
	t.Helper()
	users := []config.User{{Name: "lqf", Password: config.NewSecret("123456")}}
	relays := relay.New(config.PortRange{Min: 49152, Max: 65535}, func(netip.Addr) netip.Addr { return netip.Addr{} })
	engines, err := engine.NewEngines(2, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	rules, err := NewRules(Rules{
		Realm:   testRealm,
		Users:   auth.New(testRealm, users, nil),
		Relays:  relays,
		Machine: policy.Machine{Own: netip.Addr.IsLoopback, Attached: func(_, peer netip.Addr) bool { return peer.IsLoopback() }, Live: relays.Live, Version: func() uint64 { return 0 }},
		Quota:   quota.New(quota.Limits{}),
		Engines: engines,
		Sibling: func(netip.Addr) (netip.Addr, bool) { return netip.Addr{}, false },
		Log:     slog.New(slog.DiscardHandler),
	}, Live{Peers: policy.New(false, nil, nil)}, func(Event) {})
	if err != nil {
		t.Fatal(err)
	}
	box := &mailbox{}
	loop, err := socket.NewLoops(2, rules.Undelivered)
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan struct{})
	go func() { loop.Run(); close(done) }()
	g := New(rules, box, loop)
	t.Cleanup(func() { g.Close(Stopped); loop.Close(); <-done; engines.Close() })
	return g, box
}

// ask sends a message built of the setters and returns the one answer.
func ask(t testing.TB, g *Gate, box *mailbox, from Tuple, setters ...stun.Setter) *stun.Message {
	t.Helper()
	g.Handle(stun.MustBuild(append([]stun.Setter{stun.TransactionID}, setters...)...).Raw, from)
	answers := box.take(t)
	if len(answers) != 1 {
		t.Fatalf("%d answers", len(answers))
	}
	return answers[0]
}

// credentials sign as the user, with a nonce of the gate.
func credentials(g *Gate, of Tuple, at time.Time) []stun.Setter {
	return []stun.Setter{stun.NewUsername("lqf"), stun.NewRealm(testRealm), stun.NewNonce(g.rules.nonces.make(of, at)), key}
}
