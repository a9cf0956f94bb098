//go:build page

package e2e

import (
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"strings"
	"testing"
)

// TestTestPageUDPBlocked: nothing comes by UDP, as behind a firewall. Calls go through
// the relay over TCP, and the page says so.
func TestTestPageUDPBlocked(t *testing.T) {
	dead := deadPort(t)
	p := newScene(t, shared).openTest(shared.page, "?lang=en", withList(`for (const server of list.iceServers)
		server.urls = server.urls.map((url) => /tcp/.test(url) ? url : url.replace(/:\d+(?=\?|$)/, ':`+dead+`'));`))
	p.mustSay(p.test("start-without"), "relay-only", "stun unreachable", "turn-udp unreachable", "relay-udp no-turn",
		"turn-tcp ok", "relay-tcp "+anyFigures, "camera left-out", "microphone left-out")
	p.mustRead("verdict-title", "Calls will work, but only through the relay")
}

// TestTestPageUntrusted: TURN over TLS is there, and its certificate is nobody's whom
// this browser trusts.
func TestTestPageUntrusted(t *testing.T) {
	p := newScene(t, shared).openTest(shared.page, "?lang=en", withList(
		`const { urls } = list.iceServers[1]; urls.push(urls[1].replace('turn:', 'turns:'));`))
	p.mustSay(p.test("start-without"), "works-but", "turn-tls untrusted", "relay-tls no-turn", "turn-tcp ok")
	p.waitFor("document.querySelector('#check-turn-tls .follow').checkVisibility() && document.querySelector('#check-turn-tls .follow').pathname === '/trust'")
}

// TestTestPageUnauthorized: the server names a user that its relay does not know.
func TestTestPageUnauthorized(t *testing.T) {
	p := newScene(t, shared).openTest(shared.page, "?lang=en", withList("list.iceServers[1].credential = 'wrong';"))
	r := p.test("start-without")
	p.mustSay(r, "no-relay", "turn-udp unauthorized", "turn-tcp unauthorized", "relay-udp no-turn", "stun same-address")
	if whole := evaluate[string](p, "document.getElementById('report-json').textContent"); strings.Contains(whole, "wrong") {
		p.fatalf("the report has the password in it: %s", whole)
	}
}

// TestTestPageNoWay: neither UDP nor TCP gets anywhere.
func TestTestPageNoWay(t *testing.T) {
	p := newScene(t, shared).openTest(shared.page, "?lang=en", withList(`for (const server of list.iceServers)
		server.urls = server.urls.map((url) => url.replace(/:\d+(?=\?|$)/, ':`+deadPort(t)+`'));`))
	p.mustSay(p.test("start-without"), "no-way", "stun unreachable", "turn-udp unreachable", "turn-tcp unreachable")
}

// TestTestPageLists: what else a list, or its answer, may be.
func TestTestPageLists(t *testing.T) {
	for name, c := range map[string]struct{ body, code string }{
		"empty":      {"list.iceServers.length = 1", "empty"},
		"no list":    {"return { welcome: 'to the Wi-Fi' }", "unreadable"},
		"from cache": {"list.expiresAt = '2020-01-01T00:00:00Z'", "expired"},
	} {
		t.Run(name, func(t *testing.T) {
			p := newScene(t, shared).openTest(shared.page, "?lang=en", withList(c.body))
			p.mustSay(p.test("start-without"), "no-list", "ice "+c.code, "stun no-list", "turn-udp no-list", "relay-tcp no-turn")
		})
	}
}

// TestTestPageDenied: who says no to camera and microphone is told how to say yes.
func TestTestPageDenied(t *testing.T) {
	p := newScene(t, shared).in(world{asks: true}).openTest(shared.page, "?lang=en", answering(false))
	p.mustSay(p.test("start"), "no-devices", "camera denied", "microphone denied", "websocket ok", "turn-udp ok")
	p.photograph()
}

// TestTestPageWithoutCamera: no camera keeps nobody from a call.
func TestTestPageWithoutCamera(t *testing.T) {
	p := newScene(t, shared).in(world{noCamera: true}).openTest(shared.page, "?lang=en")
	p.mustSay(p.test("start"), "works-but", "camera missing", "microphone ok")
}

// TestTestPageLacking: a browser that is to make no calls, and one whose sound cannot be
// looked at, is not the operator's fault.
func TestTestPageLacking(t *testing.T) {
	p := newScene(t, shared).openTest(shared.page, "?lang=en", func(p *page) {
		p.before("delete window.RTCPeerConnection, delete window.AudioContext")
	})
	p.mustSay(p.test("start"), "no-webrtc", "stun no-webrtc", "turn-udp no-webrtc", "relay-udp no-turn", "microphone opened")
}

// TestTestPageBreaks: whatever a browser throws, the test ends and says so, and can be
// begun again.
func TestTestPageBreaks(t *testing.T) {
	p := newScene(t, shared).openTest(shared.page, "?lang=en")
	p.run("window.healthy = WebSocket, window.WebSocket = class { constructor() { throw new Error('staged'); } }")
	p.click("start")
	p.mustRead("verdict-title", "The test broke off")
	p.mustRead("verdict-text", "The browser says: Error: staged. Test again, or with another browser.")
	p.waitFor("document.getElementById('report').hidden && document.getElementById('progress').hidden")
	p.run("window.WebSocket = healthy")
	p.mustSay(p.test("start-without"), "works", "turn-udp ok")
}

// TestTestPageSocketBlocked: a proxy in between knows nothing of WebSockets.
func TestTestPageSocketBlocked(t *testing.T) {
	server, err := url.Parse(shared.page)
	if err != nil {
		t.Fatal(err)
	}
	proxy := httptest.NewServer(&httputil.ReverseProxy{Rewrite: func(r *httputil.ProxyRequest) {
		r.SetURL(server)
		r.Out.Host = r.In.Host
		r.Out.Header.Del("Upgrade")
		r.Out.Header.Del("Connection")
	}})
	t.Cleanup(proxy.Close)
	p := newScene(t, shared).openTest(proxy.URL+"/", "?lang=en")
	p.mustSay(p.test("start-without"), "no-signaling", "websocket blocked", "ice ok", "turn-udp ok")
	p.mustRead("verdict-title", "Calls will not work, because the socket does not open")
}

// TestTestPageInsecure: from another machine by http, where the server has no https.
// The list then leads to loopback, which is nowhere for that machine, and is told too.
func TestTestPageInsecure(t *testing.T) {
	plain, err := startServerOn("127.0.0.1:0", "127.0.0.1:0", "--tls-mode", "off")
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := plain.stop(); err != nil {
			t.Error(err)
		}
	}()
	base := "http://" + insecureHost + plain.host[strings.LastIndex(plain.host, ":"):] + "/"
	p := newScene(t, plain).openTest(base, "?lang=en")
	p.mustSay(p.test("start"), "insecure", "secure-context insecure", "camera insecure", "microphone insecure", "ice nowhere", "turn-udp ok")
	evaluate[bool](p, "addEventListener('copy', () => { window.copied = getSelection().toString(); }), true")
	p.click("copy-json") // without navigator.clipboard
	p.waitFor("JSON.parse(copied).summary === 'insecure'")
	p.click("copy-text")
	p.waitFor("copied.includes('fault – Secure page: The page came without https')")

	// Where there is https, the page leads there. The server itself redirects, so a page
	// that came without is staged.
	p = newScene(t, plain).openTest(base, "?lang=en", intercept("/test/info", "list.https = true"))
	p.mustSay(p.test("start-without"), "insecure", "secure-context has-https")
	p.waitFor("document.querySelector('#check-secure-context .follow').href === " + quote("https"+strings.TrimPrefix(base, "http")+"test"))
}

// TestTestPageServerStops: the server goes away in the middle of the loop.
func TestTestPageServerStops(t *testing.T) {
	s, err := startServer("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	p := newScene(t, s).openTest(s.page, "?lang=en")
	p.click("start-without")
	p.waitFor("document.getElementById('check-relay-udp').dataset.verdict === 'running'")
	if err := s.stop(); err != nil {
		t.Error(err)
	}
	p.mustSay(p.readReport(), "server-gone", "turn-udp ok", "relay-udp server-gone", "relay-tcp no-turn")

	p.mustSay(p.test("start-without"), "server-gone", "websocket server-gone", "ice server-gone", "clock unknown")
}

// TestTestPageInvite: where only the invited get the list, the page says that this is
// no fault, and goes on with an invite.
func TestTestPageInvite(t *testing.T) {
	s, err := startServerOn("127.0.0.1:0", "127.0.0.1:0", "--rooms-access", "invite")
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := s.stop(); err != nil {
			t.Error(err)
		}
	}()
	p := newScene(t, s).openTest(s.page, "?lang=en")
	if form := evaluate[bool](p, "document.getElementById('invited').checkVisibility()"); form {
		p.fatalf("the page asks for an invite before it needs one")
	}
	p.mustSay(p.test("start-without"), "invite", "websocket ok", "ice proof-needed", "clock ok", "stun no-list")
	p.waitFor("!document.querySelector('li[data-verdict=fault]')")
	p.photograph()

	p.paste(s.page + "room/red")
	p.mustRead("invite-fault", "This is not an invite link. It ends in #invite= and many letters.")
	p.paste(s.page + "room/red#invite=e30.e30.e30")
	p.mustSay(p.readReport(), "invite", "ice not-allowed")
	p.paste(invitation(t, s, "calm maple/482"))
	r := p.readReport()
	p.mustSay(r, "works|works-but", "ice ok", "turn-udp ok", "relay-tcp "+anyFigures)
	if whole := evaluate[string](p, "document.getElementById('report-json').textContent"); strings.Contains(whole, "maple") || strings.Contains(whole, "eyJ") {
		p.fatalf("the report has the room or the invite in it: %s", whole)
	}
}
