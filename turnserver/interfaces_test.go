package turnserver

import (
	"net/netip"
	"testing"
	"time"
)

// machine has two cards and loopback.
func machine() *interfaces {
	parse := func(list ...string) (card []netip.Prefix) {
		for _, s := range list {
			card = append(card, netip.MustParsePrefix(s))
		}
		return card
	}
	return &interfaces{
		public: func(a netip.Addr) bool { return a == netip.MustParseAddr("203.0.113.9") },
		seen:   time.Now().Add(time.Hour), // never look
		cards: [][]netip.Prefix{
			parse("127.0.0.1/8", "::1/128"),
			parse("192.168.1.2/24", "fe80::1/64", "fd00::2/64", "fd00::3/64"),
			parse("10.9.0.2/16"),
		},
	}
}

func TestOwnAndAttached(t *testing.T) {
	m := machine()
	for _, c := range []struct {
		addr          string
		own, attached bool
	}{
		{"127.0.0.1", true, true},
		{"127.9.9.9", true, true},
		{"::1", true, true},
		{"192.168.1.2", true, true},
		{"192.168.1.3", false, true},
		{"192.168.2.3", false, false},
		{"10.9.255.1", false, true},
		{"fd00::2", true, true},
		{"fd00::77", false, true},
		{"fd01::77", false, false},
		{"203.0.113.9", true, false},
		{"8.8.8.8", false, false},
	} {
		a := netip.MustParseAddr(c.addr)
		if m.own(a) != c.own || m.attached(a) != c.attached {
			t.Errorf("%s: own %v, attached %v", a, m.own(a), m.attached(a))
		}
	}
}

func TestSibling(t *testing.T) {
	for addr, want := range map[string]string{
		"127.0.0.1":   "::1",
		"127.0.0.7":   "::1",
		"::1":         "127.0.0.1",
		"192.168.1.2": "fd00::2", // not the link-local one
		"fd00::3":     "192.168.1.2",
		"10.9.0.2":    "",
		"8.8.8.8":     "",
	} {
		got, ok := machine().sibling(netip.MustParseAddr(addr))
		if ok != (want != "") || ok && got.String() != want {
			t.Errorf("%s: %v, %v, want %q", addr, got, ok, want)
		}
	}
}

func TestThisMachine(t *testing.T) {
	m := &interfaces{public: func(netip.Addr) bool { return false }}
	if !m.own(netip.MustParseAddr("127.0.0.1")) || !m.attached(netip.MustParseAddr("127.0.0.1")) {
		t.Error("loopback is not found")
	}
}
