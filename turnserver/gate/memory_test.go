package gate

import (
	"net/netip"
	"runtime"
	"testing"
	"time"

	"github.com/pion/stun"
)

// TestMemoryOfAnAllocation: what an allocation with a channel takes in all, of the
// heap, with the library's part, and of its goroutine's stack.
func TestMemoryOfAnAllocation(t *testing.T) {
	const held = 1000
	g, box := newGate(t)
	g.sender = &sink{}
	peer := netip.MustParseAddrPort("8.8.8.8:9")
	before := taken()
	for i := range held {
		from := caller
		from.Client = netip.AddrPortFrom(netip.AddrFrom4([4]byte{198, 51, byte(i >> 8), byte(i)}), 4000)
		handle := func(kind stun.Method, more ...stun.Setter) {
			setters := append([]stun.Setter{stun.TransactionID, stun.NewType(kind, stun.ClassRequest)}, more...)
			g.Handle(stun.MustBuild(append(setters, credentials(g, from, time.Now())...)...).Raw, from)
		}
		handle(stun.MethodAllocate, stun.RawAttribute{Type: stun.AttrRequestedTransport, Value: []byte{udpProtocol, 0, 0, 0}})
		handle(stun.MethodChannelBind, stun.RawAttribute{Type: stun.AttrChannelNumber, Value: []byte{0x40, 0, 0, 0}},
			xorAddress{stun.AttrXORPeerAddress, peer})
		if s := g.session(from); s == nil || s.grants.channel(0x4000, time.Now()) == nil {
			t.Fatalf("allocation %d was not granted, or no channel: %v", i, box.take(t))
		}
	}
	each := (taken() - before) / held
	t.Logf("%d bytes an allocation", each)
	if each > mostMemory {
		t.Errorf("an allocation takes %d bytes, more than %d", each, mostMemory)
	}
}

// taken is what the heap and stacks take now.
func taken() uint64 {
	runtime.GC()
	runtime.GC() // what pools keep goes with the second
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc + m.StackInuse
}
