//go:build page

package e2e

import (
	"strings"
	"testing"
	"time"
)

// answering is what the person says when the browser asks for camera and microphone.
func answering(yes bool) setting {
	return func(p *page) {
		p.t.Helper()
		p.must(p.tab.permit(strings.TrimSuffix(p.server.page, "/"), yes))
	}
}

// TestPagePermissionDenied: who says no is told how to say yes, and once he does, one
// button joins.
func TestPagePermissionDenied(t *testing.T) { inEach(t, permissionDenied) }

func permissionDenied(t *testing.T, s *scene) {
	p := s.in(world{asks: true}).openPage("anna", "room/denied", answering(false))
	p.click("join")
	p.waitNotice("denied")
	p.mustRead("notice-title", "The camera and the microphone are blocked")
	p.waitFor("document.activeElement.id === 'notice-title'") // for those who listen
	p.photograph()

	answering(true)(p)
	p.pressAction("try-again")
	p.waitState("Waiting for the other person")
	p.waitFor("document.getElementById('local').videoWidth > 0 && document.getElementById('notice').hidden")
}

// TestPageWithoutCamera: who has no camera is told, may join all the same, and sees
// and hears the other one.
func TestPageWithoutCamera(t *testing.T) { inEach(t, withoutCamera) }

func withoutCamera(t *testing.T, s *scene) {
	usual := s.browser
	anna := s.in(world{noCamera: true}).openPage("anna", "room/no-camera")
	anna.click("join")
	anna.waitNotice("missing-camera")
	anna.photograph()
	anna.pressAction("join-without")
	anna.waitState("Waiting for the other person")
	anna.waitFor("document.querySelector('#controls [data-toggle=camera]').disabled")

	s.browser = usual
	ben := s.openPage("ben", "room/no-camera")
	ben.click("join")
	mustBeInACall(anna)
	ben.waitState("You are in a call.")
	ben.mustRead("nobody-text", "The other person has no camera.")
	ben.photograph()

	ben.click("leave") // and once more with the one who has no camera answering
	anna.click("leave")
	ben.click("join")
	ben.waitState("Waiting for the other person")
	anna.click("join")
	anna.pressAction("join-without")
	mustBeInACall(anna)
	ben.waitState("You are in a call.")
	ben.mustBehave()
}

// stageFault has getUserMedia throw an error from now on, while the machine has these
// devices, such as 'videoinput'.
func stageFault(p *page, fault, devices string) {
	p.t.Helper()
	evaluate[bool](p, `navigator.mediaDevices.getUserMedia = async () => { throw new DOMException('staged', '`+fault+`'); },
		navigator.mediaDevices.enumerateDevices = async () => [`+devices+`].map((kind) => ({ kind })), true`)
}

// TestPageDeviceFaults: each error of getUserMedia has its message. Browsers raise
// most of them only with real devices, so here they are staged.
func TestPageDeviceFaults(t *testing.T) {
	p := newScene(t, shared).openPage("anna", "room/device-faults", unaskedCamera)
	for _, c := range []struct{ fault, devices, notice string }{
		{"NotAllowedError", "", "denied"},
		{"NotFoundError", "", "missing"},
		{"NotReadableError", "", "busy"},
		{"OverconstrainedError", "'audioinput', 'audiooutput'", "missing-camera"},
		{"AbortError", "", "busy"},
		{"NotFoundError", "'videoinput'", "missing-microphone"},
		{"InvalidStateError", "", "broken"},
	} {
		stageFault(p, c.fault, c.devices)
		p.click("join")
		p.waitNotice(c.notice)
	}
	p.mustRead("notice-text", "The browser says: InvalidStateError: staged")
}

// TestPageInsecure: over plain http from another machine there is no camera. The page
// says so at once, says what to do, and lets people watch and listen.
func TestPageInsecure(t *testing.T) {
	plain, err := startServerOn("127.0.0.1:0", "127.0.0.1:0", "--tls-mode", "off")
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := plain.stop(); err != nil {
			t.Error(err)
		}
	}()
	port := plain.host[strings.LastIndex(plain.host, ":"):]
	s := newScene(t, plain)
	p := s.openPage("anna", "", phone)
	p.goTo("http://" + insecureHost + port + "/room/insecure")
	p.waitNotice("insecure")
	for _, words := range []string{
		"from http://" + insecureHost + port + ".",
		"open http://localhost" + port + "/room/insecure",
		"enter http://" + insecureHost + port + ",",
	} {
		p.waitFor("document.getElementById('notice').textContent.includes('" + words + "')")
	}
	p.photograph()
	p.pressAction("join-without")
	p.waitState("Waiting for the other person")
	ben := s.openPage("ben", "room/insecure")
	ben.click("join")
	mustBeInACall(p)

	// navigator.clipboard is missing here: text is marked and copied the old way.
	evaluate[bool](p, "addEventListener('copy', () => { window.copied = getSelection().toString(); }), true")
	p.click("more-open")
	p.click("copy")
	p.waitFor("copied === location.href && document.querySelector('#copy span').textContent === 'Link copied'")
	evaluate[bool](p, "document.execCommand = () => false, true")
	p.click("copy")
	p.waitNotice("uncopied")
	p.waitFor("document.getElementById('notice-text').textContent.endsWith(location.href)")
}

// TestPageCallSlowCamera: the page reaches the server while the person is being asked,
// and only who has said yes is in the room.
func TestPageCallSlowCamera(t *testing.T) {
	s := newScene(t, shared)
	anna, ben := s.openPage("anna", "room/slow-camera"), s.openPage("ben", "room/slow-camera", unaskedCamera)
	anna.click("join")
	anna.waitState("Waiting for the other person")
	ben.run(`const open = navigator.mediaDevices.getUserMedia;
		navigator.mediaDevices.getUserMedia = (wish) => new Promise((resolve, reject) => {
			window.answer = (yes) => yes ? resolve(open(wish)) : reject(new DOMException('staged', 'NotAllowedError'));
		})`)
	ben.click("join")
	ben.waitFor("heard.includes('welcome') && 'answer' in window")
	ben.click("join") // impatient people get one answer
	anna.mustStay("connections.length === 0", 300*time.Millisecond)
	ben.run("answer(false)")
	ben.waitNotice("denied")
	ben.waitFor("sockets.length === 1 && sockets[0].readyState === WebSocket.CLOSED")
	ben.run("delete window.answer")
	ben.pressAction("try-again")
	ben.waitFor("heard.filter((cmd) => cmd === 'welcome').length === 2 && 'answer' in window")
	ben.run("answer(true)")
	mustBeInACall(anna, ben)
	ben.waitFor("sockets.length === 2")
	ben.mustBehave()
}
