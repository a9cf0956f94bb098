package icelist

import (
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/pion/stun"

	"zerortc/config"
	"zerortc/turnserver/auth"
)

func book() *auth.Book {
	return auth.New("zerortc", nil, []config.Secret{config.NewSecret("north")})
}

func list(host string, listeners ...string) *List {
	var l []netip.AddrPort
	for _, s := range listeners {
		l = append(l, netip.MustParseAddrPort(s))
	}
	return New(host, time.Hour, book(), l, func(string, bool) bool { return false })
}

// TestURLs is written as the browser sees it: all URLs in order, without the
// "?transport=" in front of udp and tcp.
func TestURLs(t *testing.T) {
	const wild = "[::]:3478"
	for _, c := range []struct {
		name, host string
		listeners  []string
		reached    string
		want       string
	}{
		{"wildcard, by address", "", []string{wild}, "192.0.2.2",
			"stun:192.0.2.2:3478 turn:192.0.2.2:3478 udp turn:192.0.2.2:3478 tcp"},
		{"wildcard, by name", "", []string{wild}, "call.lan",
			"stun:call.lan:3478 turn:call.lan:3478 udp turn:call.lan:3478 tcp"},
		{"wildcard, by IPv6", "", []string{wild}, "fd00::2",
			"stun:[fd00::2]:3478 turn:[fd00::2]:3478 udp turn:[fd00::2]:3478 tcp"},
		{"brackets left on", "", []string{wild}, "[fd00::2]",
			"stun:[fd00::2]:3478 turn:[fd00::2]:3478 udp turn:[fd00::2]:3478 tcp"},
		{"IPv4-mapped", "", []string{wild}, "::ffff:192.0.2.2",
			"stun:192.0.2.2:3478 turn:192.0.2.2:3478 udp turn:192.0.2.2:3478 tcp"},
		{"zone", "", []string{wild}, "fe80::1%eth0",
			"stun:[fe80::1]:3478 turn:[fe80::1]:3478 udp turn:[fe80::1]:3478 tcp"},
		{"by 0.0.0.0", "", []string{wild}, "0.0.0.0",
			"stun:127.0.0.1:3478 turn:127.0.0.1:3478 udp turn:127.0.0.1:3478 tcp"},
		{"by ::", "", []string{wild}, "::",
			"stun:[::1]:3478 turn:[::1]:3478 udp turn:[::1]:3478 tcp"},

		{"ice.host", "turn.example.org", []string{wild}, "192.0.2.2",
			"stun:turn.example.org:3478 turn:turn.example.org:3478 udp turn:turn.example.org:3478 tcp"},
		{"ice.host, IPv6", "2001:db8::1", []string{wild}, "192.0.2.2",
			"stun:[2001:db8::1]:3478 turn:[2001:db8::1]:3478 udp turn:[2001:db8::1]:3478 tcp"},
		{"ice.host in front of an inner address", "203.0.113.9", []string{"10.0.0.5:3478"}, "203.0.113.9",
			"stun:203.0.113.9:3478 turn:203.0.113.9:3478 udp turn:203.0.113.9:3478 tcp"},
		{"ice.host over two listeners on one port", "a.example", []string{"10.0.0.5:3478", "10.0.1.5:3478"}, "b.example",
			"stun:a.example:3478 turn:a.example:3478 udp turn:a.example:3478 tcp"},

		{"two networks, first", "", []string{"192.0.2.2:3478", "10.0.0.5:3479"}, "192.0.2.2",
			"stun:192.0.2.2:3478 turn:192.0.2.2:3478 udp turn:192.0.2.2:3478 tcp"},
		{"two networks, second", "", []string{"192.0.2.2:3478", "10.0.0.5:3479"}, "10.0.0.5",
			"stun:10.0.0.5:3479 turn:10.0.0.5:3479 udp turn:10.0.0.5:3479 tcp"},
		{"two networks, by name", "", []string{"192.0.2.2:3478", "10.0.0.5:3479"}, "call.lan",
			"stun:192.0.2.2:3478 turn:192.0.2.2:3478 udp turn:192.0.2.2:3478 tcp turn:10.0.0.5:3479 udp"},
		{"two networks, by a third address", "", []string{"192.0.2.2:3478", "10.0.0.5:3479"}, "203.0.113.9",
			"stun:192.0.2.2:3478 turn:192.0.2.2:3478 udp turn:192.0.2.2:3478 tcp turn:10.0.0.5:3479 udp"},
		{"one address, by name", "", []string{"[fd00::2]:3478"}, "call.lan",
			"stun:[fd00::2]:3478 turn:[fd00::2]:3478 udp turn:[fd00::2]:3478 tcp"},
		{"exact before wildcard", "", []string{"0.0.0.0:3478", "192.0.2.2:3479"}, "192.0.2.2",
			"stun:192.0.2.2:3479 turn:192.0.2.2:3479 udp turn:192.0.2.2:3479 tcp turn:192.0.2.2:3478 udp"},
		{"wildcard before another address", "", []string{"10.0.0.5:3479", "0.0.0.0:3478"}, "192.0.2.2",
			"stun:192.0.2.2:3478 turn:192.0.2.2:3478 udp turn:192.0.2.2:3478 tcp"},
		{"wildcard before an address, by name", "", []string{"10.0.0.5:3479", "0.0.0.0:3478"}, "call.lan",
			"stun:call.lan:3478 turn:call.lan:3478 udp turn:call.lan:3478 tcp"},
		{"two ports", "", []string{wild, "[::]:443"}, "call.lan",
			"stun:call.lan:3478 turn:call.lan:3478 udp turn:call.lan:3478 tcp turn:call.lan:443 udp"},
		{"a wildcard per family, by IPv6", "", []string{"0.0.0.0:3478", "[::]:3479"}, "fd00::2",
			"stun:[fd00::2]:3479 turn:[fd00::2]:3479 udp turn:[fd00::2]:3479 tcp"},
		{"a wildcard of the other family", "", []string{"10.0.0.5:1", "0.0.0.0:3478"}, "fd00::2",
			"stun:[fd00::2]:3478 turn:[fd00::2]:3478 udp turn:[fd00::2]:3478 tcp"},
		{"loopback last", "", []string{"127.0.0.1:3478", "192.0.2.2:3478"}, "call.lan",
			"stun:192.0.2.2:3478 turn:192.0.2.2:3478 udp turn:192.0.2.2:3478 tcp turn:127.0.0.1:3478 udp"},
		{"loopback reached", "", []string{"192.0.2.2:3478", "127.0.0.1:3478"}, "127.0.0.1",
			"stun:127.0.0.1:3478 turn:127.0.0.1:3478 udp turn:127.0.0.1:3478 tcp"},
		{"listener with zone", "", []string{"[fe80::1%eth0]:3478"}, "fe80::1",
			"stun:[fe80::1]:3478 turn:[fe80::1]:3478 udp turn:[fe80::1]:3478 tcp"},

		{"no listener", "", nil, "192.0.2.2", ""},
		{"no host", "", []string{wild}, "", ""},
		{"no host, but a listener with one", "", []string{"192.0.2.2:3478"}, "",
			"stun:192.0.2.2:3478 turn:192.0.2.2:3478 udp turn:192.0.2.2:3478 tcp"},
		{"a host that breaks the URL", "", []string{wild}, "a b?transport=tcp", ""},
		{"a host that breaks the header", "", []string{wild}, "a>\r\nSet-Cookie: x", ""},
		{"a host with port", "", []string{wild}, "call.lan:9001", ""},
		{"a host too long", "", []string{wild}, strings.Repeat("a", 254), ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			stun, turn := list(c.host, c.listeners...).URLs(c.reached, true)
			got := strings.ReplaceAll(strings.Join(append(stun, turn...), " "), "?transport=", " ")
			if got != c.want {
				t.Errorf("\n got %s\nwant %s", got, c.want)
			}
		})
	}
}

// TestListenersStay: choosing for one caller does not reorder for the next.
func TestListenersStay(t *testing.T) {
	l := list("", "192.0.2.2:3478", "10.0.0.5:3479")
	before := slices.Clone(l.listeners)
	l.URLs("10.0.0.5", true)
	if !slices.Equal(l.listeners, before) {
		t.Errorf("listeners reordered: %v", l.listeners)
	}
}

func TestCredentials(t *testing.T) {
	now := time.Unix(1_700_000_000, 999_999_999)
	l := list("", "[::]:3478")
	username, credential, expires := l.Credentials("alice", now)
	if username != "1700003600:alice" || !expires.Equal(time.Unix(1_700_003_600, 0)) {
		t.Errorf("username %q ends %v", username, expires)
	}
	if want, again := book().Mint("alice", expires); username != want || credential != again {
		t.Errorf("credential %q, the book mints %q", credential, again)
	}
	if l.TTL() != time.Hour {
		t.Error(l.TTL())
	}
}

// TestNamelessCallersDiffer: a user per caller, so that limits per user are
// limits per caller.
func TestNamelessCallersDiffer(t *testing.T) {
	l, seen := list("", "[::]:3478"), map[string]bool{}
	for range 100 {
		username, _, _ := l.Credentials("", time.Unix(1_700_000_000, 0))
		if !strings.HasPrefix(username, "1700003600:") || len(username) != len("1700003600:")+8 {
			t.Fatalf("username %q", username)
		}
		seen[username] = true
	}
	if len(seen) != 100 {
		t.Errorf("%d names for 100 callers", len(seen))
	}
}

// FuzzURLs: whatever stands in a Host header, the list holds only URLs that a
// browser can read, and four at most.
func FuzzURLs(f *testing.F) {
	for _, s := range []string{"192.0.2.2", "call.lan", "fd00::2", "[::1]", "0.0.0.0", "::ffff:10.0.0.1", "a b", "a/b", "%", "fe80::1%25eth0"} {
		f.Add(s, uint8(7))
	}
	all := []string{"[::]:3478", "0.0.0.0:3479", "192.0.2.2:3478", "127.0.0.1:3478", "[fd00::2]:443"}
	f.Fuzz(func(t *testing.T, reached string, mask uint8) {
		var some []string
		for i, s := range all {
			if mask>>i&1 == 1 {
				some = append(some, s)
			}
		}
		stuns, turns := list("", some...).URLs(reached, false)
		if len(stuns)+len(turns) > maxURLs {
			t.Fatalf("%d URLs", len(stuns)+len(turns))
		}
		for _, u := range append(stuns, turns...) {
			uri, err := stun.ParseURI(u)
			if err != nil || strings.Contains(u, "//") {
				t.Fatalf("%q for %q: %v", u, reached, err)
			}
			if a, err := netip.ParseAddr(uri.Host); err == nil && a.IsUnspecified() {
				t.Fatalf("%q for %q", u, reached)
			}
		}
	})
}

// TURN over TLS is offered to whom the rule says, at the host it is about, and
// the list stays within its bound.
func TestURLsOverTLS(t *testing.T) {
	rule := func(host string, cameByTLS bool) bool {
		return host == "turn.example.org" || cameByTLS && host == "192.168.1.2"
	}
	for _, c := range []struct {
		host, listener string
		reached        string
		cameByTLS      bool
		want           string // the host of the turns: URL; empty: there is none
	}{
		{"", "[::]:3478", "192.168.1.2", false, ""},
		{"", "[::]:3478", "192.168.1.2", true, "192.168.1.2"},
		{"", "[::]:3478", "turn.example.org", false, "turn.example.org"},
		{"", "[::]:3478", "", true, ""},

		// A certificate is often for a name only, and a listener at an address.
		{"", "203.0.113.9:3478", "turn.example.org", false, "turn.example.org"},
		{"", "203.0.113.9:3478", "other.example.org", true, ""},
		{"", "192.168.1.2:3478", "turn.example.org", true, "192.168.1.2"},
		{"", "192.168.1.2:3478", "turn.example.org", false, "turn.example.org"},
		{"other.example.org", "203.0.113.9:3478", "turn.example.org", true, ""},
		{"turn.example.org", "203.0.113.9:3478", "192.168.1.2", false, "turn.example.org"},
	} {
		l := New(c.host, time.Hour, book(), []netip.AddrPort{netip.MustParseAddrPort(c.listener)}, rule)
		stun, turn := l.URLs(c.reached, c.cameByTLS)
		var got string
		if at := slices.IndexFunc(turn, func(url string) bool { return strings.HasPrefix(url, "turns:") }); at >= 0 {
			got = turn[at]
		}
		want := "turns:" + c.want + ":3478?transport=tcp"
		if c.want == "" {
			want = ""
		}
		if got != want || len(stun)+len(turn) > maxURLs {
			t.Errorf("%+v: %v %v", c, stun, turn)
		}
	}
}
