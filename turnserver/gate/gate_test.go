package gate

import (
	"net/netip"
	"testing"
	"time"

	"github.com/pion/stun"
)

var (
	allocateRequest = stun.NewType(stun.MethodAllocate, stun.ClassRequest)
	overUDP         = stun.RawAttribute{Type: stun.AttrRequestedTransport, Value: []byte{17, 0, 0, 0}}
)

func code(t *testing.T, m *stun.Message) stun.ErrorCode {
	t.Helper()
	var c stun.ErrorCodeAttribute
	if c.GetFrom(m) != nil {
		return 0
	}
	return c.Code
}

// A challenge goes to anybody who asks, so anybody can have it sent to anybody:
// it is small.
func TestTheChallenge(t *testing.T) {
	g, box := newGate(t)
	m := ask(t, g, box, caller, allocateRequest)
	if code(t, m) != stun.CodeUnauthorized || !m.Contains(stun.AttrNonce) || !m.Contains(stun.AttrRealm) {
		t.Errorf("got %v", m)
	}
	if m.Contains(stun.AttrMessageIntegrity) || m.Contains(stun.AttrSoftware) || len(m.Raw) > 80 {
		t.Errorf("%d bytes: %v", len(m.Raw), m)
	}
	if !g.Idle() {
		t.Error("an unauthenticated packet left something behind")
	}
}

// Answers are signed once the client is known, errors too, and carry a
// FINGERPRINT when the request did.
func TestAnswersAreSigned(t *testing.T) {
	g, box := newGate(t)
	for what, setters := range map[string][]stun.Setter{
		"a success": {allocateRequest, overUDP},
		"an error":  {stun.NewType(stun.MethodRefresh, stun.ClassRequest), stun.RawAttribute{Type: stun.AttrLifetime, Value: []byte{1}}},
	} {
		for _, fingerprint := range []bool{true, false} {
			all := append(setters, credentials(g, caller, time.Now())...)
			if fingerprint {
				all = append(all, stun.Fingerprint)
			}
			m := ask(t, g, box, caller, all...)
			if err := key.Check(m); err != nil {
				t.Errorf("%s: %v in %v", what, err, m)
			}
			if has := stun.Fingerprint.Check(m) == nil; has != fingerprint {
				t.Errorf("%s: FINGERPRINT is %v, in the request %v", what, has, fingerprint)
			}
		}
	}
}

func TestABadFingerprintIsDropped(t *testing.T) {
	g, box := newGate(t)
	m := stun.MustBuild(stun.TransactionID, stun.BindingRequest, stun.Fingerprint)
	m.Raw[len(m.Raw)-1] ^= 1
	g.Handle(m.Raw, caller)
	if answers := box.take(t); len(answers) != 0 {
		t.Errorf("got %v", answers)
	}
}

func TestHalfACredential(t *testing.T) {
	g, box := newGate(t)
	nonce := stun.NewNonce(g.rules.nonces.make(caller, time.Now()))
	name, realm := stun.NewUsername("lqf"), stun.NewRealm(testRealm)
	for what, c := range map[string]struct {
		setters []stun.Setter
		code    stun.ErrorCode
	}{
		"all of it":     {[]stun.Setter{name, realm, nonce, key}, 0},
		"no user":       {[]stun.Setter{realm, nonce, key}, stun.CodeBadRequest},
		"no realm":      {[]stun.Setter{name, nonce, key}, stun.CodeBadRequest},
		"no nonce":      {[]stun.Setter{name, realm, key}, stun.CodeBadRequest},
		"no signature":  {[]stun.Setter{name, realm, nonce}, stun.CodeUnauthorized},
		"another realm": {[]stun.Setter{name, stun.NewRealm("elsewhere"), nonce, key}, stun.CodeUnauthorized},
		"another key":   {[]stun.Setter{name, realm, nonce, stun.MessageIntegrity("x")}, stun.CodeUnauthorized},
		"an old nonce": {[]stun.Setter{name, realm, stun.NewNonce(g.rules.nonces.make(caller, time.Now().Add(-time.Hour))), key},
			stun.CodeStaleNonce},
		"an empty signature": {[]stun.Setter{name, realm, nonce, stun.RawAttribute{Type: stun.AttrMessageIntegrity}}, stun.CodeUnauthorized},
	} {
		// Each from a port of its own would need a nonce of its own; a second
		// allocation of the same client is 437, which is past authentication.
		m := ask(t, g, box, caller, append([]stun.Setter{allocateRequest, overUDP}, c.setters...)...)
		if got := code(t, m); got != c.code && !(c.code == 0 && got == stun.CodeAllocMismatch) {
			t.Errorf("%s: %d, want %d", what, got, c.code)
		}
	}
}

// An IPv4-mapped peer is the IPv4 peer it spells.
func TestPeersAreUnmapped(t *testing.T) {
	for spelled, want := range map[string]string{
		"198.51.100.7:9":          "198.51.100.7:9",
		"[2001:db8::7]:9":         "[2001:db8::7]:9",
		"[::ffff:198.51.100.7]:9": "198.51.100.7:9",
	} {
		m := stun.MustBuild(stun.TransactionID, allocateRequest)
		at := netip.MustParseAddrPort(spelled)
		value := append([]byte{0, 1 + byte(at.Addr().BitLen()/128), 0, 0}, at.Addr().AsSlice()...)
		value[2], value[3] = byte(at.Port()>>8)^0x21, byte(at.Port())^0x12
		for i := range value[4:] {
			value[4+i] ^= m.Raw[4+i]
		}
		m.Add(stun.AttrXORPeerAddress, value)
		r, err := read(stun.New(), m.Raw, caller)
		if err != nil {
			t.Fatal(err)
		}
		if peers, err := r.peers(); err != nil || len(peers) != 1 || peers[0].String() != want {
			t.Errorf("%s was read as %v, %v", spelled, peers, err)
		}
	}
}

// Somebody who forges a client's address must not keep the answer from it that
// its call depends on.
func TestAnOldNonceIsAnsweredInAFlood(t *testing.T) {
	g, box := newGate(t)
	g.rules.Apply(Live{Peers: g.rules.Live().Peers, MaxUnauthenticated: 1})
	for range 10 {
		g.Handle(stun.MustBuild(stun.TransactionID, allocateRequest).Raw, caller)
	}
	box.take(t)
	old := credentials(g, caller, time.Now().Add(-time.Hour))
	if m := ask(t, g, box, caller, append([]stun.Setter{allocateRequest, overUDP}, old...)...); code(t, m) != stun.CodeStaleNonce {
		t.Errorf("got %v", m)
	}
}
