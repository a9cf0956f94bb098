package probe

import (
	"errors"
	"net/netip"
	"testing"
	"time"

	"github.com/pion/stun"
)

func TestChallenge(t *testing.T) {
	for _, network := range networks {
		c := dial(t, network, guarded(func(_ []byte, req *stun.Message) [][]byte {
			return success(req, Lifetime(time.Minute), key, stun.Fingerprint)
		}))
		for range 2 { // the second time the nonce is known
			if d, err := c.Refresh(ctx(t), time.Hour); err != nil || d != time.Minute {
				t.Errorf("%s: %v, %v", network, d, err)
			}
		}
		if realm, nonce := c.Challenge(); realm != "here" || nonce != "n1" {
			t.Errorf("%s: realm %q, nonce %q", network, realm, nonce)
		}
	}
}

// TestStaleNonce: a 438 brings the new nonce, and the request goes out again
// once.
func TestStaleNonce(t *testing.T) {
	nonces := []string{"n2", "n3"}
	c := dial(t, "udp", guarded(func(_ []byte, req *stun.Message) [][]byte {
		var nonce stun.Nonce
		nonce.GetFrom(req)
		if string(nonce) != nonces[0] {
			return challenge(req, 438, nonces[0])
		}
		return success(req, Lifetime(time.Minute), key)
	}))
	if _, err := c.Refresh(ctx(t), time.Hour); err != nil {
		t.Fatal(err)
	}
	always := dial(t, "udp", guarded(func(_ []byte, req *stun.Message) [][]byte { return challenge(req, 438, "n9") }))
	if _, err := always.Refresh(ctx(t), time.Hour); Code(err) != 438 {
		t.Errorf("always stale: %v", err)
	}
}

func TestWrongPassword(t *testing.T) {
	asked := 0
	c := dial(t, "udp", guarded(func(_ []byte, req *stun.Message) [][]byte { asked++; return success(req) }))
	m, _ := Request(stun.MethodRefresh)
	if _, err := c.Do(ctx(t), m, SignedAs("lqf", "wrong")); Code(err) != 401 || asked != 0 {
		t.Errorf("%v", err)
	}
}

func TestRealm(t *testing.T) {
	c, err := Dial(ctx(t), Config{Network: "udp", Realm: "elsewhere", Server: serve(t, "udp",
		func(_ []byte, req *stun.Message) [][]byte { return challenge(req, 401, "n1") })})
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if _, err := c.Refresh(ctx(t), 0); !errors.Is(err, ErrRealm) {
		t.Error(err)
	}
}

func TestBadChallenges(t *testing.T) {
	for name, setters := range map[string][]stun.Setter{
		"nothing":     nil,
		"no nonce":    {stun.NewRealm("here")},
		"no realm":    {stun.NewNonce("n1")},
		"empty nonce": {stun.NewRealm("here"), attr(stun.AttrNonce)},
	} {
		c := dial(t, "udp", func(_ []byte, req *stun.Message) [][]byte { return refuse(req, 401, setters...) })
		if _, err := c.Refresh(ctx(t), 0); !errors.Is(err, ErrMalformed) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestSignatures: the answer to a signed request is signed with the same key,
// but for errors of a server that could not know us.
func TestSignatures(t *testing.T) {
	other := stun.NewLongTermIntegrity("eve", "here", "123456")
	minute := Lifetime(time.Minute)
	for _, c := range []struct {
		name string
		s    func(req *stun.Message) [][]byte
		bad  bool
		code int
	}{
		{"signed success", func(r *stun.Message) [][]byte { return success(r, minute, key) }, false, 0},
		{"unsigned success", func(r *stun.Message) [][]byte { return success(r, minute) }, true, 0},
		{"success signed by another", func(r *stun.Message) [][]byte { return success(r, minute, other) }, true, 0},
		{"short signature", func(r *stun.Message) [][]byte {
			return success(r, minute, attr(stun.AttrMessageIntegrity, 1, 2, 3, 4))
		}, true, 0},
		{"signed 437", func(r *stun.Message) [][]byte { return refuse(r, 437, key, stun.Fingerprint) }, false, 437},
		{"unsigned 437", func(r *stun.Message) [][]byte { return refuse(r, 437) }, true, 0},
		{"unsigned 400", func(r *stun.Message) [][]byte { return refuse(r, 400) }, false, 400},
		{"400 signed by another", func(r *stun.Message) [][]byte { return refuse(r, 400, other) }, true, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := dial(t, "udp", guarded(func(_ []byte, req *stun.Message) [][]byte { return c.s(req) }))
			_, err := p.Refresh(ctx(t), time.Hour)
			if errors.Is(err, ErrIntegrity) != c.bad || Code(err) != c.code {
				t.Errorf("%v", err)
			}
		})
	}
}

// TestSign: a peer's address survives the signing, though IPv6 is masked with a
// transaction id that changes.
func TestSign(t *testing.T) {
	c := dial(t, "udp", guarded(func(_ []byte, req *stun.Message) [][]byte { return success(req, Lifetime(0), key) }))
	if _, err := c.Refresh(ctx(t), 0); err != nil {
		t.Fatal(err)
	}
	for _, s := range []string{"[2001:db8::7]:9", "192.0.2.9:7", "[::ffff:192.0.2.9]:7"} {
		peer := netip.MustParseAddrPort(s)
		m, err := Request(stun.MethodCreatePermission, Peer(peer), stun.Fingerprint)
		if err != nil {
			t.Fatal(err)
		}
		signed, err := c.Sign(m)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := xorAddress(signed, stun.AttrXORPeerAddress); err != nil || got != peer {
			t.Errorf("%s became %v, %v", s, got, err)
		}
		if signed.TransactionID == m.TransactionID || key.Check(signed) != nil || checkAttributes(signed) != nil {
			t.Errorf("%s: %v", s, signed)
		}
	}
	if _, err := Request(stun.MethodChannelBind, Peer{}); err == nil {
		t.Error("a peer without address")
	}
}
