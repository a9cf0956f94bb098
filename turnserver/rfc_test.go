package turnserver

import (
	"encoding/binary"
	"fmt"
	"net"
	"net/netip"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/pion/stun"

	"zerortc/turnserver/stream"
)

// What RFC 8489 and RFC 8656 demand of a server, each demand a row: those about
// requests and their answers in rfc_answers_test.go, about packets that get no
// answer in rfc_silence_test.go, about data in rfc_relaying_test.go. Demands that
// other tests prove are listed here.
//
// What we do differently on purpose, with the reason where it is decided:
// channels up to 0x7FFF (RFC 8656 section 12.2 ends at 0x4FFF; engine), a relay
// in the family that the client reached (section 7.2 wants IPv4; gate), and, so
// that answers are small, no SOFTWARE (section 5 recommends it) and no words in
// 401 and 438.
var provenElsewhere = []struct{ section, demand, test string }{
	{"8489 6.3.1", "an unknown attribute that must be understood is 420", "TestRefusals"},
	{"8489 6.3.1", "an unknown optional attribute is ignored", "TestRefusals"},
	{"8489 6.3.1", "a repeated Allocate has the answer of the first", "TestARetransmissionGetsTheSameAnswer"},
	{"8489 6.3.1", "a repeated end of an allocation too", "TestARepeatedEndGetsTheSameAnswer"},
	{"8489 6.3.1.1", "Binding tells the address it came from", "TestBindingTellsTheClientItsAddress"},
	{"8489 6.3.1.2", "an answer comes from the address that was asked", "TestTheAddressReached"},
	{"8489 9.2.2", "the key is of name, realm and password", "gate/TestRFC5769LongTermRequest"},
	{"8489 9.2.4", "half a credential is 400", "gate/TestHalfACredential"},
	{"8489 9.2.4", "a nonce is for one address and port", "TestANonceIsForOneClient"},
	{"8489 14.2", "XOR-MAPPED-ADDRESS, byte by byte", "gate/TestRFC5769Responses"},
	{"8489 14.13", "UNKNOWN-ATTRIBUTES lists each type in two bytes", "TestUnknownAttributesAreListed"},
	{"8489 16.1.3", "the server is no mirror", "TestAFloodIsNotMirrored"},
	{"8656 5", "without an allocation there is 437", "TestRefusals"},
	{"8656 5", "one user's allocation is not another's: 441", "TestOneOwnerPerAllocation"},
	{"8656 7.2", "REQUESTED-TRANSPORT: 400 without, 442 for others than UDP", "TestRefusals"},
	{"8656 7.2", "DONT-FRAGMENT is unknown to a server that cannot do it: 420", "TestRefusals"},
	{"8656 7.2", "a token goes with no EVEN-PORT and no family: 400", "TestRefusals"},
	{"8656 7.2", "a bad token is 508", "TestRefusals"},
	{"8656 7.2", "a family that is not to be had is 440", "TestRefusals"},
	{"8656 7.2", "EVEN-PORT with R: the port above waits for its token, on any 5-tuple", "TestEvenPortsAndReservations"},
	{"8656 7.2", "a quota is 486, no port is 508", "TestAllocationLimits"},
	{"8656 7.2", "the lifetime is the default at least and the limit at most", "TestLifetimes"},
	{"8656 8.2", "Refresh for another family is 443", "TestRefusals"},
	{"8656 9", "a permission lasts five minutes, a channel ten", "engine/TestPermissionLastsFiveMinutesAndAChannelTen"},
	{"8656 10.2", "no peer, or half a peer, is 400, one of the other family 443, a denied one 403", "TestRefusals"},
	{"8656 11.3", "what a permitted peer sends comes in a Data indication", "TestRelayingToAPeer"},
	{"8656 12.2", "no number, one beyond the range, or no peer is 400", "TestRefusals"},
	{"8656 12.2", "more than the server can carry is 508", "TestPermissionAndChannelLimits"},
	{"8656 12.4", "a length of 0 is relayed as an empty datagram", "TestRelayingToAPeer"},
}

func TestRFCProvenElsewhere(t *testing.T) {
	for _, row := range provenElsewhere {
		folder, name := path.Split(row.test)
		files, err := filepath.Glob(folder + "*_test.go")
		must(t, err)
		if !slices.ContainsFunc(files, func(file string) bool {
			source, err := os.ReadFile(file)
			must(t, err)
			return strings.Contains(string(source), "\nfunc "+name+"(t *testing.T)")
		}) {
			t.Errorf("RFC %s: %s: there is no %s", row.section, row.demand, row.test)
		}
	}
}

// demand is a row: what a server must do, and how to see it on a fresh
// connection.
type demand struct {
	section, demand string
	holds           func(t *testing.T, l *line)
}

// hold runs rows over the networks.
func hold(t *testing.T, demands []demand, networks ...string) {
	t.Helper()
	s := start(t, settings(loopbackPeers))
	for _, network := range networks {
		for _, d := range demands {
			t.Run(fmt.Sprintf("%s/%s %s", network, d.section, d.demand), func(t *testing.T) {
				d.holds(t, dialLine(t, s, network))
			})
		}
	}
}

// line is a connection without a client behind it, for what no client does.
type line struct {
	net.Conn
	t      *testing.T
	server *Server
	next   func() ([]byte, error) // a message or datagram that came
	nonce  stun.Nonce
	user   string // the name and the password to sign with
	pass   string
}

func dialLine(t *testing.T, s *Server, network string) *line {
	t.Helper()
	conn, err := net.Dial(network, s.at("127.0.0.1"))
	must(t, err)
	t.Cleanup(func() { hangUp(s, conn, netip.MustParseAddrPort(conn.LocalAddr().String())) })
	must(t, conn.SetDeadline(time.Now().Add(20*time.Second)))
	l := &line{Conn: conn, t: t, server: s, user: "lqf", pass: "123456"}
	messages, b := stream.NewReader(conn), make([]byte, 4096)
	l.next = func() ([]byte, error) {
		if network == "tcp" {
			return messages.Next()
		}
		n, err := conn.Read(b)
		return b[:n], err
	}
	return l
}

// answers sends packets and a Binding request behind them, and returns what
// comes before the answer to that one: a server answers in order.
func (l *line) answers(packets ...[]byte) (list []*stun.Message) {
	l.t.Helper()
	last := stun.MustBuild(stun.TransactionID, stun.BindingRequest)
	for _, p := range append(packets, last.Raw) {
		_, err := l.Write(p)
		must(l.t, err)
	}
	for {
		raw, err := l.next()
		must(l.t, err)
		if raw[0]>>6 != 0 {
			l.t.Fatalf("ChannelData came: % x", raw)
		}
		m := &stun.Message{Raw: append([]byte(nil), raw...)}
		must(l.t, m.Decode())
		if m.TransactionID == last.TransactionID {
			return list
		}
		list = append(list, m)
	}
}

// send sends a request and returns the one answer.
func (l *line) send(m *stun.Message) *stun.Message {
	l.t.Helper()
	list := l.answers(m.Raw)
	if len(list) != 1 {
		l.t.Fatalf("%d answers to %s", len(list), m)
	}
	return list[0]
}

// sign makes a request signed, with a nonce got for it if there is none yet.
// What comes last in the list may come behind the signature: FINGERPRINT.
func (l *line) sign(method stun.Method, attributes ...stun.Setter) *stun.Message {
	l.t.Helper()
	kind := stun.NewType(method, stun.ClassRequest)
	if l.nonce == nil {
		must(l.t, l.nonce.GetFrom(l.send(stun.MustBuild(stun.TransactionID, kind))))
	}
	setters := append([]stun.Setter{stun.TransactionID, kind}, attributes...)
	return stun.MustBuild(append(setters, stun.NewUsername(l.user), stun.NewRealm(realm), l.nonce, l.key())...)
}

func (l *line) key() stun.MessageIntegrity { return stun.NewLongTermIntegrity(l.user, realm, l.pass) }

// ask sends a signed request and returns its answer.
func (l *line) ask(method stun.Method, attributes ...stun.Setter) *stun.Message {
	l.t.Helper()
	return l.send(l.sign(method, attributes...))
}

var overUDP = raw(stun.AttrRequestedTransport, 17, 0, 0, 0)

// allocate opens an allocation and returns the relayed address.
func (l *line) allocate(attributes ...stun.Setter) netip.AddrPort {
	l.t.Helper()
	m := l.ask(stun.MethodAllocate, append([]stun.Setter{overUDP}, attributes...)...)
	wantAnswer(l.t, m, 0)
	return addressIn(l.t, m, stun.AttrXORRelayedAddress)
}

func addressIn(t *testing.T, m *stun.Message, kind stun.AttrType) netip.AddrPort {
	t.Helper()
	var a stun.XORMappedAddress
	must(t, a.GetFromAs(m, kind))
	ip, _ := netip.AddrFromSlice(a.IP)
	return netip.AddrPortFrom(ip.Unmap(), uint16(a.Port))
}

// wantAnswer wants an error of the code, or a success for 0.
func wantAnswer(t *testing.T, m *stun.Message, code int) {
	t.Helper()
	var got stun.ErrorCodeAttribute
	err := got.GetFrom(m)
	switch {
	case code == 0 && m.Type.Class != stun.ClassSuccessResponse:
		t.Errorf("%s %d, want a success", m.Type, got.Code)
	case code != 0 && (m.Type.Class != stun.ClassErrorResponse || err != nil || int(got.Code) != code):
		t.Errorf("%s %d, want %d", m.Type, got.Code, code)
	}
}

// wantOnly wants the attributes, in any order, and no others.
func wantOnly(t *testing.T, m *stun.Message, attributes ...stun.AttrType) {
	t.Helper()
	left := map[stun.AttrType]bool{}
	for _, a := range attributes {
		left[a] = true
		if !m.Contains(a) {
			t.Errorf("%s lacks %s", m.Type, a)
		}
	}
	for _, a := range m.Attributes {
		if !left[a.Type] {
			t.Errorf("%s has %s", m.Type, a.Type)
		}
	}
}

func lifetimeIn(t *testing.T, m *stun.Message) time.Duration {
	t.Helper()
	value, err := m.Get(stun.AttrLifetime)
	must(t, err)
	return time.Duration(binary.BigEndian.Uint32(value)) * time.Second
}
