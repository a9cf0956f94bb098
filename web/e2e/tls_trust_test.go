//go:build page

package e2e

import (
	"io"
	"net/http"
	"strings"
	"testing"
	"time"
)

func mustGet(t *testing.T, url string) []byte {
	t.Helper()
	answer, err := (&http.Client{Timeout: 10 * time.Second}).Get(url)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	if err != nil || answer.StatusCode != http.StatusOK {
		t.Fatalf("%s: %s, %v", url, answer.Status, err)
	}
	return body
}

// watchTrustPage notes what must never happen.
const watchTrustPage = `window.offences = [];
  addEventListener('securitypolicyviolation', (e) => offences.push('policy: ' + e.violatedDirective + ' ' + e.blockedURI));
  addEventListener('error', (e) => offences.push('error: ' + e.message));
  addEventListener('unhandledrejection', (e) => offences.push('error: ' + e.reason));`

// openTrust shows the trust page at base and waits until it knows what this device
// thinks of the server.
func (s *scene) openTrust(base, query string, settings ...setting) *page {
	s.t.Helper()
	p := s.open("anna", "about:blank")
	p.before(watchTrustPage)
	for _, set := range settings {
		set(p)
	}
	p.goTo(base + "trust" + query)
	p.waitFor("(document.getElementById('verdict')?.dataset.verdict ?? 'checking') !== 'checking' && document.getElementById('authority').textContent !== ''")
	return p
}

func (p *page) mustFind(verdict, words string) {
	p.t.Helper()
	p.waitFor("document.getElementById('verdict').dataset.verdict === " + quote(verdict))
	p.mustRead("verdict-title", words)
	if offences := evaluate[[]string](p, "offences"); len(offences) > 0 {
		p.fatalf("%s", strings.Join(offences, "\n"))
	}
}

// linkToPage is where the page's link to https leads; empty: there is none.
const linkToPage = "(document.getElementById('open').checkVisibility() ? document.getElementById('open').href : '')"

// trustIsSeen: the page tells a device that trusts the server so, came it by http or
// https.
func (o *onePort) trustIsSeen(s *scene) {
	p := s.openTrust(o.plain, "?lang=en")
	p.mustFind("trusted", "This device trusts the server")
	p.waitFor("location.protocol === 'http:' && " + linkToPage + " === " + quote(o.secure))
	s.openTrust(o.secure, "?lang=zh").mustFind("trusted", "这台设备信任本服务器")
}

// distrustIsSeen: the page tells a device that does not trust the server so, and what
// to do. The same page, name and certificate as in trustIsSeen: the CA is all.
func (o *onePort) distrustIsSeen(s *scene) {
	p := s.openTrust(o.plain, "?lang=en")
	p.mustFind("untrusted", "This device does not trust the server yet")
	p.mustRead("open", "Open it with the warning")

	// The fingerprint is that of the CA, whose name is in the steps.
	if shown := evaluate[string](p, "document.getElementById('fingerprint').textContent"); shown != o.fingerprint() {
		p.fatalf("the page shows %s, the CA has %s", shown, o.fingerprint())
	}
	p.waitFor("['ios-trust', 'macos-trust', 'limits-back'].every((id) => /zerortc CA .+/.test(document.getElementById(id).textContent))")
	p.waitFor("document.getElementById('qr').naturalWidth > 0")
	p.mustRead("address", o.plain+"trust")

	// Whoever comes back from the settings of the device is told at once.
	evaluate[bool](p, "window.fetch = async () => new Response(), window.WebSocket = class { constructor() { setTimeout(() => this.onopen()); } close() {} }, true")
	evaluate[bool](p, "document.dispatchEvent(new Event('visibilitychange'))")
	p.mustFind("trusted", "This device trusts the server")
}

// uncoveredIsSeen: at an address that the certificate is not for nothing can be
// trusted, and the page names what helps.
func (o *onePort) uncoveredIsSeen(s *scene) {
	p := s.openTrust(o.foreign, "?lang=en")
	p.mustFind("uncovered", "Browsers will warn at this address, whatever this device trusts")
	p.waitFor("['verdict-text', 'verdict-more'].every((id) => document.getElementById(id).textContent.includes(location.hostname))")
	p.waitFor("document.getElementById('verdict-more').textContent.includes('tls.permit')")
	p.mustRead("open", "Open it with the warning")
	s.openTrust(o.foreign, "?lang=zh").mustFind("uncovered", "在这个地址，无论设备信任什么，浏览器都会警告")
}

// TestTrustProbeFaults: what a device may find besides.
func TestTrustProbeFaults(t *testing.T) {
	s := newScene(t, shared)
	p := s.openTrust(shared.page, "?lang=en")
	p.mustFind("untrusted", "This device does not trust the server yet")
	p.waitFor("document.getElementById('qr').hidden && !document.getElementById('next-local').hidden") // 127.0.0.1 is nobody else's
	for _, c := range []struct{ staged, verdict, words string }{
		{"window.fetch = async () => new Response(), window.WebSocket = class { constructor() { setTimeout(() => this.onerror()); } close() {} }",
			"half", "Almost: the page opens, but calls would not connect"},
		{"window.fetch = async () => { throw new TypeError('staged'); }", "gone", "The server does not answer"},
	} {
		evaluate[bool](p, c.staged+", true")
		p.click("again")
		p.mustFind(c.verdict, c.words)
		p.waitFor(linkToPage + " === ''")
	}
}

// TestTrustSystems: whose steps come first.
func TestTrustSystems(t *testing.T) {
	p := newScene(t, shared).openTrust(shared.page, "?lang=en")
	for _, c := range []struct {
		agent  string
		touch  string
		system string
	}{
		{"Mozilla/5.0 (Linux; Android 15; Pixel 9) AppleWebKit/537.36 Chrome/140.0.0.0 Mobile Safari/537.36", "5", "android"},
		{"Mozilla/5.0 (Android 15; Mobile; rv:140.0) Gecko/140.0 Firefox/140.0", "5", "android"},
		{"Mozilla/5.0 (Phone; OpenHarmony 5.0) AppleWebKit/537.36 Chrome/114.0.0.0 Safari/537.36 ArkWeb/4.1.6.1 Mobile", "5", "android"},
		{"Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 Version/18.5 Mobile/15E148 Safari/604.1", "5", "ios"},
		{"Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 Version/18.5 Safari/605.1.15", "5", "ios"}, // an iPad
		{"Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 Version/18.5 Safari/605.1.15", "0", "macos"},
		{"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/140.0.0.0 Safari/537.36 Edg/140.0.0.0", "0", "windows"},
		{"Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0", "0", "windows"},
		{"Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "0", "firefox"},
		{"Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/140.0.0.0 Safari/537.36", "0", "linux"},
		{"", "0", "linux"},
	} {
		got := evaluate[string](p, "import('/trust/system.js').then((m) => m.systemOf("+quote(c.agent)+", "+c.touch+"))")
		if got != c.system {
			t.Errorf("%s with %s fingers: %s, want %s", c.agent, c.touch, got, c.system)
		}
	}
	p.waitFor("document.querySelector('#systems details').dataset.system === 'linux' && document.querySelectorAll('details[open]').length === 1")
	p.waitFor("[...document.querySelectorAll('.here')].filter((e) => e.checkVisibility()).length === 1")
}

// TestTrustKeyboard: everything can be reached with the keyboard, and the focus is seen.
func TestTrustKeyboard(t *testing.T) {
	p := newScene(t, shared).openTrust(shared.page, "?lang=en")
	p.waitFor("!document.getElementById('again').disabled")
	evaluate[bool](p, `document.querySelectorAll('summary, #systems a, .files a').forEach((e) => { e.id ||= e.textContent.split(' ')[0].replace('this', '') }), true`)
	p.mustTour("language open again Linux: zerortc-ca.pem Android iPhone Windows Mac Firefox zerortc-ca.crt zerortc-ca.pem zerortc-ca.mobileconfig")
	nameless := evaluate[[]string](p, `[...document.querySelectorAll('button, a, summary, img')]
		.filter((e) => e.checkVisibility() && !(e.ariaLabel || e.textContent.trim())).map((e) => e.outerHTML)`)
	if len(nameless) > 0 {
		p.fatalf("without a name: %s", strings.Join(nameless, "\n"))
	}
	p.click("language")
	p.waitFor("document.documentElement.lang === 'zh-CN' && location.search === ''")
	p.waitFor("!/[a-z]{4,} [a-z]{4,}/.test(document.getElementById('systems').innerText.replace(/certutil .*/g, ''))") // no English sentence is left
}
