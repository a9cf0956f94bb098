package gate

import (
	"bytes"
	"net/netip"
	"testing"

	"github.com/pion/stun"

	"zerortc/turnserver/socket"
)

func indication(setters ...stun.Setter) []byte {
	return stun.MustBuild(append([]stun.Setter{stun.TransactionID, stun.NewType(stun.MethodSend, stun.ClassIndication)}, setters...)...).Raw
}

func TestDataIsRead(t *testing.T) {
	v4, v6 := netip.MustParseAddrPort("192.0.2.1:9"), netip.MustParseAddrPort("[2001:db8::1]:9")
	mapped := netip.AddrPortFrom(netip.AddrFrom16(v4.Addr().As16()), 9)
	to := func(a netip.AddrPort) stun.Setter { return xorAddress{stun.AttrXORPeerAddress, a} }
	hello := stun.RawAttribute{Type: stun.AttrData, Value: []byte("hello")}
	for _, c := range []struct {
		what    string
		packet  []byte
		channel uint16
		peer    netip.AddrPort
		data    string
		ok      bool
	}{
		{"ChannelData", []byte{0x40, 1, 0, 2, 'h', 'i'}, 0x4001, netip.AddrPort{}, "hi", true},
		{"padded ChannelData", []byte{0x40, 1, 0, 2, 'h', 'i', 0, 0}, 0x4001, netip.AddrPort{}, "hi", true},
		{"empty ChannelData", []byte{0x40, 1, 0, 0}, 0x4001, netip.AddrPort{}, "", true},
		{"ChannelData cut short", []byte{0x40, 1, 0, 3, 'h', 'i'}, 0, netip.AddrPort{}, "", false},
		{"a Send indication", indication(to(v4), hello), 0, v4, "hello", true},
		{"data first", indication(hello, to(v4)), 0, v4, "hello", true},
		{"to IPv6", indication(to(v6), hello), 0, v6, "hello", true},
		{"to a mapped address", indication(to(mapped), hello), 0, v4, "hello", true},
		{"without data", indication(to(v4)), 0, netip.AddrPort{}, "", false},
		{"without an address", indication(hello), 0, netip.AddrPort{}, "", false},
		{"with two addresses", indication(to(v4), to(v4), hello), 0, netip.AddrPort{}, "", false},
		{"with something else", indication(to(v4), hello, stun.NewSoftware("x")), 0, netip.AddrPort{}, "", false},
		{"with an empty address", indication(hello, stun.RawAttribute{Type: stun.AttrXORPeerAddress}), 0, netip.AddrPort{}, "", false},
		{"a request", stun.MustBuild(stun.TransactionID, stun.BindingRequest).Raw, 0, netip.AddrPort{}, "", false},
		{"nothing", nil, 0, netip.AddrPort{}, "", false},
	} {
		got, ok := readData(c.packet)
		if ok != c.ok {
			t.Errorf("%s: understood: %v", c.what, ok)
			continue
		}
		if ok && (got.channel != c.channel || got.peer != c.peer || string(c.packet[got.begin:got.end]) != c.data) {
			t.Errorf("%s: %+v, data %q", c.what, got, c.packet[got.begin:got.end])
		}
	}
}

// What a client gets is what the library reads, with and without room in front of
// the data, and padded on a stream.
func TestDataIsFramed(t *testing.T) {
	for _, from := range []string{"192.0.2.1:9", "[2001:db8::1]:65535"} {
		for size := range 9 {
			p := socket.Message(bytes.Repeat([]byte{'x'}, size))
			p.From = netip.MustParseAddrPort(from)
			m := &stun.Message{Raw: frame(p, 0, UDP)}
			if err := m.Decode(); err != nil {
				t.Fatal(err)
			}
			var peer stun.XORMappedAddress
			data, err := m.Get(stun.AttrData)
			if err != nil || len(data) != size || peer.GetFromAs(m, stun.AttrXORPeerAddress) != nil || peer.String() != from || m.Type.Method != stun.MethodData {
				t.Errorf("%d bytes from %s became %v, of %v", size, from, m, peer)
			}
		}
	}
	for by, want := range map[Transport]int{UDP: 4 + 5, TCP: 4 + 8, TLS: 4 + 8} {
		if got := frame(socket.Message([]byte("hello")), 0x4000, by); len(got) != want || string(got[:9]) != "\x40\x00\x00\x05hello" {
			t.Errorf("over %v: % x", by, got)
		}
	}
}

// Both readers of Send indications find the same, where the quick one finds
// anything.
func FuzzData(f *testing.F) {
	f.Add(indication(xorAddress{stun.AttrXORPeerAddress, firstPeer}, stun.RawAttribute{Type: stun.AttrData, Value: []byte("hello")}))
	f.Add([]byte{0x40, 1, 0, 2, 'h', 'i'})
	f.Fuzz(func(t *testing.T, packet []byte) {
		got, ok := readData(packet)
		if !ok || got.channel != 0 {
			return
		}
		r, err := read(stun.New(), bytes.Clone(packet), caller)
		if err != nil {
			t.Fatalf("% x: %v", packet, err)
		}
		data, err := r.Get(stun.AttrData)
		peers, errPeers := r.peers()
		if err != nil || errPeers != nil || len(peers) != 1 || peers[0] != got.peer || !bytes.Equal(data, packet[got.begin:got.end]) {
			t.Fatalf("% x: %+v and %v, %q", packet, got, peers, data)
		}
	})
}
