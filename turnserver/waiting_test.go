package turnserver

import (
	"fmt"
	"net/netip"
	"testing"

	"zerortc/turnserver/gate"
)

// One source fills its share of a queue and no more, by whatever addresses it has.
func TestOneSourceFillsItsShareOnly(t *testing.T) {
	s := start(t, settings())
	w := newWaiting(8) // two for each
	for w.bucket(netip.MustParseAddr("192.0.2.1")) == w.bucket(netip.MustParseAddr("2001:db8::1")) {
		w = newWaiting(8)
	}
	put := func(source string) {
		w.put([]byte(source), gate.Tuple{Client: netip.MustParseAddrPort(source)}, s.rules)
	}
	want := func(what string, waiting int, flooded, overloaded uint64) {
		t.Helper()
		r := s.Refused()
		if len(w.letters) != waiting || r["overload-per-source"] != flooded || r["overload"] != overloaded {
			t.Errorf("%s: %d wait, %d and %d were refused", what, len(w.letters), r["overload-per-source"], r["overload"])
		}
	}
	put("192.0.2.1:1")
	put("192.0.2.1:2")
	put("192.0.2.1:3")
	want("three of one address", 2, 1, 0)
	put("[2001:db8::1]:1")
	put("[2001:db8::2]:1")
	put("[2001:db8::3]:1")
	want("three of one network", 4, 2, 0)
	w.done(<-w.letters)
	put("192.0.2.1:4")
	want("one that came when another was dealt with", 4, 2, 0)
	for n := range 100 {
		put(fmt.Sprintf("198.51.100.%d:1", n))
	}
	r := s.Refused()
	if len(w.letters) != 8 || r["overload"]+r["overload-per-source"] != 2+96 || r["overload"] == 0 {
		t.Errorf("of many: %d wait, %v", len(w.letters), r)
	}
	for len(w.letters) > 0 {
		w.done(<-w.letters)
	}
	for i := range w.sources {
		if n := w.sources[i].Load(); n != 0 {
			t.Errorf("bucket %d holds %d of nobody", i, n)
		}
	}
}
