package turnserver

import (
	"net/netip"
	"testing"
	"time"

	"github.com/pion/stun"

	"zerortc/turnserver/probe"
)

// The peers of these rows, which nobody talks to.
var (
	peerA = netip.MustParseAddrPort("198.51.100.7:9")
	peerB = netip.MustParseAddrPort("198.51.100.8:9")
)

func TestRFCAnswers(t *testing.T) {
	hold(t, []demand{
		{"8489 5", "an answer has the transaction id and the method of its request", func(t *testing.T, l *line) {
			for _, method := range []stun.Method{stun.MethodBinding, stun.MethodAllocate, stun.MethodRefresh, stun.MethodCreatePermission, stun.MethodChannelBind} {
				m := stun.MustBuild(stun.TransactionID, stun.NewType(method, stun.ClassRequest))
				if a := l.send(m); a.TransactionID != m.TransactionID || a.Type.Method != method {
					t.Errorf("%s was answered with %s", m, a)
				}
			}
		}},
		{"8489 6.3", "known attributes in the wrong place are ignored", func(t *testing.T, l *line) {
			m := stun.MustBuild(stun.TransactionID, stun.BindingRequest, probe.Lifetime(time.Hour), probe.Channel(0x4000), probe.Peer(peerA),
				raw(stun.AttrData, 1), raw(stun.AttrErrorCode, 0, 0, 4, 0))
			wantAnswer(t, l.send(m), 0)
		}},
		{"8489 6.3.1", "a repeated Binding has the same answer", func(t *testing.T, l *line) {
			m := stun.MustBuild(stun.TransactionID, stun.BindingRequest, stun.Fingerprint)
			if a, b := l.send(m), l.send(m); string(a.Raw) != string(b.Raw) {
				t.Errorf("%s and then %s", a, b)
			}
		}},
		{"8489 9.2.4", "without MESSAGE-INTEGRITY: 401 with REALM and NONCE, and no more", func(t *testing.T, l *line) {
			m := l.send(stun.MustBuild(stun.TransactionID, stun.NewType(stun.MethodAllocate, stun.ClassRequest), stun.NewUsername("lqf")))
			wantAnswer(t, m, 401)
			wantOnly(t, m, stun.AttrErrorCode, stun.AttrRealm, stun.AttrNonce)
		}},
		{"8489 9.2.4", "without USERNAME: 400 without REALM, NONCE and signature", func(t *testing.T, l *line) {
			m := l.send(stun.MustBuild(stun.TransactionID, stun.NewType(stun.MethodAllocate, stun.ClassRequest), overUDP,
				stun.NewRealm(realm), stun.NewNonce("x"), l.key()))
			wantAnswer(t, m, 400)
			wantOnly(t, m, stun.AttrErrorCode)
		}},
		{"8489 9.2.4", "an unknown user: 401 with REALM and NONCE", func(t *testing.T, l *line) {
			l.user = "mallory"
			m := l.ask(stun.MethodAllocate, overUDP)
			wantAnswer(t, m, 401)
			wantOnly(t, m, stun.AttrErrorCode, stun.AttrRealm, stun.AttrNonce)
		}},
		{"8489 9.2.4", "a wrong signature: 401 with REALM and NONCE", func(t *testing.T, l *line) {
			l.pass = "wrong"
			m := l.ask(stun.MethodAllocate, overUDP)
			wantAnswer(t, m, 401)
			wantOnly(t, m, stun.AttrErrorCode, stun.AttrRealm, stun.AttrNonce)
		}},
		{"8489 9.2.4", "a signature of another length is wrong too", func(t *testing.T, l *line) {
			l.sign(stun.MethodAllocate) // for the nonce
			for _, size := range []int{0, 1, 19, 21, 32} {
				m := stun.MustBuild(stun.TransactionID, stun.NewType(stun.MethodAllocate, stun.ClassRequest), overUDP,
					stun.NewUsername("lqf"), stun.NewRealm(realm), l.nonce, raw(stun.AttrMessageIntegrity, make([]byte, size)...))
				wantAnswer(t, l.send(m), 401)
			}
		}},
		{"8489 9.2.4", "a stale nonce: 438 with REALM and a NONCE that is good", func(t *testing.T, l *line) {
			l.nonce = stun.NewNonce("0123456789abcdef0123456789abcdef")
			m := l.ask(stun.MethodAllocate, overUDP)
			wantAnswer(t, m, 438)
			wantOnly(t, m, stun.AttrErrorCode, stun.AttrRealm, stun.AttrNonce)
			must(t, l.nonce.GetFrom(m))
			wantAnswer(t, l.ask(stun.MethodAllocate, overUDP), 0)
		}},
		{"8489 9.2.4", "the answer to a signed request is signed, and does not repeat the credential", func(t *testing.T, l *line) {
			success, refusal := l.ask(stun.MethodAllocate, overUDP), l.ask(stun.MethodAllocate, overUDP)
			wantAnswer(t, success, 0)
			wantOnly(t, success, stun.AttrXORRelayedAddress, stun.AttrXORMappedAddress, stun.AttrLifetime, stun.AttrMessageIntegrity)
			wantAnswer(t, refusal, 437)
			wantOnly(t, refusal, stun.AttrErrorCode, stun.AttrMessageIntegrity)
			if l.key().Check(success) != nil || l.key().Check(refusal) != nil {
				t.Error("the signature is wrong")
			}
		}},
		{"8489 14", "only the first of several attributes of a type counts", func(t *testing.T, l *line) {
			m := l.ask(stun.MethodAllocate, overUDP, raw(stun.AttrRequestedTransport, 6, 0, 0, 0), probe.Lifetime(20*time.Minute), probe.Lifetime(0))
			if got := lifetimeIn(t, m); got != 20*time.Minute {
				t.Errorf("%s for a lifetime of 20 minutes, and of 0", got)
			}
		}},
		{"8489 14", "padding may have any value", func(t *testing.T, l *line) {
			l.sign(stun.MethodAllocate) // for the nonce
			m := stun.MustBuild(stun.TransactionID, stun.NewType(stun.MethodAllocate, stun.ClassRequest), overUDP, l.nonce, stun.NewRealm(realm), stun.NewUsername("lqf"))
			m.Raw[len(m.Raw)-1] = 0xFF // behind three bytes of name
			must(t, l.key().AddTo(m))
			wantAnswer(t, l.send(m), 0)
		}},
		{"8489 14", "padding in answers is zeros, not what stood there before", func(t *testing.T, l *line) {
			m := l.send(stun.MustBuild(stun.TransactionID, stun.NewType(stun.MethodAllocate, stun.ClassRequest)))
			end := 20
			for _, a := range m.Attributes {
				for end += 4 + int(a.Length); end%4 != 0; end++ {
					if m.Raw[end] != 0 {
						t.Errorf("%#x behind %s", m.Raw[end], a.Type)
					}
				}
			}
		}},
		{"8489 14.5", "what stands behind MESSAGE-INTEGRITY is ignored, unknown or not", func(t *testing.T, l *line) {
			m := l.sign(stun.MethodAllocate, overUDP)
			for _, a := range []stun.Setter{raw(0x7ABC, 1, 2, 3, 4), probe.Lifetime(time.Hour), raw(stun.AttrDontFragment), stun.Fingerprint} {
				must(t, a.AddTo(m))
			}
			if got := lifetimeIn(t, l.send(m)); got != 10*time.Minute {
				t.Errorf("a lifetime of %s", got)
			}
		}},
		{"8489 14.7", "FINGERPRINT is last, right, and there when it was in the request", func(t *testing.T, l *line) {
			for _, with := range []bool{false, true} {
				request := l.sign(stun.MethodRefresh)
				if with {
					must(t, stun.Fingerprint.AddTo(request))
				}
				m := l.send(request)
				if last := m.Attributes[len(m.Attributes)-1].Type; with != (last == stun.AttrFingerprint) || with && stun.Fingerprint.Check(m) != nil {
					t.Errorf("%s ends with %s", m, last)
				}
			}
		}},
		{"8489 14.8", "ERROR-CODE: 21 bits of zero, a class from 3 to 6, a number below 100, UTF-8", func(t *testing.T, l *line) {
			for _, m := range []*stun.Message{l.ask(stun.MethodRefresh), l.ask(stun.MethodAllocate), l.ask(stun.MethodAllocate, raw(stun.AttrRequestedTransport, 6, 0, 0, 0))} {
				v, err := m.Get(stun.AttrErrorCode)
				must(t, err)
				if v[0] != 0 || v[1] != 0 || v[2] < 3 || v[2] > 6 || v[3] > 99 || len(v[4:]) > 127 {
					t.Errorf("ERROR-CODE % x", v)
				}
			}
		}},
		{"8489 14.9", "REALM and NONCE have less than 128 characters", func(t *testing.T, l *line) {
			m := l.send(stun.MustBuild(stun.TransactionID, stun.NewType(stun.MethodAllocate, stun.ClassRequest)))
			for _, a := range []stun.AttrType{stun.AttrRealm, stun.AttrNonce} {
				if v, err := m.Get(a); err != nil || len(v) == 0 || len(v) > 127 {
					t.Errorf("%s %q", a, v)
				}
			}
		}},

		{"8656 7.2", "Allocate gives the relayed and the mapped address and a lifetime", func(t *testing.T, l *line) {
			m := l.ask(stun.MethodAllocate, overUDP)
			relayed, mapped := addressIn(t, m, stun.AttrXORRelayedAddress), addressIn(t, m, stun.AttrXORMappedAddress)
			if mapped.String() != l.LocalAddr().String() || relayed.Port() < 49152 || lifetimeIn(t, m) != 10*time.Minute {
				t.Errorf("relayed %v, mapped %v, for %v", relayed, mapped, lifetimeIn(t, m))
			}
		}},
		{"8656 7.2", "where there is an allocation it is 437, whatever else is wrong", func(t *testing.T, l *line) {
			l.allocate()
			wantAnswer(t, l.ask(stun.MethodAllocate), 437)
			wantAnswer(t, l.ask(stun.MethodAllocate, raw(stun.AttrRequestedTransport, 6, 0, 0, 0)), 437)
		}},
		{"8656 7.2", "each 5-tuple has a relay of its own", func(t *testing.T, l *line) {
			a, b := l.allocate(), dialLine(t, l.server, "udp").allocate()
			if a == b {
				t.Errorf("both have %v", a)
			}
		}},
		{"8656 8.2", "Refresh: the default at least, the limit at most", func(t *testing.T, l *line) {
			l.allocate()
			for asked, granted := range map[time.Duration]time.Duration{
				time.Second: 10 * time.Minute, 30 * time.Minute: 30 * time.Minute, time.Hour: time.Hour, 1 << 32 * time.Second / 2: time.Hour,
			} {
				if got := lifetimeIn(t, l.ask(stun.MethodRefresh, probe.Lifetime(asked))); got != granted {
					t.Errorf("%v for %v, want %v", got, asked, granted)
				}
			}
			if got := lifetimeIn(t, l.ask(stun.MethodRefresh)); got != 10*time.Minute {
				t.Errorf("%v where none was asked for", got)
			}
		}},
		{"8656 8.2", "a lifetime of zero ends the allocation at once", func(t *testing.T, l *line) {
			l.allocate()
			if got := lifetimeIn(t, l.ask(stun.MethodRefresh, probe.Lifetime(0))); got != 0 {
				t.Errorf("the end has a lifetime of %v", got)
			}
			for _, method := range []stun.Method{stun.MethodRefresh, stun.MethodCreatePermission, stun.MethodChannelBind} {
				wantAnswer(t, l.ask(method, probe.Channel(0x4000), probe.Peer(peerA)), 437)
			}
			l.allocate()
		}},
		{"8656 12.2", "a channel keeps its peer, and a peer its channel", func(t *testing.T, l *line) {
			l.allocate()
			for _, row := range []struct {
				number uint16
				peer   netip.AddrPort
				code   int
			}{
				{0x4000, peerA, 0}, {0x4000, peerA, 0}, {0x4000, peerB, 400}, {0x4001, peerA, 400}, {0x4001, peerB, 0},
				{0x4002, netip.AddrPortFrom(peerA.Addr(), 10), 0}, {0x4FFF, netip.AddrPortFrom(peerA.Addr(), 11), 0},
			} {
				t.Logf("%#x to %v", row.number, row.peer)
				wantAnswer(t, l.ask(stun.MethodChannelBind, probe.Channel(row.number), probe.Peer(row.peer)), row.code)
			}
		}},
		{"8656 12", "channels of one allocation are nothing to another", func(t *testing.T, l *line) {
			for _, of := range []*line{l, dialLine(t, l.server, "udp"), dialLine(t, l.server, "tcp")} {
				of.allocate()
				wantAnswer(t, of.ask(stun.MethodChannelBind, probe.Channel(0x4000), probe.Peer(peerA)), 0)
			}
		}},
		{"8656 18.1", "what is reserved in CHANNEL-NUMBER is ignored", func(t *testing.T, l *line) {
			l.allocate()
			wantAnswer(t, l.ask(stun.MethodChannelBind, raw(stun.AttrChannelNumber, 0x40, 0, 0xFF, 0xFF), probe.Peer(peerA)), 0)
		}},
		{"8656 18.6", "what is reserved in REQUESTED-ADDRESS-FAMILY is ignored", func(t *testing.T, l *line) {
			l.allocate(raw(stun.AttrRequestedAddressFamily, 1, 0xFF, 0xFF, 0xFF))
		}},
		{"8656 18.7", "what is reserved in EVEN-PORT is ignored, and nothing reserved without R", func(t *testing.T, l *line) {
			m := l.ask(stun.MethodAllocate, overUDP, raw(stun.AttrEvenPort, 0x7F))
			if p := addressIn(t, m, stun.AttrXORRelayedAddress).Port(); p%2 != 0 || m.Contains(stun.AttrReservationToken) {
				t.Errorf("port %d, with a token %v", p, m.Contains(stun.AttrReservationToken))
			}
		}},
		{"8656 18.8", "what is reserved in REQUESTED-TRANSPORT is ignored", func(t *testing.T, l *line) {
			wantAnswer(t, l.ask(stun.MethodAllocate, raw(stun.AttrRequestedTransport, 17, 0xFF, 0xFF, 0xFF)), 0)
		}},
	}, networks...)
}

// A nonce is not the same for two clients (RFC 8489 section 9.2.4).
func TestRFCNoncesDiffer(t *testing.T) {
	s := start(t, settings())
	seen := map[string]bool{}
	for range 5 {
		for _, network := range networks {
			l := dialLine(t, s, network)
			l.sign(stun.MethodAllocate)
			if seen[l.nonce.String()] {
				t.Errorf("a nonce for two clients: %s", l.nonce)
			}
			seen[l.nonce.String()] = true
		}
	}
}
