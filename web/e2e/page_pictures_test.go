//go:build page

package e2e

import (
	"strings"
	"testing"
)

// looks are the screens, themes and languages in which somebody should look at the page.
var looks = []struct {
	name     string
	query    string
	settings []setting
}{
	{"desktop-light-en", "lang=en", []setting{desktop}},
	{"desktop-dark-zh", "lang=zh-CN", []setting{desktop, dark}},
	{"phone-light-zh", "lang=zh-CN", []setting{phone}},
	{"phone-dark-en", "lang=en", []setting{phone, dark}},
}

// fillRoom seats two people in a room over bare sockets.
const fillRoom = `(room) => Promise.all(['a', 'b'].map((uid) => new Promise((done) => {
  const socket = new WebSocket('ws://' + location.host + '/ws');
  socket.onopen = () => socket.send(JSON.stringify({ cmd: 'join', roomId: room, uid }));
  socket.onmessage = () => done(true); // each hears of the other
}))).then(() => true)`

// TestPagePictures leaves pictures of each state in each look for people to look at,
// and holds what a program can see: nothing is wider than the screen.
func TestPagePictures(t *testing.T) {
	ben := newScene(t, shared).openPage("ben", "")
	for _, look := range looks {
		t.Run(look.name, func(t *testing.T) {
			room := "room/" + look.name
			anna := newScene(t, shared).openPage("anna", "?"+look.query, append(look.settings, unaskedCamera)...)
			anna.photographAs("1-lobby")
			anna.goTo(shared.page + room + "?" + look.query)
			anna.click("preview-start")
			anna.waitFor("document.getElementById('preview').videoWidth > 0")
			anna.photographAs("2-invited")
			anna.click("join")
			anna.waitFor("document.body.dataset.state === 'waiting' && document.getElementById('local').videoWidth > 0")
			anna.photographAs("3-waiting")
			ben.goTo(shared.page + room)
			ben.click("join")
			anna.waitFor("document.body.dataset.state === 'in-call'")
			anna.mustSeeMovingVideo()
			anna.clickOn("#controls [data-toggle=microphone]")
			anna.photographAs("4-call")
			ben.click("leave")
			anna.waitFor("document.body.dataset.state === 'other-left'")
			anna.photographAs("5-left")
			anna.click("leave")
			evaluate[bool](ben, "("+fillRoom+")("+quote(look.name)+")")
			anna.click("join")
			anna.waitNotice("room-full")
			anna.photographAs("6-room-full")
			stageFault(anna, "NotAllowedError", "")
			anna.pressAction("try-again")
			anna.waitNotice("denied")
			anna.photographAs("7-denied")
		})
	}
}

// unaskedCamera has the browser not yet asked about the camera.
func unaskedCamera(p *page) {
	p.t.Helper()
	p.before("navigator.permissions.query = async () => ({ state: 'prompt' })")
}

// photographAs saves the picture of a state and holds that it fits the screen.
func (p *page) photographAs(state string) {
	p.t.Helper()
	if evaluate[bool](p, "document.documentElement.scrollWidth > innerWidth") {
		p.fatalf("the page is wider than the screen")
	}
	name := strings.ReplaceAll(strings.TrimPrefix(p.t.Name(), "TestPagePictures/"), "/", "-")
	p.must(p.save("page-"+name+"-"+state, false))
}
