package web

import (
	"strings"
	"testing"
)

func TestSecurityHeadersOnEveryAnswer(t *testing.T) {
	h := testHandler(t, listICE{}, quietLog())
	want := map[string]string{
		"Permissions-Policy":         "camera=(self), microphone=(self), display-capture=(self), geolocation=()",
		"X-Content-Type-Options":     "nosniff",
		"Referrer-Policy":            "no-referrer",
		"Cross-Origin-Opener-Policy": "same-origin",
		"X-Frame-Options":            "DENY",
		"Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; " +
			"connect-src 'self' ws://192.0.2.7:9001 wss://192.0.2.7:9001; img-src 'self'; media-src 'self' blob:; " +
			"base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'",
	}
	for _, c := range []struct{ method, target, header string }{
		{"GET", "/", ""},
		{"GET", "/example/", ""},
		{"GET", "/example/client.js", ""},
		{"GET", "/example", ""},
		{"GET", "/none", ""},
		{"POST", "/example/", ""},
		{"GET", "/healthz", ""},
		{"GET", "/api/ice", ""},
		{"GET", "/api/ice", "Origin: http://evil.example"},
		{"OPTIONS", "/api/ice", ""},
		{"OPTIONS", "*", ""},
		{"GET", "/api/none", ""},
		{"GET", "/api/turn?service=x", ""},
		{"GET", "/ws", ""},
	} {
		w := ask(h, c.method, c.target, c.header)
		for name, value := range want {
			if got := w.Header().Values(name); len(got) != 1 || got[0] != value {
				t.Errorf("%s %s %s: %s is %q, want %q", c.method, c.target, c.header, name, got, value)
			}
		}
	}
}

func TestPolicyNamesTheSocketByTheHostAskedFor(t *testing.T) {
	for _, c := range []struct{ host, connect string }{
		{"192.0.2.7:9001", "'self' ws://192.0.2.7:9001 wss://192.0.2.7:9001"},
		{"calls.example", "'self' ws://calls.example wss://calls.example"},
		{"localhost:9001", "'self' ws://localhost:9001 wss://localhost:9001"},
		{"[2001:db8::1]:9001", "'self'"}, // CSP has no spelling for IPv6
		{"my_box:9001", "'self'"},
		{"", "'self'"},
		{"x; script-src *", "'self'"},
		{"x:1;script-src", "'self'"},
		{"[fe80::1%;script-src]", "'self'"},
		{"x *", "'self'"},
		{"*", "'self'"},
		{"x/y", "'self'"},
	} {
		want := "; connect-src " + c.connect + "; "
		if got := contentSecurityPolicy(c.host); !strings.Contains(got, want) {
			t.Errorf("host %q: %s, want %s", c.host, got, want)
		}
	}
}
