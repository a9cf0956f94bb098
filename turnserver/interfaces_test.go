package turnserver

import (
	"net/netip"
	"testing"
)

// machine has two cards and loopback.
func machine() *interfaces {
	parse := func(list ...string) (card []netip.Prefix) {
		for _, s := range list {
			card = append(card, netip.MustParsePrefix(s))
		}
		return card
	}
	m := &interfaces{public: func(a netip.Addr) bool { return a == netip.MustParseAddr("203.0.113.9") }}
	m.cards.Store(&[][]netip.Prefix{
		parse("127.0.0.1/8", "::1/128"),
		parse("192.168.1.2/24", "fe80::1/64", "fd00::2/64", "fd00::3/64"),
		parse("10.9.0.2/16"),
	})
	return m
}

func TestOwn(t *testing.T) {
	m := machine()
	for addr, want := range map[string]bool{
		"127.0.0.1": true, "127.9.9.9": true, "::1": true, "192.168.1.2": true, "fd00::2": true, "203.0.113.9": true,
		"192.168.1.3": false, "10.9.255.1": false, "fd00::77": false, "8.8.8.8": false,
	} {
		if got := m.own(netip.MustParseAddr(addr)); got != want {
			t.Errorf("%s is ours: %v", addr, got)
		}
	}
}

func TestAttached(t *testing.T) {
	m := machine()
	for _, c := range []struct {
		local, peer string
		want        bool
	}{
		{"192.168.1.2", "192.168.1.3", true},
		{"192.168.1.2", "192.168.2.3", false},
		{"192.168.1.2", "10.9.255.1", false}, // another interface's
		{"192.168.1.2", "fd00::77", true},
		{"10.9.0.2", "10.9.255.1", true},
		{"fd00::3", "fd01::77", false},
		{"127.0.0.9", "127.0.0.1", true},
		{"8.8.8.8", "10.9.0.1", false},
	} {
		if got := m.attached(netip.MustParseAddr(c.local), netip.MustParseAddr(c.peer)); got != c.want {
			t.Errorf("%s of %s: %v", c.peer, c.local, got)
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
	m := newInterfaces(func(netip.Addr) bool { return false })
	if changes := m.changes.Load(); changes != 1 {
		t.Errorf("the first look is %d changes", changes)
	}
	if !m.own(netip.MustParseAddr("127.0.0.1")) || !m.attached(netip.MustParseAddr("127.0.0.1"), netip.MustParseAddr("127.0.0.2")) {
		t.Error("loopback is not found")
	}
}
