package gate

import (
	"net/netip"
	"testing"
	"time"

	"github.com/pion/stun"
)

// Whatever a stranger sends, he gets at most one answer, never an allocation,
// and the gate goes on serving.
func FuzzHandle(f *testing.F) {
	f.Add(stun.MustBuild(stun.TransactionID, stun.BindingRequest, stun.Fingerprint).Raw)
	f.Add(stun.MustBuild(stun.TransactionID, allocateRequest, overUDP).Raw)
	f.Add([]byte{0x40, 0, 0xFF, 0xFC, 0, 0, 0, 0, 0})
	// The 48 bytes that end the bare library: a Send indication whose last
	// attribute is an empty XOR-PEER-ADDRESS.
	f.Add(stun.MustBuild(stun.TransactionID, stun.NewType(stun.MethodSend, stun.ClassIndication),
		stun.RawAttribute{Type: stun.AttrData, Value: make([]byte, 20)}, stun.RawAttribute{Type: stun.AttrXORPeerAddress}).Raw)
	g, box := newGate(f)
	f.Fuzz(func(t *testing.T, packet []byte) {
		g.Handle(packet, caller)
		if answers := box.take(t); len(answers) > 1 || !g.Idle() {
			t.Fatalf("answers %v, idle %v", answers, g.Idle())
		}
		ask(t, g, box, caller, stun.BindingRequest)
	})
}

// Whatever a user sends, signed as it should be, is answered once if it is a
// request, the answer is signed, and his allocation is his at the end.
func FuzzSigned(f *testing.F) {
	peer := []byte{0, 1, 0x21, 0x1B, 0xE7, 0x21, 0xC0, 0x45}
	f.Add(uint16(stun.MethodAllocate), uint8(0), uint16(stun.AttrRequestedTransport), []byte{17, 0, 0, 0}, uint16(stun.AttrEvenPort), []byte{0x80})
	f.Add(uint16(stun.MethodRefresh), uint8(0), uint16(stun.AttrLifetime), []byte{0, 0, 0, 0}, uint16(0), []byte{})
	f.Add(uint16(stun.MethodCreatePermission), uint8(0), uint16(stun.AttrXORPeerAddress), peer, uint16(stun.AttrXORPeerAddress), []byte{})
	f.Add(uint16(stun.MethodChannelBind), uint8(0), uint16(stun.AttrChannelNumber), []byte{0x40, 0, 0, 0}, uint16(stun.AttrXORPeerAddress), peer)
	f.Add(uint16(stun.MethodSend), uint8(1), uint16(stun.AttrData), []byte("hi"), uint16(stun.AttrXORPeerAddress), peer)
	g, box := newGate(f)
	client := caller
	f.Fuzz(func(t *testing.T, method uint16, class uint8, t1 uint16, v1 []byte, t2 uint16, v2 []byte) {
		client.Client = netip.AddrPortFrom(client.Client.Addr(), client.Client.Port()+1)
		signed := func(setters ...stun.Setter) []stun.Setter {
			return append(setters, credentials(g, client, time.Now())...)
		}
		ask(t, g, box, client, signed(allocateRequest, overUDP)...)
		kind := stun.NewType(stun.Method(method&0xFFF), stun.MessageClass(class&3))
		m, err := stun.Build(append([]stun.Setter{stun.TransactionID, kind}, signed(
			stun.RawAttribute{Type: stun.AttrType(t1), Value: v1}, stun.RawAttribute{Type: stun.AttrType(t2), Value: v2})...)...)
		if err != nil {
			return // the library will not sign behind a FINGERPRINT
		}
		g.Handle(m.Raw, client)
		for i, answer := range box.take(t) {
			if i > 0 || kind.Class != stun.ClassRequest {
				t.Fatalf("an answer too many: %v", answer)
			}
		}
		end := ask(t, g, box, client, signed(stun.NewType(stun.MethodRefresh, stun.ClassRequest),
			stun.RawAttribute{Type: stun.AttrLifetime, Value: []byte{0, 0, 0, 0}})...)
		if c := code(t, end); c != 0 && c != stun.CodeAllocMismatch || !g.Idle() {
			t.Fatalf("the end was answered with %d, idle %v", c, g.Idle())
		}
	})
}
