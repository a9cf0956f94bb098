package web

import (
	"crypto/tls"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"

	"zerortc/config"
)

const served = http.StatusTeapot // what upgradeSeen answers

// TestPlainRule is the decision, caller by caller: served, led to TLS, or refused.
func TestPlainRule(t *testing.T) {
	const (
		lan     = "192.0.2.7:9001"
		upgrade = "Connection: Upgrade\nUpgrade: websocket"
	)
	on, noPlain := newCurrent(config.HTTP{}), newCurrent(config.HTTP{PlainOff: true})
	both, off, none := plainRule{tls: true, settings: on}, plainRule{tls: true, settings: noPlain}, plainRule{settings: on}
	https := plainRule{tls: true, settings: on, on443: true}
	for _, c := range []struct {
		name   string
		rule   plainRule
		method string
		host   string
		target string
		header string
		status int
		leads  string // to this address
	}{
		{"a page", both, "GET", lan, "/", "", 308, "https://192.0.2.7:9001/"},
		{"a room with its query", both, "GET", lan, "/room/a%2Fb?policy=relay&x=1", "", 308, "https://192.0.2.7:9001/room/a%2Fb?policy=relay&x=1"},
		{"a Chinese room", both, "GET", lan, "/room/%E6%88%BF", "", 308, "https://192.0.2.7:9001/room/%E6%88%BF"},
		{"HEAD", both, "HEAD", lan, "/page/page.js", "", 308, "https://192.0.2.7:9001/page/page.js"},
		{"by name", both, "GET", "Box.lan:9001", "/", "", 308, "https://Box.lan:9001/"},
		{"by IPv6", both, "GET", "[fd00::2]:9001", "/", "", 308, "https://[fd00::2]:9001/"},
		{"the port of http", both, "GET", "box.lan", "/", "", 308, "https://box.lan:80/"},
		{"the port of http, left empty", both, "GET", "box.lan:", "/", "", 308, "https://box.lan:80/"},
		{"the port of http, spelled out", https, "GET", "box.lan:80", "/", "", 308, "https://box.lan:80/"},
		{"the port of http, by address", both, "GET", "[fd00::2]", "/x?y", "", 308, "https://[fd00::2]:80/x?y"},
		{"the port of http, and we have that of https", https, "GET", "box.lan", "/", "", 308, "https://box.lan/"},
		{"another port, and we have that of https", https, "GET", lan, "/", "", 308, "https://192.0.2.7:9001/"},
		{"two slashes lead nowhere else", both, "GET", lan, "//evil.example/x", "", 308, "https://192.0.2.7:9001//evil.example/x"},
		{"no other name is loopback", both, "GET", "localhost.evil.example", "/", "", 308, "https://localhost.evil.example:80/"},
		{"a host that is none", both, "GET", "x y", "/", "", 400, ""},
		{"no host", both, "GET", "", "/", "", 400, ""},
		{"something sent to a page", both, "POST", lan, "/", "", 403, ""},

		{"localhost", both, "GET", "localhost:9001", "/", "", served, ""},
		{"localhost, spelled out", both, "GET", "LocalHost.", "/room/x", "", served, ""},
		{"below localhost", both, "GET", "call.localhost:9001", "/", "", served, ""},
		{"loopback", both, "GET", "127.0.0.1:9001", "/", "", served, ""},
		{"all of loopback", both, "GET", "127.8.9.1", "/", "", served, ""},
		{"IPv6 loopback", both, "GET", "[::1]:9001", "/", "", served, ""},
		{"mapped loopback", both, "GET", "[::ffff:127.0.0.1]:9001", "/", "", served, ""},

		{"the classic socket", both, "GET", lan, "/ws", upgrade, served, ""},
		{"the classic socket without an upgrade", both, "GET", lan, "/ws", "", served, ""},
		{"a socket at the root", both, "GET", lan, "/", upgrade, served, ""},
		{"a socket anywhere", both, "GET", lan, "/signal?x", upgrade, served, ""},
		{"the ICE list", both, "GET", lan, "/api/ice", "", served, ""},
		{"the ICE list, posted", both, "POST", lan, "/api/ice", "", served, ""},
		{"a preflight", both, "OPTIONS", lan, "/api/ice", "", served, ""},
		{"the example", both, "GET", lan, "/example/?room=x", "", served, ""},
		{"the trust page", both, "GET", lan, "/trust", "", served, ""},
		{"a file of it", both, "GET", lan, "/trust/zerortc-ca.crt", "", served, ""},
		{"health", both, "GET", lan, "/healthz", "", served, ""},
		{"an ACME server", both, "GET", lan, "/.well-known/acme-challenge/x", "", served, ""},

		{"off: a page", off, "GET", lan, "/", "", 308, "https://192.0.2.7:9001/"},
		{"off: the socket", off, "GET", lan, "/ws", upgrade, 308, "https://192.0.2.7:9001/ws"},
		{"off: a socket at the root", off, "GET", lan, "/", upgrade, 308, "https://192.0.2.7:9001/"},
		{"off: the ICE list", off, "GET", lan, "/api/ice?x", "", 308, "https://192.0.2.7:9001/api/ice?x"},
		{"off: the ICE list, posted", off, "POST", lan, "/api/ice", "", 403, ""},
		{"off: the example", off, "GET", lan, "/example/", "", 308, "https://192.0.2.7:9001/example/"},
		{"off: the trust page", off, "GET", lan, "/trust", "", served, ""},
		{"off: a file of it", off, "GET", lan, "/trust/words/en.js", "", served, ""},
		{"off: what only looks like it", off, "GET", lan, "/trusted", "", 308, "https://192.0.2.7:9001/trusted"},
		{"off: health", off, "GET", lan, "/healthz", "", served, ""},
		{"off: localhost", off, "GET", "localhost:9001", "/api/ice", "", served, ""},

		{"no TLS: a page", none, "GET", lan, "/", "", served, ""},
		{"no TLS: POST", none, "POST", lan, "/", "", served, ""},
		{"no TLS: no host", none, "GET", "", "/", "", served, ""},
	} {
		r := httptest.NewRequest(c.method, c.target, nil)
		r.Host = c.host
		for line := range strings.Lines(c.header) {
			name, value, _ := strings.Cut(strings.TrimSpace(line), ": ")
			r.Header.Set(name, value)
		}
		w := record(c.rule.handle(upgradeSeen), r)
		if got := w.Header().Get("Location"); w.Code != c.status || got != c.leads {
			t.Errorf("%s: %d %q, want %d %q", c.name, w.Code, got, c.status, c.leads)
		}
		if c.status == 308 && w.Header().Get("Cache-Control") != "no-store" {
			t.Errorf("%s: a browser would remember it", c.name)
		}
		r.TLS = &tls.ConnectionState{}
		if w := record(c.rule.handle(upgradeSeen), r); w.Code != served {
			t.Errorf("%s, by TLS: %d", c.name, w.Code)
		}
	}
}

// Who came by http through a proxy goes on by that proxy.
func TestRedirectBehindAProxy(t *testing.T) {
	cfg := config.HTTP{Listen: []string{":9001"}, TrustedProxies: []netip.Prefix{netip.MustParsePrefix("192.0.2.1/32")}}
	h, err := newHandler(cfg, Parts{Signaling: upgradeSeen, ICE: listICE{}, TLS: true}, quietLog())
	if err != nil {
		t.Fatal(err)
	}
	for from, want := range map[string]string{
		"192.0.2.1:4711": "https://call.example.org/",
		"192.0.2.9:4711": "https://call.example.org:80/",
	} {
		r := httptest.NewRequest("GET", "/", nil)
		r.Host, r.RemoteAddr = "call.example.org", from
		r.Header.Set("X-Forwarded-Proto", "http")
		if w := record(h, r); w.Header().Get("Location") != want {
			t.Errorf("from %s: %d %q, want %q", from, w.Code, w.Header().Get("Location"), want)
		}
	}
}

func TestListensOn443(t *testing.T) {
	for address, want := range map[string]bool{":443": true, "[::]:443": true, "192.0.2.7:443": true, ":8443": false, ":80": false} {
		if got := listensOn443([]string{":9001", address}); got != want {
			t.Errorf("%s: %v", address, got)
		}
	}
}

// The rule stands in front of the routes: what is reached there works.
func TestPlainHTTPBesideTLS(t *testing.T) {
	for _, c := range []struct {
		target       string
		on, plainOff int
	}{
		{"/", 308, 308},
		{"/room/x", 308, 308},
		{"/none", 308, 308},
		{"/example/", 200, 308},
		{"/example/client.js", 200, 308},
		{"/api/ice", 200, 308},
		{"/api/turn", 200, 308},
		{"/healthz", 200, 200},
	} {
		for plainOff, want := range map[bool]int{false: c.on, true: c.plainOff} {
			h, err := newHandler(config.HTTP{PlainOff: plainOff}, Parts{Signaling: upgradeSeen, ICE: listICE{}, TLS: true}, quietLog())
			if err != nil {
				t.Fatal(err)
			}
			w := ask(h, "GET", c.target)
			if w.Code != want || w.Header().Get("Content-Security-Policy") == "" {
				t.Errorf("%s, plain off %v: %d", c.target, plainOff, w.Code)
			}
		}
	}
}
