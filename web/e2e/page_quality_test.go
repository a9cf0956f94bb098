//go:build page

package e2e

import (
	"strings"
	"testing"
)

// TestPageQuality: three dots tell how the connection is, and behind them are the
// figures, of the way that media really takes.
func TestPageQuality(t *testing.T) {
	for _, c := range []struct{ name, query, way, transport string }{
		{"direct", "", "direct", "UDP"},
		{"relay", "?policy=relay&transport=tcp", "relay", "TCP"},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := newScene(t, shared)
			anna, _ := s.pageCall("room/quality-" + c.name + c.query)
			anna.waitFor("document.querySelector('.dots:not([hidden])')?.dataset.level")
			anna.clickOn(".dots")
			figure := func(name string) string { return "document.querySelector('[data-figure=" + name + "]').textContent" }
			anna.waitFor(figure("way") + ".startsWith('" + c.way + "')")
			anna.waitFor(figure("transport") + " === '" + c.transport + "'")
			anna.waitFor("parseInt(" + figure("rate") + ") > 0 && /\\d ms/.test(" + figure("rtt") + ") && /\\d ms/.test(" + figure("jitter") + ")")
			anna.waitFor("/\\d+×\\d+ \\d+.s in/.test(" + figure("picture") + ") && /opus/.test(" + figure("codecs") + ") && /%/.test(" + figure("loss") + ")")
			anna.waitFor("document.querySelector('.graph .rate').getAttribute('points').split(' ').length > 3")
			anna.waitFor("document.activeElement.id === 'panel-title'")
			anna.photograph()
			phone(anna)
			anna.waitFor(panelIsPlaced)
			anna.photographAs("phone")
			anna.clickOn(".dots") // which it does not cover
			anna.waitFor("document.getElementById('panel').hidden")
			anna.clickOn(".dots")
			anna.waitFor("document.activeElement.id === 'panel-title'")
			anna.press("\x1b")
			anna.waitFor("document.getElementById('panel').hidden && document.activeElement.className === 'dots'")
			anna.mustBehave()
		})
	}
}

// panelIsPlaced: the panel is on the screen, between what else there is to press.
const panelIsPlaced = `(() => {
	const [panel, dots, controls] = ['#panel', '.dots', '#controls button'].map((name) => document.querySelector(name).getBoundingClientRect());
	return panel.left >= 0 && panel.right <= innerWidth && panel.top >= dots.bottom && panel.bottom <= controls.top;
})()`

// toldOfCalls has a page note what it tells the server.
func toldOfCalls(p *page) {
	p.t.Helper()
	p.before(`window.told = []; navigator.sendBeacon = (url, body) => { body.text().then((text) => told.push(url + ' ' + text)); return true; };`)
}

// TestPageTells: when a call is over, the page tells how it went, once.
func TestPageTells(t *testing.T) {
	anna, ben := newScene(t, shared).pageCall("room/page-tells?policy=relay&transport=udp", toldOfCalls)
	anna.waitFor("document.querySelector('.dots:not([hidden])')")
	ben.click("leave")
	anna.waitState("The other person left.")
	anna.waitFor("told.length === 1")
	anna.click("leave")
	anna.waitState("You left the room.")
	got := evaluate[string](anna, "told.join()")
	if !strings.HasPrefix(got, `/api/report {"outcome":"connected","verdict":"ok","pair":"relay","transport":"udp","connectMs":`) {
		t.Errorf("told %s", got)
	}
}

// TestPageVerdict: each way for a call to fail has its own words, and the report tells
// the same without an address, a room or a password.
func TestPageVerdict(t *testing.T) {
	spoilt := func(change string) setting {
		return func(p *page) {
			p.t.Helper()
			toldOfCalls(p)
			p.before(`{
				const spoil = (config) => ({ ...config, iceServers: config.iceServers.map((server) => { server = { ...server }; ` + change + `; return server; }) });
				const Real = window.RTCPeerConnection;
				window.RTCPeerConnection = class extends Real {
					constructor(config) { super(spoil(config)); }
					setConfiguration(config) { super.setConfiguration(spoil(config)); }
				};
				// Patience ends once there is nothing more to learn, or nobody has answered for long.
				const later = setTimeout;
				const answered = () => connections.find((pc) => pc.remoteDescription);
				const patience = (f) => later(function look(left) {
					if (answered()) left--;
					if (left <= 0 || answered()?.iceGatheringState === 'complete') f();
					else later(look, 100, left);
				}, 100, 80);
				window.setTimeout = (f, ms, ...rest) => ms === 30000 ? patience(f) : later(f, ms, ...rest);
			}`)
		}
	}
	for _, c := range []struct{ name, change, verdict string }{
		{"password", "if (server.credential) server.credential = 'wrong'", "credential-refused"},
		{"dead", "server.urls = server.urls.map((url) => url.replace(/:\\d+(?=\\?|$)/, ':" + deadPort(t) + "'))", "relay-unreachable"},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := newScene(t, shared)
			path := "room/verdict-" + c.name + "?policy=relay"
			anna := s.openPage("anna", path, spoilt(c.change))
			anna.click("join")
			anna.waitState("Waiting for the other person")
			ben := s.openPage("ben", path)
			ben.click("join")
			anna.waitNotice("failed")
			anna.waitFor("told.length > 0")
			anna.photograph()
			anna.mustHaveNoBarriersInAnyTheme("failed")
			light(anna)
			if got := evaluate[string](anna, "told.join()"); !strings.Contains(got, `"outcome":"failed","verdict":"`+c.verdict+`"`) {
				anna.fatalf("told %s", got)
			}
			evaluate[bool](anna, "Object.defineProperty(navigator, 'clipboard', { value: { writeText: async (text) => { window.copied = text; } } }), true")
			anna.pressAction("copy-report")
			anna.waitFor("window.copied && document.querySelector('[data-action=copy-report]').textContent === 'Report copied'")
			report := evaluate[string](anna, "copied")
			for _, secret := range []string{"verdict-" + c.name, "candidate:", "a=ice", "wrong"} {
				if strings.Contains(report, secret) {
					t.Errorf("the report has %q in it:\n%s", secret, report)
				}
			}
			for _, fact := range []string{`"verdict": "` + c.verdict + `"`, `"report": "zerortc-call"`, `"credential": "accepted"`} {
				if !strings.Contains(report, fact) {
					t.Errorf("the report lacks %s:\n%s", fact, report)
				}
			}
		})
	}
}
