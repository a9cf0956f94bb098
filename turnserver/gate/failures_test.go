package gate

import (
	"net/netip"
	"testing"
	"time"
)

func TestFailures(t *testing.T) {
	f := newFailures(100)
	now := time.Now()
	flooder, other := netip.MustParseAddr("192.0.2.1"), netip.MustParseAddr("192.0.2.2")
	for f.place(flooder) == f.place(other) { // one time in 4,096
		other = other.Next()
	}
	answered := 0
	for i := range 10000 { // in ten seconds
		if f.allow(flooder, now.Add(time.Duration(i)*time.Millisecond)) {
			answered++
		}
	}
	if answered < 1000 || answered > 1100 {
		t.Errorf("%d answers in ten seconds, want 100 a second and as many at once", answered)
	}
	now = now.Add(10 * time.Second)
	if !f.allow(other, now) {
		t.Error("another source waits for the flooder")
	}
	if !f.allow(flooder, now.Add(2*time.Second)) {
		t.Error("the source is not served two seconds after its flood")
	}
}

func TestFailuresWithoutALimit(t *testing.T) {
	f := newFailures(0)
	for range 10000 {
		if !f.allow(netip.MustParseAddr("192.0.2.1"), time.Time{}) {
			t.Fatal("refused")
		}
	}
}

func TestASourceIsANetwork(t *testing.T) {
	for _, c := range []struct {
		a, b string
		same bool
	}{
		{"192.0.2.1", "192.0.2.2", false},
		{"2001:db8::1", "2001:db8::ffff:1", true},
		{"2001:db8::1", "2001:db8:0:1::1", false},
		{"fe80::1%eth0", "fe80::2%eth1", true},
	} {
		if got := network(netip.MustParseAddr(c.a)) == network(netip.MustParseAddr(c.b)); got != c.same {
			t.Errorf("%s and %s: %v", c.a, c.b, got)
		}
	}
}
