package web

import (
	"context"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"
)

// requestAt is a request that came in on local with the given Host header.
func requestAt(host, local string) *http.Request {
	r := httptest.NewRequest("GET", "/api/ice", nil)
	addr := net.TCPAddrFromAddrPort(netip.MustParseAddrPort(local))
	r = r.WithContext(context.WithValue(r.Context(), http.LocalAddrContextKey, addr))
	r.Host = host
	return r
}

func TestReachedHost(t *testing.T) {
	const local = "192.0.2.7:9001"
	for _, c := range []struct{ host, local, want string }{
		{"192.0.2.9", local, "192.0.2.9"},
		{"192.0.2.9:9001", local, "192.0.2.9"},
		{"192.0.2.9:", local, "192.0.2.9"},
		{"localhost:9001", local, "localhost"},
		{"Calls.Example.", local, "Calls.Example."},
		{"box-1.local:80", local, "box-1.local"},
		{"my_box", local, "my_box"},
		{"[2001:db8::1]:9001", local, "2001:db8::1"},
		{"[2001:DB8:0::1]", local, "2001:db8::1"},
		{"[::ffff:192.0.2.9]:80", local, "192.0.2.9"},

		// What cannot be a Host: the address the connection came in on.
		{"", local, "192.0.2.7"},
		{"", "[2001:db8::7]:9001", "2001:db8::7"},
		{"", "[fe80::7%eth0]:9001", "fe80::7"},
		{"", "[::ffff:192.0.2.7]:9001", "192.0.2.7"},
		{"0.0.0.0:9001", local, "192.0.2.7"},
		{"[::]:9001", local, "192.0.2.7"},
		{"2001:db8::1", local, "192.0.2.7"},
		{"[2001:db8::1", local, "192.0.2.7"},
		{"[2001:db8::1]9001", local, "192.0.2.7"},
		{"[fe80::1%25eth0]:80", local, "192.0.2.7"},
		{"[192.0.2.9]", local, "192.0.2.7"},
		{"[]", local, "192.0.2.7"},
		{":9001", local, "192.0.2.7"},
		{"host:port", local, "192.0.2.7"},
		{"host:123456", local, "192.0.2.7"},
		{"host:1:2", local, "192.0.2.7"},
		{"a..b", local, "192.0.2.7"},
		{".", local, "192.0.2.7"},
		{"192.0.2.256", local, "192.0.2.7"},
		{"192.0.2", local, "192.0.2.7"},
		{"user@host", local, "192.0.2.7"},
		{"host?transport=udp", local, "192.0.2.7"},
		{"h\u00f6st", local, "192.0.2.7"},
		{"a>; rel=x", local, "192.0.2.7"},
		{strings.Repeat("a", 64), local, "192.0.2.7"},
		{strings.Repeat("a.", 130) + "b", local, "192.0.2.7"},
	} {
		if got := reachedHost(requestAt(c.host, c.local)); got != c.want {
			t.Errorf("Host %q on %s: %q, want %q", c.host, c.local, got, c.want)
		}
	}
}

func TestReachedHostWithoutAConnection(t *testing.T) {
	if got := reachedHost(&http.Request{}); got != "" {
		t.Errorf("%q, want nothing", got)
	}
}

// FuzzReachedHost: whatever the Host header, what goes into URLs, headers and the
// policy is an address or a plain name, and at least the connection's own end.
func FuzzReachedHost(f *testing.F) {
	for _, seed := range []string{"192.0.2.9:9001", "[2001:db8::1]:80", "localhost", "a..b", "[fe80::1%;x]:1"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, header string) {
		host := reachedHost(requestAt(header, "192.0.2.7:9001"))
		addr, err := netip.ParseAddr(host)
		if err != nil && !isHostName(host) {
			t.Fatalf("Host %q: %q is neither address nor name", header, host)
		}
		if err == nil && (addr.Zone() != "" || addr.IsUnspecified() || addr.Is4In6()) {
			t.Fatalf("Host %q: address %s", header, addr)
		}
		if i := strings.IndexAny(host, " \t\r\n;,<>\"'/?#@[]%"); i >= 0 {
			t.Fatalf("Host %q: %q has %q in it", header, host, host[i])
		}
		policy := contentSecurityPolicy(header)
		if strings.Count(policy, ";") != 9 || strings.Count(policy, " ") > 29 {
			t.Fatalf("Host %q: policy %s", header, policy)
		}
	})
}
