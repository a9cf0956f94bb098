package config

import (
	"net/netip"
	"testing"
)

func TestSource(t *testing.T) {
	for addr, want := range map[string]string{
		"192.0.2.1":          "192.0.2.1",
		"::ffff:192.0.2.1":   "192.0.2.1",
		"2001:db8::1":        "2001:db8::",
		"2001:db8::ffff:1":   "2001:db8::",
		"2001:db8:0:1::1":    "2001:db8:0:1::",
		"fe80::1%eth0":       "fe80::",
		"::1":                "::",
		"64:ff9b::192.0.2.1": "64:ff9b::",
	} {
		if got := Source(netip.MustParseAddr(addr)); got.String() != want {
			t.Errorf("%s counts as %s, want %s", addr, got, want)
		}
	}
	if got := Source(netip.Addr{}); got.IsValid() {
		t.Errorf("no address counts as %s", got)
	}
}
