package gate

import (
	"net/netip"
	"testing"
	"time"
)

func TestFailures(t *testing.T) {
	f := newFailures()
	now := time.Now()
	flooder, other := netip.MustParseAddr("192.0.2.1"), netip.MustParseAddr("192.0.2.2")
	for f.place(flooder) == f.place(other) { // one time in 4,096
		other = other.Next()
	}
	answered := 0
	for i := range 10000 { // in ten seconds
		if f.allow(flooder, 100, now.Add(time.Duration(i)*time.Millisecond)) {
			answered++
		}
	}
	if answered < 1000 || answered > 1100 {
		t.Errorf("%d answers in ten seconds, want 100 a second and as many at once", answered)
	}
	now = now.Add(10 * time.Second)
	if !f.allow(other, 100, now) {
		t.Error("another source waits for the flooder")
	}
	if !f.allow(flooder, 100, now.Add(2*time.Second)) {
		t.Error("the source is not served two seconds after its flood")
	}
}

func TestFailuresWithoutALimit(t *testing.T) {
	f := newFailures()
	for range 10000 {
		if !f.allow(netip.MustParseAddr("192.0.2.1"), 0, time.Time{}) {
			t.Fatal("refused")
		}
	}
}
