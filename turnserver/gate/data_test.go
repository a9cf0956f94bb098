package gate

import (
	"net/netip"
	"testing"
	"time"

	"github.com/pion/stun"

	"zerortc/turnserver/socket"
)

// sink takes what is sent, and counts it.
type sink struct{ packets int }

func (s *sink) Send([]byte, Tuple, Sort, *socket.Out) bool { s.packets++; return true }

// bound is a gate with two clients whose relays know one another: by a channel of
// the first, and by permissions.
func bound(t *testing.T) (g *Gate, callee Tuple, peer netip.AddrPort) {
	t.Helper()
	g, box := newGate(t)
	callee = Tuple{UDP, netip.MustParseAddrPort("192.0.2.8:4000"), caller.Server}
	for _, client := range []Tuple{caller, callee} {
		ask(t, g, box, client, append([]stun.Setter{allocateRequest, overUDP}, credentials(g, client, time.Now())...)...)
	}
	mine, theirs := g.session(caller).relay.Advertised(), g.session(callee).relay.Advertised()
	grant := func(client Tuple, kind stun.Method, setters ...stun.Setter) {
		all := append([]stun.Setter{stun.NewType(kind, stun.ClassRequest)}, setters...)
		if c := code(t, ask(t, g, box, client, append(all, credentials(g, client, time.Now())...)...)); c != 0 {
			t.Fatalf("%v was refused with %d", kind, c)
		}
	}
	grant(caller, stun.MethodChannelBind, stun.RawAttribute{Type: stun.AttrChannelNumber, Value: []byte{0x40, 0, 0, 0}}, xorAddress{stun.AttrXORPeerAddress, theirs})
	grant(callee, stun.MethodCreatePermission, xorAddress{stun.AttrXORPeerAddress, mine})
	return g, callee, theirs
}

// Data takes no memory on its way, by a channel or an indication, to a peer or from
// one relay to the other.
func TestDataTakesNoMemory(t *testing.T) {
	g, _, theirs := bound(t)
	to := &sink{}
	g.sender = to
	out := socket.NewOut(func(int) {})
	room := make([]byte, 2048)
	for name, message := range map[string][]byte{
		"ChannelData":       append([]byte{0x40, 0, 0, 100}, make([]byte, 100)...),
		"a Send indication": indication(xorAddress{stun.AttrXORPeerAddress, theirs}, stun.RawAttribute{Type: stun.AttrData, Value: make([]byte, 100)}),
	} {
		before := to.packets
		p := socket.Message(nil)
		taken := testing.AllocsPerRun(100, func() {
			p.Place(room, 64, message)
			if !g.Relay(p, caller, out) {
				t.Fatalf("%s went the long way", name)
			}
			out.Flush()
		})
		if taken != 0 || to.packets-before != 101 { // it warms up once
			t.Errorf("%s: %v pieces of memory a packet; %d of 101 arrived", name, taken, to.packets-before)
		}
	}
}

// What is between two relays of this server is counted on both, and limited.
func TestRelayToRelayIsCounted(t *testing.T) {
	g, callee, _ := bound(t)
	g.sender = &sink{}
	out := socket.NewOut(func(int) {})
	for range 10 {
		if !g.Relay(socket.Message([]byte{0x40, 0, 0, 2, 'h', 'i'}), caller, out) {
			t.Fatal("it went the long way")
		}
		out.Flush()
	}
	want := Traffic{10, 20}
	if sent, got := g.session(caller).toPeers.read(), g.session(callee).fromPeers.read(); sent != want || got != want {
		t.Errorf("sent %v, received %v, want %v", sent, got, want)
	}
}

// Where nothing is granted the packet is not for the short way, whatever the reason.
func TestTheShortWayIsForWhatIsGranted(t *testing.T) {
	g, callee, theirs := bound(t)
	g.sender = &sink{}
	stranger := netip.MustParseAddrPort("192.0.2.99:9")
	to := func(a netip.AddrPort) []byte {
		return indication(xorAddress{stun.AttrXORPeerAddress, a}, stun.RawAttribute{Type: stun.AttrData, Value: []byte("hi")})
	}
	for _, c := range []struct {
		what   string
		packet []byte
		from   Tuple
		short  bool
	}{
		{"by a channel", []byte{0x40, 0, 0, 2, 'h', 'i'}, caller, true},
		{"by a channel that is not bound", []byte{0x40, 1, 0, 2, 'h', 'i'}, caller, false},
		{"by another client's channel", []byte{0x40, 0, 0, 2, 'h', 'i'}, callee, false},
		{"from nobody", []byte{0x40, 0, 0, 2, 'h', 'i'}, Tuple{UDP, stranger, caller.Server}, false},
		{"to a permitted peer", to(theirs), caller, true},
		{"to a peer without a permission", to(stranger), caller, false},
	} {
		out := socket.NewOut(func(int) {})
		if got := g.Relay(socket.Message(c.packet), c.from, out); got != c.short {
			t.Errorf("%s: taken %v", c.what, got)
		}
		out.Flush()
	}
	g.session(caller).setEnd(time.Now())
	if g.Relay(socket.Message([]byte{0x40, 0, 0, 2, 'h', 'i'}), caller, socket.NewOut(func(int) {})) {
		t.Error("an allocation that is over relays")
	}
}
