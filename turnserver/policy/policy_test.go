package policy

import (
	"net/netip"
	"strings"
	"testing"
)

// The machine of every test has these addresses, and one live relay.
var (
	ours      = []string{"192.0.2.2", "127.0.0.1", "fd00::2", "2002:c633:6401::1"}
	liveRelay = []string{"192.0.2.2:50000", "[fd00::2]:50000", "[2002:c633:6401::1]:50000"}
)

// lanRelay is the address of the relay of every test, unless it says otherwise.
var (
	lanRelay = Relay{netip.MustParseAddr("192.168.1.2"), netip.MustParseAddr("192.168.1.2")}
	machine  = Machine{Own: own, Live: relay, Attached: func(local, a netip.Addr) bool { return local == here && attached.Contains(a) }}
	here     = netip.MustParseAddr("10.9.0.2") // the address in that network
	attached = netip.MustParsePrefix("10.9.0.0/16")
)

func own(a netip.Addr) bool {
	for _, o := range ours {
		if netip.MustParseAddr(o) == a {
			return true
		}
	}
	return false
}

func relay(a netip.AddrPort) bool {
	for _, r := range liveRelay {
		if netip.MustParseAddrPort(r) == a {
			return true
		}
	}
	return false
}

func prefixes(list ...string) (p []netip.Prefix) {
	for _, s := range list {
		p = append(p, netip.MustParsePrefix(s))
	}
	return p
}

func permit(p *Policy, addr string, port uint16) Verdict {
	return p.Permit(netip.AddrPortFrom(netip.MustParseAddr(addr), port), lanRelay, machine)
}

// TestSpellings is what the policy does when the operator says nothing.
func TestSpellings(t *testing.T) {
	for _, c := range []struct{ addr, denied string }{
		// Public and private peers, on IPv4 and IPv6.
		{"8.8.8.8", ""},
		{"1.0.0.0", ""},
		{"223.255.255.255", ""},
		{"10.0.0.1", ""},
		{"172.16.5.4", ""},
		{"192.168.1.20", ""},
		{"100.64.0.1", ""},
		{"192.0.2.77", ""},   // documentation, RFC 5737: networks are numbered with it
		{"198.51.100.7", ""}, // documentation
		{"2001:db8::7", ""},  // documentation, RFC 3849
		{"2606:4700::1111", ""},
		{"fd12:3456::1", ""},
		{"fc00::1", ""},
		{"::ffff:10.0.0.1", ""},
		{"::ffff:8.8.8.8", ""},

		// Unspecified: Linux delivers it to loopback.
		{"0.0.0.0", "unspecified"},
		{"0.0.0.1", "unspecified"},
		{"0.255.255.255", "unspecified"},
		{"::", "unspecified"},
		{"0:0:0:0:0:0:0:0", "unspecified"},
		{"::ffff:0.0.0.0", "unspecified"},
		{"::ffff:0:0", "unspecified"},

		// Loopback.
		{"127.0.0.2", "loopback"},
		{"127.255.255.255", "loopback"},
		{"::1", "loopback"},
		{"0:0:0:0:0:0:0:1", "loopback"},
		{"::ffff:127.0.0.2", "loopback"},
		{"::ffff:7f00:2", "loopback"},
		{"0000:0000:0000:0000:0000:ffff:7f00:0002", "loopback"},
		{"::FFFF:127.0.0.2", "loopback"},
		{"::127.0.0.2", "loopback"},
		{"::7f00:2", "loopback"},
		{"::ffff:0:127.0.0.2", "loopback"},
		{"::ffff:0:7f00:2", "loopback"},
		{"64:ff9b::127.0.0.2", "loopback"},
		{"64:ff9b::7f00:2", "loopback"},
		{"2002:7f00:2::", "loopback"},
		{"2002:7f00:0002:ffff:1:2:3:4", "loopback"},
		{"2001:0:808:808::80ff:fffd", "loopback"}, // Teredo client 127.0.0.2, its bits flipped
		{"2001:0:7f00:2::f7f7:f7f7", "loopback"},  // Teredo server 127.0.0.2

		// Link-local, with the clouds' metadata service.
		{"169.254.0.1", "link-local"},
		{"169.254.169.254", "link-local"},
		{"169.254.255.255", "link-local"},
		{"fe80::1", "link-local"},
		{"febf::1", "link-local"},
		{"::ffff:169.254.169.254", "link-local"},
		{"::a9fe:a9fe", "link-local"},
		{"64:ff9b::a9fe:a9fe", "link-local"},
		{"2002:a9fe:a9fe::1", "link-local"},
		{"2001:0:808:808:0:0:5601:5601", "link-local"},
		{"fec0::1", "site-local"},
		{"feff::1", "site-local"},

		// Multicast, broadcast, reserved.
		{"224.0.0.1", "multicast"},
		{"239.255.255.250", "multicast"},
		{"ff02::1", "multicast"},
		{"ff0e::1", "multicast"},
		{"::ffff:224.0.0.1", "multicast"},
		{"64:ff9b::e000:1", "multicast"},
		{"2002:e000:1::", "multicast"},
		{"255.255.255.255", "broadcast"},
		{"::ffff:255.255.255.255", "broadcast"},
		{"64:ff9b::ffff:ffff", "broadcast"},
		{"240.0.0.1", "reserved"},
		{"255.255.255.254", "reserved"},
		{"::ffff:240.0.0.1", "reserved"},
		{"::240.0.0.1", "reserved"},
		{"2002:f000:1::", "reserved"},
		{"100::1", "reserved"},  // discard only, RFC 6666
		{"4000::1", "reserved"}, // not handed out
		{"5f00::1", "reserved"}, // segment routing, RFC 9602
		{"64:ff9a::1", "reserved"},
		{"64:ff9b::1:0:0:1", "reserved"}, // beside the NAT64 range
		{"64:ff9b:1::", "nat64-local"},
		{"64:ff9b:1::8.8.8.8", "nat64-local"},
		{"64:ff9b:1:ffff:ffff:ffff:ffff:ffff", "nat64-local"},
		{"64:ff9b:2::1", "reserved"},

		// The same embeddings around peers that are fine.
		{"::8.8.8.8", ""},
		{"::ffff:0:8.8.8.8", ""},
		{"64:ff9b::8.8.8.8", ""},
		{"2002:808:808::1", ""},
		{"2001:0:808:808::f7f7:f7f7", ""},

		// Zone ids name interfaces of this machine.
		{"fe80::1%eth0", "zone"},
		{"2606:4700::1111%eth0", "zone"},
		{"::ffff:8.8.8.8%eth0", "zone"},
		{"::1%lo", "zone"},
	} {
		for _, port := range []uint16{0, 80, 50000} {
			want := Verdict{false, c.denied}
			if c.denied == "" {
				want = Verdict{true, Default}
			}
			if got := permit(New(false, nil, nil), c.addr, port); got != want {
				t.Errorf("%s port %d: %v, want %v", c.addr, port, got, want)
			}
		}
	}
}

func TestNoAddress(t *testing.T) {
	if got := New(false, prefixes("0.0.0.0/0", "::/0"), nil).Permit(netip.AddrPort{}, lanRelay, machine); got != (Verdict{false, Invalid}) {
		t.Error(got)
	}
}

// TestOwnAddresses: ours are open where a relay of ours stands, and nowhere
// else.
func TestOwnAddresses(t *testing.T) {
	for _, c := range []struct {
		addr    string
		port    uint16
		allowed bool
	}{
		{"192.0.2.2", 50000, true},
		{"192.0.2.2", 50001, false},
		{"192.0.2.2", 22, false},
		{"192.0.2.2", 3478, false}, // TURN inside TURN
		{"192.0.2.2", 0, false},    // a permission without a port
		{"fd00::2", 50000, true},
		{"fd00::2", 22, false},
		{"::ffff:192.0.2.2", 50000, true},
		{"::ffff:192.0.2.2", 22, false},
		{"::192.0.2.2", 22, false},
		{"64:ff9b::192.0.2.2", 22, false},
		{"64:ff9b::192.0.2.2", 50000, true},
		{"2002:c000:202::1", 22, false},
		{"127.0.0.1", 50000, false},
		{"2002:c633:6401::1", 50000, true}, // an own address of the 6to4 kind
		{"2002:c633:6401::1", 22, false},
	} {
		if got := permit(New(false, nil, nil), c.addr, c.port); got != (Verdict{c.allowed, OwnAddress}) {
			t.Errorf("%s port %d: %v", c.addr, c.port, got)
		}
	}
}

// TestRules: the longest prefix wins, a tie denies, and rules come before our
// own addresses and the built-in ranges.
func TestRules(t *testing.T) {
	allow := prefixes("127.0.0.0/8", "10.1.0.0/16", "10.2.2.2/32", "172.16.0.0/12", "169.254.1.0/24", "::ffff:192.168.7.0/120",
		"192.0.2.2/32", "2001:db8::/32", "64:ff9b::/96", "64:ff9b:1::/48", "::1/128", "203.0.113.9/24")
	deny := prefixes("127.0.0.53/32", "10.0.0.0/8", "10.1.9.0/24", "172.16.0.0/12", "192.168.0.0/16", "8.8.8.0/24",
		"2001:db8:dead::/48", "2002:102::/32", "203.0.113.0/25")
	p := New(false, allow, deny)
	for _, c := range []struct {
		addr    string
		allowed bool
		reason  string
	}{
		{"127.0.0.1", true, "turn.peers-allow 127.0.0.0/8"},
		{"127.0.0.53", false, "turn.peers-deny 127.0.0.53/32"},
		{"::ffff:127.0.0.1", true, "turn.peers-allow 127.0.0.0/8"},
		{"::ffff:127.0.0.53", false, "turn.peers-deny 127.0.0.53/32"},
		{"::127.0.0.53", false, "turn.peers-deny 127.0.0.53/32"},
		{"2002:7f00:35::", false, "turn.peers-deny 127.0.0.53/32"},
		{"2002:7f00:1::", true, "turn.peers-allow 127.0.0.0/8"},
		{"::1", true, "turn.peers-allow ::1/128"},
		{"10.9.9.9", false, "turn.peers-deny 10.0.0.0/8"},
		{"10.1.0.1", true, "turn.peers-allow 10.1.0.0/16"},
		{"10.1.9.1", false, "turn.peers-deny 10.1.9.0/24"},
		{"10.2.2.2", true, "turn.peers-allow 10.2.2.2/32"},
		{"64:ff9b::10.2.2.3", false, "turn.peers-deny 10.0.0.0/8"},
		{"64:ff9b::10.1.0.1", true, "turn.peers-allow 64:ff9b::/96"},
		{"64:ff9b::224.0.0.1", false, "multicast"}, // allowing the range opens nothing that is closed on IPv4
		{"64:ff9b:1::1", true, "turn.peers-allow 64:ff9b:1::/48"},
		{"172.16.0.1", false, "turn.peers-deny 172.16.0.0/12"}, // a tie
		{"169.254.1.5", true, "turn.peers-allow 169.254.1.0/24"},
		{"169.254.2.5", false, "link-local"},
		{"192.168.7.1", true, "turn.peers-allow 192.168.7.0/24"}, // written as IPv4-mapped
		{"192.168.8.1", false, "turn.peers-deny 192.168.0.0/16"},
		{"192.0.2.2", true, "turn.peers-allow 192.0.2.2/32"},
		{"8.8.8.8", false, "turn.peers-deny 8.8.8.0/24"},
		{"2002:808:808::", false, "turn.peers-deny 8.8.8.0/24"},
		{"8.8.4.4", true, Default},
		{"2001:db8::1", true, "turn.peers-allow 2001:db8::/32"},
		{"2001:db8:dead::1", false, "turn.peers-deny 2001:db8:dead::/48"},
		{"2002:102:304::", false, "turn.peers-deny 2002:102::/32"},
		{"1.2.3.4", true, Default},                               // the rule above is about 6to4 alone
		{"203.0.113.1", false, "turn.peers-deny 203.0.113.0/25"}, // bits beyond the length are ignored
		{"203.0.113.200", true, "turn.peers-allow 203.0.113.0/24"},
	} {
		if got := permit(p, c.addr, 22); got != (Verdict{c.allowed, c.reason}) {
			t.Errorf("%s: %v, want %v %q", c.addr, got, c.allowed, c.reason)
		}
	}
}

// TestOrderOfRules: it does not matter in which order rules are written.
func TestOrderOfRules(t *testing.T) {
	for _, p := range []*Policy{
		New(false, prefixes("10.1.0.0/16", "10.0.0.0/8"), prefixes("10.1.2.0/24", "10.0.0.0/9")),
		New(false, prefixes("10.0.0.0/8", "10.1.0.0/16"), prefixes("10.0.0.0/9", "10.1.2.0/24")),
	} {
		for addr, allowed := range map[string]bool{"10.200.0.1": true, "10.2.0.1": false, "10.1.1.1": true, "10.1.2.1": false} {
			if got := permit(p, addr, 1); got.Allowed != allowed {
				t.Errorf("%s: %v", addr, got)
			}
		}
	}
}

func TestInvalidRuleIsNoRule(t *testing.T) {
	p := New(false, []netip.Prefix{{}}, []netip.Prefix{{}})
	if got := permit(p, "8.8.8.8", 1); !got.Allowed {
		t.Error(got)
	}
}

func TestString(t *testing.T) {
	got := New(false, prefixes("127.0.0.0/8"), prefixes("10.0.0.0/8")).String()
	want := "turn.peers-deny 10.0.0.0/8; turn.peers-allow 127.0.0.0/8; own addresses: live relays only; " +
		"denied: unspecified, loopback, link-local, site-local, multicast, broadcast, reserved, nat64-local; " +
		"private networks: denied to relays on public addresses unless attached; all others allowed"
	if got != want {
		t.Errorf("String = %q, want %q", got, want)
	}
	if strings.Contains(got, "\n") {
		t.Error("more than one line")
	}
}

// A relay on a public address is no way into private networks, but for those
// the machine stands in itself.
func TestPrivatePeers(t *testing.T) {
	for _, c := range []struct {
		relay, peer string
		denied      string
		elsewhere   bool // the relay stands on its public address, and another interface in 10.9/16
	}{
		{"192.168.1.2", "10.0.0.1", "", false},
		{"10.9.0.2", "192.168.7.7", "", false},
		{"100.64.0.2", "10.0.0.1", "", false},
		{"fd00::2", "fd77::1", "", false},
		{"127.0.0.1", "10.0.0.1", "", false},
		{"198.51.100.2", "10.0.0.1", Private, false},
		{"198.51.100.2", "172.31.255.255", Private, false},
		{"198.51.100.2", "192.168.0.1", Private, false},
		{"198.51.100.2", "100.64.0.1", Private, false},
		{"198.51.100.2", "::ffff:10.0.0.1", Private, false},
		{"2001:db8::2", "fd77::1", Private, false},
		{"2001:db8::2", "2002:a00:1::", Private, false},
		{"198.51.100.2", "10.9.1.2", "", false},
		{"198.51.100.2", "10.9.1.2", Private, true}, // the network of the machine's containers, say
		{"198.51.100.2", "8.8.8.8", "", false},
		{"2001:db8::2", "2606:4700::1111", "", false},
	} {
		local := here
		if c.elsewhere {
			local = netip.MustParseAddr(c.relay)
		}
		got := New(false, nil, nil).Permit(netip.AddrPortFrom(netip.MustParseAddr(c.peer), 9), Relay{local, netip.MustParseAddr(c.relay)}, machine)
		if got.Allowed != (c.denied == "") || c.denied != "" && got.Reason != c.denied {
			t.Errorf("from %s to %s: %+v, want %q", c.relay, c.peer, got, c.denied)
		}
	}
	allowed := New(false, prefixes("10.0.0.0/8"), nil)
	if v := allowed.Permit(netip.MustParseAddrPort("10.0.0.1:9"), Relay{here, netip.MustParseAddr("198.51.100.2")}, machine); !v.Allowed {
		t.Errorf("the operator's word: %+v", v)
	}
}

func TestStrict(t *testing.T) {
	p := New(true, prefixes("198.51.100.0/24"), nil)
	for _, c := range []struct{ peer, reason string }{
		{"192.0.2.2:50000", ""}, // a live relay
		{"192.0.2.2:50001", OwnAddress},
		{"10.0.0.1:9", Strict},
		{"8.8.8.8:9", Strict},
		{"198.51.100.7:9", ""}, // the operator's word
	} {
		got := p.Permit(netip.MustParseAddrPort(c.peer), lanRelay, machine)
		if got.Allowed != (c.reason == "") || c.reason != "" && got.Reason != c.reason {
			t.Errorf("%s: %+v, want %q", c.peer, got, c.reason)
		}
	}
	if s := p.String(); !strings.Contains(s, "all others denied") {
		t.Errorf("the policy in words: %s", s)
	}
}

// TestDenials: whatever denies a peer counts under a word of the list.
func TestDenials(t *testing.T) {
	known := map[string]bool{}
	for _, word := range Denials() {
		if known[word] {
			t.Errorf("%s is listed twice", word)
		}
		known[word] = true
	}
	for _, p := range []*Policy{New(false, nil, nil), New(true, nil, nil), New(false, nil, prefixes("10.0.0.0/8", "fd00::/8"))} {
		for _, addr := range []string{
			"10.1.2.3", "8.8.8.8", "0.0.0.0", "127.0.0.1", "169.254.169.254", "224.0.0.1", "240.0.0.1", "255.255.255.255",
			"::", "::1", "fe80::1", "fe80::1%eth0", "fec0::1", "ff02::1", "64:ff9b:1::1", "4000::1", "fd00::9", "192.0.2.2",
		} {
			if v := permit(p, addr, 9); !v.Allowed && !known[Denial(v)] {
				t.Errorf("%s: %q is not listed", addr, Denial(v))
			}
		}
	}
	if v := New(false, nil, nil).Permit(netip.AddrPort{}, lanRelay, machine); !known[Denial(v)] {
		t.Errorf("%q is not listed", Denial(v))
	}
}
