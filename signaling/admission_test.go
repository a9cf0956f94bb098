package signaling

import (
	"net/netip"
	"sync/atomic"
	"testing"
)

// TestAdmission counts in all and per address, and counts down again.
func TestAdmission(t *testing.T) {
	a := newAdmission(fixed(&Limits{Sockets: 5, SocketsPerAddress: 2}))
	in := func(address string, want reason) {
		t.Helper()
		if got := a.enter(netip.MustParseAddr(address)); got != want {
			t.Errorf("%s: %q, want %q", address, got, want)
		}
	}
	out := func(address string) { a.leave(netip.MustParseAddr(address)) }

	in("192.0.2.1", none)
	in("::ffff:192.0.2.1", none) // the same address in IPv6 spelling
	in("192.0.2.1", addressFull)
	in("192.0.2.2", none)
	in("2001:db8::1", none)
	in("2001:db8::dead:beef", none) // the same /64
	in("192.0.2.3", socketsFull)
	out("192.0.2.2")
	in("2001:db8::2", addressFull)
	in("2001:db8:0:1::2", none) // another /64
	out("192.0.2.1")
	in("192.0.2.1", none)

	for _, address := range []string{"192.0.2.1", "192.0.2.1", "2001:db8::1", "2001:db8::1", "2001:db8:0:1::2"} {
		out(address)
	}
	if a.size() != 0 || len(a.byAddress) != 0 {
		t.Errorf("%d sockets, %d addresses left", a.size(), len(a.byAddress))
	}
	a.close()
	in("192.0.2.1", stopping)
	a.wait()
}

// TestAdmissionWithoutAddress: connections that have none are only counted in all.
func TestAdmissionWithoutAddress(t *testing.T) {
	a := newAdmission(fixed(&Limits{Sockets: 3, SocketsPerAddress: 1}))
	for i, want := range []reason{none, none, none, socketsFull} {
		if got := a.enter(netip.Addr{}); got != want {
			t.Errorf("socket %d: %q, want %q", i, got, want)
		}
	}
}

func fixed(l *Limits) *atomic.Pointer[Limits] {
	p := new(atomic.Pointer[Limits])
	p.Store(l)
	return p
}
