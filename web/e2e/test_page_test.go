//go:build page

package e2e

import (
	"strings"
	"testing"
	"time"
)

// TestTestPageAllIsWell: every check is green against a server that is well, but for
// TLS, which a page without it is not offered.
func TestTestPageAllIsWell(t *testing.T) {
	began := time.Now()
	p := newScene(t, shared).openTest(shared.page, "?lang=en")
	r := p.test("start")
	p.mustSay(r, "works|works-but", "secure-context ok", "camera ok", "microphone ok", "websocket ok|classic", "ice ok", "clock ok",
		"stun same-address", "turn-udp ok", "turn-tcp ok", "relay-udp "+anyFigures, "relay-tcp "+anyFigures)
	p.waitFor("document.getElementById('verdict-title').textContent.startsWith('Calls will work')")
	if r.Report != "zerortc-test" || r.Format != 1 || r.Server == "" || r.Page+"/" != shared.page || len(r.URLs) != 3 ||
		!strings.Contains(r.UserAgent, "Chrom") || r.Began.Before(began.Add(-time.Second)) || r.Ended.Before(r.Began) || len(r.Checks) != 13 {
		p.fatalf("%+v", r)
	}
	for _, c := range r.Checks {
		if strings.HasPrefix(c.Check, "relay-") && c.Code != "no-turn" && (c.Facts["mbps"] == 0.0 || c.Facts["mbps"].(float64) > 8 || c.Facts["rttMs"] == 0.0) {
			p.fatalf("figures that cannot be: %+v", c)
		}
	}
	p.mustNotComplain()
	p.photograph()

	p.click("off")
	p.waitFor("!document.getElementById('devices').checkVisibility()")
	p.click("language")
	p.waitFor("!/[a-z]{4,} [a-z]{4,}/.test(document.querySelector('main').innerText.replace(document.getElementById('report-json').innerText, ''))") // no English sentence is left
	if whole := evaluate[string](p, "document.getElementById('report-json').textContent"); strings.Contains(whole, "credential") || strings.Contains(whole, "username") {
		p.fatalf("the report has a user in it: %s", whole)
	}
}

// testOverTLS: the test page of a server with one port and TLS, in a browser that trusts
// it: TURN over TLS is green as well.
func (o *onePort) testOverTLS(s *scene) {
	p := s.openTest(o.secure, "?lang=en")
	p.mustSay(p.test("start-without"), "works|works-but", "secure-context ok", "websocket ok",
		"turn-udp ok", "turn-tcp ok", "turn-tls ok", "relay-udp "+anyFigures, "relay-tcp "+anyFigures, "relay-tls "+anyFigures)
}

// TestTestPageDecisions: what the findings come to, and what the answers of browsers
// mean, where a machine cannot be brought to give them.
func TestTestPageDecisions(t *testing.T) {
	p := newScene(t, shared).openTest(shared.page, "?lang=en")
	for _, c := range []struct{ changes, want string }{
		{"{}", "works"},
		{"{ 'turn-tls': 'untrusted' }", "works-but"},
		{"{ camera: 'missing' }", "works-but"},
		{"{ camera: 'denied', microphone: 'denied' }", "no-devices"},
		{"{ 'secure-context': 'insecure', camera: 'insecure', microphone: 'insecure' }", "insecure"},
		{"{ stun: 'unreachable', 'turn-udp': 'unreachable' }", "relay-only"},
		{"{ 'turn-udp': 'full', 'turn-tcp': 'full', 'turn-tls': 'full' }", "no-relay"},
		{"{ 'relay-udp': 'broke', 'relay-tcp': 'not-connected', 'relay-tls': 'not-connected' }", "no-relay"},
		{"{ stun: 'unreachable', 'relay-udp': 'broke', 'relay-tcp': 'broke', 'relay-tls': 'broke' }", "no-way"},
		{"{ stun: 'unreachable', 'turn-udp': 'unreachable', 'turn-tcp': 'unreachable', 'turn-tls': 'unreachable', camera: 'denied', microphone: 'denied' }", "no-way"},
		{"{ ice: 'proof-needed', stun: 'no-list' }", "invite"},
		{"{ ice: 'unreadable', stun: 'no-list' }", "no-list"},
		{"{ websocket: 'no-pong' }", "no-signaling"},
		{"{ stun: 'no-webrtc', 'turn-udp': 'no-webrtc', 'turn-tcp': 'no-webrtc', 'turn-tls': 'no-webrtc' }", "no-webrtc"},
		{"{ websocket: 'server-gone', ice: 'server-gone' }", "server-gone"},
		{"{ 'relay-tcp': 'server-gone' }", "server-gone"},
		{"{ camera: undefined }", ""},
	} {
		got := evaluate[string](p, `Promise.all([import('/test/verdict.js'), import('/test/findings.js')]).then(([verdict, { CHECKS }]) => {
			const codes = { ...Object.fromEntries(CHECKS.map((check) => [check, 'ok'])), ...`+c.changes+` };
			return verdict.summaryOf(new Map(CHECKS.filter((c) => codes[c]).map((check) => [check, { check, code: codes[check] }]))) ?? '';
		})`)
		if got != c.want {
			t.Errorf("%s: %s, want %s", c.changes, got, c.want)
		}
	}
	for _, c := range []struct{ module, call, want string }{
		{"judge", "m.judgeTurn('tls', at('turns'), { ...none, errors: [701] }, true).code", "untrusted"},
		{"judge", "m.judgeTurn('tls', at('turns'), { ...none, errors: [701] }, false).code", "unreachable"},
		{"judge", "m.judgeTurn('tcp', at('turn'), { ...none, errors: [701, 486] }, false).code", "full"},
		{"judge", "m.judgeTurn('udp', at('turn'), { ...none, errors: [403] }, false).code", "refused"},
		{"judge", "m.judgeTurn('udp', at('turn'), { ...none, refused: true }, false).code", "bad-url"},
		{"judge", "m.judgeTurn('udp', at('turn'), { ...none, errors: [401], found: '192.0.2.7:50000' }, false).code", "ok"},
		{"judge", "m.judgeStun(at('stun'), { ...none, found: '192.0.2.7:1' }, null).code", "ok"},
		{"judge", "m.judgeStun(at('stun'), { ...none, hosts: true }, null).code", "same-address"},
		{"judge", "m.judgeStun(at('stun'), none, null).code", "unreachable"},
		{"judge", "m.judgeStun(at('stun'), { ...none, hosts: true, ended: false }, null).code", "unreachable"},
		{"judge", "m.judgeStun(at('stun'), { ...none, hosts: true, errors: [701] }, null).code", "unreachable"},
		{"judge", "m.judgeStun(at('stun'), { ...none, hosts: true, errors: [701] }, { at: 'a:1', code: 'unauthorized' }).code", "same-address"},
		{"judge", "m.judgeStun(at('stun'), { ...none, hosts: true }, { at: 'a:1', code: 'unreachable' }).code", "unreachable"},
		{"judge", "m.judgeFigures({ mbps: 5, rttMs: 2, lossPercent: 0 })", "ok"},
		{"judge", "m.judgeFigures({ mbps: 0.4, rttMs: 900, lossPercent: 0 })", "slow"},
		{"judge", "m.judgeFigures({ mbps: 5, rttMs: 900, lossPercent: 9 })", "lossy"},
		{"ice", "m.judgeClock('Mon, 23 Nov 2026 06:00:00 GMT', Date.UTC(2026, 10, 23, 6, 10)).code", "ahead"},
		{"ice", "m.judgeClock('Mon, 23 Nov 2026 06:00:00 GMT', Date.UTC(2026, 10, 23, 5, 50)).code", "behind"},
		{"ice", "m.judgeClock('Mon, 23 Nov 2026 06:00:00 GMT', Date.UTC(2026, 10, 23, 6, 0, 1)).code", "ok"},
		{"ice", "m.judgeList('{\"iceServers\":[{\"urls\":\"turn:127.0.0.1:1\"}]}', null, '192.0.2.7').code", "nowhere"},
		{"../page/turn", "['turn:a', 'turn:a?transport=tcp', 'turns:a', 'turns:a?transport=udp', 'stun:a'].map(m.wayOf).join()", "udp,tcp,tls,,"},
		{"report", "m.shortened('192.0.2.7:50000') + m.shortened('[2001:db8:1:2::3]:50000')", "192.0.2.x[2001:db8:1:x]"},
		{"invited", "m.invitedBy('https://192.0.2.7:9001/room/red%20fox#invite=a.b.c').room", "red fox"},
		{"invited", "String(m.invitedBy('https://192.0.2.7:9001/room/red') ?? m.invitedBy('red'))", "null"},
	} {
		got := evaluate[string](p, `import('/test/`+c.module+`.js').then((m) => {
			const at = (scheme) => ({ url: scheme + ':a:1' });
			const none = { ended: true, found: null, ms: 0, hosts: false, errors: [], refused: false };
			return `+c.call+`;
		})`)
		if got != c.want {
			t.Errorf("%s: %s, want %s", c.call, got, c.want)
		}
	}
}

// TestTestPageDevices: each error of getUserMedia has its code, and devices that give
// nothing are noticed. Browsers raise most of it only with real devices, so here it is
// staged.
func TestTestPageDevices(t *testing.T) {
	p := newScene(t, shared).openTest(shared.page, "?lang=en")
	for _, c := range []struct{ fault, want string }{
		{"NotReadableError", "busy busy"},
		{"OverconstrainedError", "missing missing"},
		{"InvalidStateError", "broken broken"},
	} {
		stageFault(p, c.fault, "")
		if got := p.checkDevices("Promise.resolve('heard')"); got != c.want {
			t.Errorf("%s: %s, want %s", c.fault, got, c.want)
		}
	}
	evaluate[bool](p, "navigator.mediaDevices.getUserMedia = async () => new MediaStream(), true")
	if got := p.checkDevices("new Promise(() => {})"); got != "no-signal no-signal" {
		t.Errorf("nothing comes: %s", got)
	}
	if got := p.checkDevices("Promise.resolve('deaf')"); got != "ok opened" {
		t.Errorf("nobody may listen: %s", got)
	}
}

// checkDevices is the codes of camera and microphone, for eyes that see this.
func (p *page) checkDevices(seen string) string {
	p.t.Helper()
	return evaluate[string](p, `import('/test/devices.js').then(async ({ checkDevices }) => {
		const codes = {};
		const eyes = { picture: () => `+seen+`, sound: () => `+seen+` };
		await checkDevices(eyes, () => {}, ({ check, code }) => { codes[check] = code; });
		return codes.camera + ' ' + codes.microphone;
	})`)
}

// TestTestPageKeyboard: everything can be reached with the keyboard, in the order in
// which it is read, the focus is seen, and what is found is told to those who listen.
func TestTestPageKeyboard(t *testing.T) {
	p := newScene(t, shared).openTest(shared.page, "?lang=en", withList("list.iceServers[1].credential = 'wrong';"))
	p.mustTour("brand language start start-without")
	p.focus("start")
	p.press(keyEnter)
	p.readReport()
	p.waitFor("document.getElementById('news').getAttribute('aria-live') === 'polite' && document.getElementById('news').textContent.includes('refuses the user')")
	p.waitFor("document.getElementById('verdict-title').closest('[role=status]') !== null")
	evaluate[bool](p, "document.querySelector('summary').id = 'summary', document.querySelector('details').open = true")
	p.mustTour("start-without off copy-json copy-text summary report-json")
	nameless := evaluate[[]string](p, `[...document.querySelectorAll('button, a, summary, input, meter, video, progress')]
		.filter((e) => e.checkVisibility() && !(e.ariaLabel || e.textContent.trim() || e.labels?.length)).map((e) => e.outerHTML)`)
	if len(nameless) > 0 {
		p.fatalf("without a name: %s", strings.Join(nameless, "\n"))
	}
}
