package web

import (
	"net/http"
	"net/http/httptest"
	"net/netip"
	"testing"

	"zerortc/config"
)

// TestBehindProxy: whom a request is taken to be from, and whether by https. Addresses
// are read from right to left, up to the first that no proxy of ours is.
func TestBehindProxy(t *testing.T) {
	proxies := []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8"), netip.MustParsePrefix("fd00::/64"), netip.MustParsePrefix("192.0.2.1/32")}
	for _, c := range []struct {
		name   string
		from   string
		header http.Header
		client string
		secure bool
	}{
		{"no proxy", "198.51.100.9:555", nil, "198.51.100.9", false},
		{"a stranger's word", "198.51.100.9:555", http.Header{"X-Forwarded-For": {"203.0.113.1"}, "X-Forwarded-Proto": {"https"}}, "198.51.100.9", false},
		{"one proxy", "10.0.0.1:555", http.Header{"X-Forwarded-For": {"203.0.113.1"}, "X-Forwarded-Proto": {"https"}}, "203.0.113.1", true},
		{"one proxy, plain", "10.0.0.1:555", http.Header{"X-Forwarded-For": {"203.0.113.1"}, "X-Forwarded-Proto": {"http"}}, "203.0.113.1", false},
		{"scheme in capitals", "10.0.0.1:555", http.Header{"X-Forwarded-For": {"203.0.113.1"}, "X-Forwarded-Proto": {"HTTPS"}}, "203.0.113.1", true},
		{"the client lied to the proxy", "10.0.0.1:555", http.Header{"X-Forwarded-For": {"127.0.0.1, 203.0.113.66, 203.0.113.1"}}, "203.0.113.1", false},
		{"it lied to be a proxy", "10.0.0.1:555", http.Header{"X-Forwarded-For": {"203.0.113.66, 203.0.113.1, 10.0.0.2"}}, "203.0.113.1", false},
		{"in a line of its own", "10.0.0.1:555", http.Header{"X-Forwarded-For": {"203.0.113.66", "203.0.113.1"}}, "203.0.113.1", false},
		{"two proxies", "10.0.0.1:555", http.Header{"X-Forwarded-For": {"203.0.113.1, 192.0.2.1"}}, "203.0.113.1", false},
		{"proxies all along", "10.0.0.1:555", http.Header{"X-Forwarded-For": {"10.0.0.3,10.0.0.2"}}, "10.0.0.3", false},
		{"a proxy that says nothing", "10.0.0.1:555", nil, "10.0.0.1", false},
		{"a proxy that says nonsense", "10.0.0.1:555", http.Header{"X-Forwarded-For": {"203.0.113.1, unknown"}}, "10.0.0.1", false},
		{"nonsense before the client", "10.0.0.1:555", http.Header{"X-Forwarded-For": {"<script>, 203.0.113.1"}}, "203.0.113.1", false},
		{"nonsense before a proxy", "10.0.0.1:555", http.Header{"X-Forwarded-For": {"unknown, 10.0.0.2"}}, "10.0.0.2", false},
		{"by IPv6", "[fd00::1]:555", http.Header{"X-Forwarded-For": {"2001:db8::9"}, "X-Forwarded-Proto": {"https"}}, "2001:db8::9", true},
		{"mapped", "[::ffff:10.0.0.1]:555", http.Header{"X-Forwarded-For": {"::ffff:203.0.113.1"}}, "203.0.113.1", false},
		{"no address at all", "@", http.Header{"X-Forwarded-For": {"203.0.113.1"}, "X-Forwarded-Proto": {"https"}}, "", false},
	} {
		r := httptest.NewRequest("GET", "/", nil)
		r.RemoteAddr = c.from
		r.Header = c.header
		if r.Header == nil {
			r.Header = http.Header{}
		}
		var client netip.Addr
		var secure, byTLS bool
		behindProxy(newCurrent(config.HTTP{TrustedProxies: proxies}), http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
			client, secure, byTLS = callerAddr(r), isSecure(r), cameByTLS(r)
		})).ServeHTTP(httptest.NewRecorder(), r)
		if want, _ := netip.ParseAddr(c.client); client != want || secure != c.secure {
			t.Errorf("%s: from %s, secure %v; want %s, %v", c.name, client, secure, c.client, c.secure)
		}
		if byTLS {
			t.Errorf("%s: the connection to us is not encrypted", c.name)
		}
	}
}

// Without trusted proxies the headers are anybody's word.
func TestNoProxyIsTrustedUnasked(t *testing.T) {
	h, err := newHandler(config.HTTP{}, Parts{Signaling: upgradeSeen, ICE: listICE{}, TLS: true}, quietLog())
	if err != nil {
		t.Fatal(err)
	}
	if w := ask(h, "GET", "/", "X-Forwarded-Proto: https", "X-Forwarded-For: 127.0.0.1"); w.Code != 308 {
		t.Errorf("%d", w.Code)
	}
}

// Behind a proxy that speaks https, pages are served and not redirected in circles;
// TURN over TLS would be to us, who were not reached by TLS.
func TestPagesBehindAProxy(t *testing.T) {
	cfg := config.HTTP{TrustedProxies: []netip.Prefix{netip.MustParsePrefix("192.0.2.1/32")}} // httptest's client
	h, err := newHandler(cfg, Parts{Signaling: upgradeSeen, ICE: tlsICE{}, TLS: true}, quietLog())
	if err != nil {
		t.Fatal(err)
	}
	if w := ask(h, "GET", "/", "X-Forwarded-Proto: https"); w.Code != 200 {
		t.Errorf("by https: %d", w.Code)
	}
	if w := ask(h, "GET", "/", "X-Forwarded-Proto: http"); w.Code != 308 {
		t.Errorf("by http: %d", w.Code)
	}
	if got := offeredOverTLS(t, ask(h, "GET", "/api/ice", "X-Forwarded-Proto: https")); got {
		t.Error("TURN over TLS is offered through a proxy that speaks HTTP")
	}
}
