package gate

import (
	"net/netip"
	"slices"
	"testing"
	"time"
)

var (
	firstPeer  = netip.MustParseAddrPort("192.0.2.1:1000")
	secondPeer = netip.MustParseAddrPort("192.0.2.2:2000")
)

func TestGrantsEndBeforeTheEngines(t *testing.T) {
	var g grants
	now := time.Now()
	g.permit(firstPeer.Addr(), now.Add(permissionTime), now)
	g.bind(0x4000, secondPeer, now.Add(channelTime), now)
	for _, c := range []struct {
		after               time.Duration
		permission, channel bool
	}{
		{0, true, true},
		{permissionTime - 2*time.Second, true, true},
		{permissionTime - time.Millisecond, false, true},
		{channelTime - 2*time.Second, false, true},
		{channelTime - time.Millisecond, false, false},
	} {
		at := now.Add(c.after)
		if g.permission(firstPeer.Addr(), at) != nil != c.permission || g.from(firstPeer, at) != nil != c.permission {
			t.Errorf("after %v the permission stands: %v", c.after, !c.permission)
		}
		if g.channel(0x4000, at) != nil != c.channel || g.from(secondPeer, at) != nil != c.channel {
			t.Errorf("after %v the channel stands: %v", c.after, !c.channel)
		}
	}
	g.permit(firstPeer.Addr(), now.Add(2*permissionTime), now)
	if g.permission(firstPeer.Addr(), now.Add(permissionTime)) == nil {
		t.Error("a renewed permission ended")
	}
}

// What the engine bound replaces what had the number, and what had the peer.
func TestGrantsOfANumberTakenAgain(t *testing.T) {
	var g grants
	now := time.Now()
	until := now.Add(channelTime)
	g.bind(0x4000, firstPeer, until, now)
	g.bind(0x4001, secondPeer, until, now)
	g.bind(0x4000, secondPeer, until, now)
	if got := g.channel(0x4000, now); got == nil || got.peer != secondPeer {
		t.Errorf("the number leads to %v", got)
	}
	if g.channel(0x4001, now) != nil || g.from(firstPeer, now) != nil || g.from(secondPeer, now).number != 0x4000 {
		t.Errorf("left: %v, %v", g.channels, g.bound)
	}
}

func TestGrantsUnderACap(t *testing.T) {
	var g grants
	now := time.Now()
	addr := func(n byte) netip.Addr { return netip.AddrFrom4([4]byte{192, 0, 2, n}) }
	const most = 3
	if !g.permissionsFit([]netip.Addr{addr(1), addr(2), addr(3)}, most, now) || g.permissionsFit([]netip.Addr{addr(1), addr(2), addr(3), addr(4)}, most, now) {
		t.Error("three fit and four do not")
	}
	if !g.permissionsFit([]netip.Addr{addr(1), addr(1), addr(1), addr(1)}, most, now) {
		t.Error("one address counts once")
	}
	g.permit(addr(1), now.Add(time.Minute), now)
	g.permit(addr(2), now.Add(time.Hour), now)
	g.permit(addr(3), now.Add(time.Hour), now)
	if g.permissionsFit([]netip.Addr{addr(4)}, most, now) || !g.permissionsFit([]netip.Addr{addr(1), addr(2)}, most, now) {
		t.Error("a fourth does not fit, and what is held may be renewed")
	}
	later := now.Add(time.Minute)
	if !g.permissionsFit([]netip.Addr{addr(4)}, most, later) || g.permissionsFit([]netip.Addr{addr(4), addr(5)}, most, later) {
		t.Error("one place is free when one permission has ended")
	}
	if !g.permissionsFit([]netip.Addr{addr(4), addr(5), addr(6)}, 0, now) {
		t.Error("without a cap everything fits")
	}
}

// The engine is asked for each address once, and not again a moment later.
func TestPermissionsThatAreDue(t *testing.T) {
	var g grants
	now := time.Now()
	one, two := firstPeer.Addr(), secondPeer.Addr()
	g.permit(one, now.Add(permissionTime), now)
	for _, c := range []struct {
		after time.Duration
		want  []netip.Addr
	}{
		{0, []netip.Addr{two}},
		{renewed - 1, []netip.Addr{two}},
		{renewed, []netip.Addr{one, two}},
		{permissionTime, []netip.Addr{one, two}},
		{2 * permissionTime, []netip.Addr{one, two}},
	} {
		if got := g.due([]netip.Addr{two, one, two, one, two}, now.Add(c.after)); !slices.Equal(got, c.want) {
			t.Errorf("after %v due are %v, want %v", c.after, got, c.want)
		}
	}
}

// Without a cap what has ended goes all the same.
func TestGrantsAreForgotten(t *testing.T) {
	var g grants
	now := time.Now()
	for n := range 100_000 {
		a := netip.AddrFrom4([4]byte{10, byte(n >> 16), byte(n >> 8), byte(n)})
		g.permit(a, now.Add(permissionTime), now)
		now = now.Add(time.Second)
	}
	if held := len(g.permitted); held > 3*int(permissionTime/time.Second) {
		t.Errorf("%d permissions are kept, of which %d stand", held, int(permissionTime/time.Second))
	}
}
