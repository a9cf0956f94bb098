package web

import (
	"encoding/json"
	"strings"
	"testing"
)

func TestRoutes(t *testing.T) {
	h := testHandler(t, listICE{}, quietLog())
	for _, c := range []struct {
		method, target string
		status         int
		contentType    string
	}{
		{"GET", "/", 200, "text/html; charset=utf-8"},
		{"HEAD", "/", 200, "text/html; charset=utf-8"},
		{"POST", "/", 405, "text/plain; charset=utf-8"},
		{"GET", "/room/calm-maple-otter-482", 200, "text/html; charset=utf-8"},
		{"GET", "/room/%E6%88%BF%E9%97%B4?policy=relay", 200, "text/html; charset=utf-8"},
		{"GET", "/room/a%2Fb%2F%2Fc", 200, "text/html; charset=utf-8"},
		{"GET", "/room/%3Cimg%20src=x%3E", 200, "text/html; charset=utf-8"},
		{"POST", "/room/x", 405, "text/plain; charset=utf-8"},
		{"GET", "/room/", 302, "text/html; charset=utf-8"},
		{"GET", "/room/a/b", 404, "text/plain; charset=utf-8"},
		{"GET", "/page/page.js", 200, "text/javascript; charset=utf-8"},
		{"GET", "/page/words/zh-CN.js", 200, "text/javascript; charset=utf-8"},
		{"GET", "/page/icon.svg", 200, "image/svg+xml"},
		{"GET", "/page/none.js", 404, "text/plain; charset=utf-8"},
		{"GET", "/tsconfig.json", 404, "text/plain; charset=utf-8"},
		{"GET", "/example", 307, "text/html; charset=utf-8"},
		{"GET", "/example/", 200, "text/html; charset=utf-8"},
		{"GET", "/example/?room=x", 200, "text/html; charset=utf-8"},
		{"GET", "/example/index.html", 200, "text/html; charset=utf-8"},
		{"GET", "/example/client.js", 200, "text/javascript; charset=utf-8"},
		{"HEAD", "/example/style.css", 200, "text/css; charset=utf-8"},
		{"POST", "/example/", 405, "text/plain; charset=utf-8"},
		{"GET", "/example/none", 404, "text/plain; charset=utf-8"},
		{"GET", "/example/none/", 404, "text/plain; charset=utf-8"},
		{"GET", "/test", 200, "text/html; charset=utf-8"},
		{"GET", "/test/", 200, "text/html; charset=utf-8"},
		{"GET", "/test/test.js", 200, "text/javascript; charset=utf-8"},
		{"GET", "/test/info", 200, "application/json"},
		{"POST", "/test", 405, "text/plain; charset=utf-8"},
		{"GET", "/test/none", 404, "text/plain; charset=utf-8"},
		{"GET", "/favicon.ico", 204, ""},
		{"GET", "/healthz", 200, "text/plain; charset=utf-8"},
		{"GET", "/none", 404, "text/plain; charset=utf-8"},
		{"GET", "/ws", 418, ""}, // no upgrade, but signaling says so itself
		{"GET", "/api/ice", 200, "application/json"},
		{"HEAD", "/api/ice", 200, "application/json"},
		{"POST", "/api/ice", 200, "application/json"},
		{"PUT", "/api/ice", 405, "application/json"},
		{"GET", "/api/turn", 200, "application/json"},
		{"POST", "/api/turn", 200, "application/json"},
		{"GET", "/api/", 404, "application/json"},
		{"GET", "/api/none", 404, "application/json"},
	} {
		w := ask(h, c.method, c.target)
		if w.Code != c.status || w.Header().Get("Content-Type") != c.contentType {
			t.Errorf("%s %s: %d %q, want %d %q", c.method, c.target,
				w.Code, w.Header().Get("Content-Type"), c.status, c.contentType)
		}
	}
}

// One page for every room: nothing of the address gets into it.
func TestRoomsAreThePage(t *testing.T) {
	h := testHandler(t, listICE{}, quietLog())
	page := ask(h, "GET", "/").Body.String()
	if !strings.Contains(page, `src="/page/page.js"`) {
		t.Errorf("%.200s", page)
	}
	if got := ask(h, "GET", "/room/%3Cscript%3E").Body.String(); got != page {
		t.Errorf("%.200s", got)
	}
}

// The old server took an upgrade at any path.
func TestUpgradeReachesSignalingAtAnyPath(t *testing.T) {
	h := testHandler(t, listICE{}, quietLog())
	for _, target := range []string{"/", "/ws", "/ws/", "//ws", "/signal?x=1", "/example/", "/a/../b"} {
		if w := ask(h, "GET", target, "Connection: keep-alive, Upgrade", "Upgrade: WebSocket"); w.Code != 418 {
			t.Errorf("upgrade at %s: %d, want signaling's answer", target, w.Code)
		}
	}
	for _, headers := range [][]string{
		{"Connection: Upgrade", "Upgrade: h2c"},
		{"Upgrade: websocket"},
		{"Connection: Upgrade"},
	} {
		if w := ask(h, "GET", "/none", headers...); w.Code != 404 {
			t.Errorf("%v is no WebSocket upgrade: %d, want 404", headers, w.Code)
		}
	}
}

func TestErrorsOfTheAPIAreJSON(t *testing.T) {
	h := testHandler(t, listICE{}, quietLog())
	for _, c := range []struct{ method, target, origin, code string }{
		{"GET", "/api/none", "", "not-found"},
		{"DELETE", "/api/ice", "", "method-not-allowed"},
		{"GET", "/api/ice", "http://evil.example", "origin-not-allowed"},
		{"GET", "/api/turn?service=stun", "", "bad-service"},
		{"GET", "/api/turn?username=a:b", "", "bad-username"},
	} {
		var headers []string
		if c.origin != "" {
			headers = append(headers, "Origin: "+c.origin)
		}
		w := ask(h, c.method, c.target, headers...)
		var got struct{ Error apiError }
		if err := json.Unmarshal(w.Body.Bytes(), &got); err != nil || got.Error.Code != c.code || got.Error.Message == "" {
			t.Errorf("%s %s: %s (%v), want code %s", c.method, c.target, w.Body, err, c.code)
		}
	}
}

func TestMethodNotAllowedNamesTheAllowedOnes(t *testing.T) {
	h := testHandler(t, listICE{}, quietLog())
	for target, want := range map[string]string{"/api/ice": "GET, POST", "/api/turn": "GET, POST", "/healthz": "GET"} {
		if got := ask(h, "DELETE", target).Header().Get("Allow"); got != want {
			t.Errorf("DELETE %s: Allow %q, want %q", target, got, want)
		}
	}
}

func TestHealthz(t *testing.T) {
	w := ask(testHandler(t, listICE{}, quietLog()), "GET", "/healthz")
	if body := strings.TrimSpace(w.Body.String()); body != "ok" || w.Header().Get("Cache-Control") != "no-store" {
		t.Errorf("%q, %v", body, w.Header())
	}
}
