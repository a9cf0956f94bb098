package web

import (
	"net/netip"
	"testing"
	"time"
)

func TestLimiterCountsEachNetworkByItself(t *testing.T) {
	l := newLimiter(1, 3, 10)
	now := time.Unix(0, 0)
	a, b := netip.MustParseAddr("2001:db8::1"), netip.MustParseAddr("192.0.2.1")
	neighbour := netip.MustParseAddr("2001:db8::2")
	for i, c := range []struct {
		addr  netip.Addr
		after time.Duration
		want  bool
	}{
		{a, 0, true}, {a, 0, true}, {neighbour, 0, true},
		{a, 0, false}, {neighbour, 0, false},
		{b, 0, true},
		{a, 999 * time.Millisecond, false},
		{a, time.Second, true}, {a, time.Second, false},
		{a, time.Minute, true}, {a, time.Minute, true}, {a, time.Minute, true}, {a, time.Minute, false},
	} {
		if got := l.allow(c.addr, now.Add(c.after)); got != c.want {
			t.Errorf("step %d: %s after %s: %v, want %v", i, c.addr, c.after, got, c.want)
		}
	}
}

func TestLimiterForgetsTheOneUnheardOfForLongest(t *testing.T) {
	l := newLimiter(1, 1, 2)
	now := time.Unix(0, 0)
	a, b, c := netip.MustParseAddr("192.0.2.1"), netip.MustParseAddr("192.0.2.2"), netip.MustParseAddr("192.0.2.3")
	l.allow(a, now)
	l.allow(b, now)
	l.allow(a, now) // a is the fresher one now
	l.allow(c, now) // b has to go
	if l.allow(a, now) {
		t.Error("a was forgotten")
	}
	if !l.allow(b, now) {
		t.Error("b was not forgotten")
	}
	if len(l.callers) != 2 || l.recent.Len() != 2 {
		t.Errorf("%d and %d remembered, want 2", len(l.callers), l.recent.Len())
	}
}

func TestLimiterStaysBounded(t *testing.T) {
	l := newLimiter(1, 1, 64)
	addr := netip.MustParseAddr("10.0.0.0")
	for range 10_000 {
		addr = addr.Next()
		l.allow(addr, time.Unix(0, 0))
	}
	if len(l.callers) != 64 || l.recent.Len() != 64 {
		t.Errorf("%d and %d remembered", len(l.callers), l.recent.Len())
	}
}
