//go:build page

package e2e

import (
	"strings"
	"testing"
)

// screens are those on which somebody should look at the page.
var screens = []struct {
	name string
	size setting
}{
	{"desktop", desktop},
	{"tablet", func(p *page) {
		p.t.Helper()
		p.must(p.tab.resize(820, 1180, true))
	}},
	{"phone", phone},
}

// fillRoom seats two people in a room over bare sockets.
const fillRoom = `(room) => Promise.all(['a', 'b'].map((uid) => new Promise((done) => {
  const socket = new WebSocket('ws://' + location.host + '/ws');
  socket.onopen = () => socket.send(JSON.stringify({ cmd: 'join', roomId: room, uid }));
  socket.onmessage = () => done(true); // each hears of the other
}))).then(() => true)`

// TestPagePictures leaves pictures of each state on each screen, in both themes and
// both languages, for people to look at, and holds what a program can see: nothing is
// wider than the screen.
func TestPagePictures(t *testing.T) {
	ben := newScene(t, shared).openPage("ben", "")
	for _, screen := range screens {
		t.Run(screen.name, func(t *testing.T) {
			room := "room/" + screen.name
			anna := newScene(t, shared).openPage("anna", "", screen.size, unaskedCamera)
			anna.photographLooks("1-lobby")
			anna.goTo(shared.page + room)
			anna.click("preview-start")
			anna.waitFor("document.getElementById('preview').videoWidth > 0 && document.getElementById('pick-camera').checkVisibility()")
			anna.photographLooks("2-invited")
			anna.click("join")
			anna.waitFor("document.body.dataset.state === 'waiting' && document.getElementById('local').videoWidth > 0")
			anna.photographLooks("3-waiting")
			ben.goTo(shared.page + room)
			ben.click("join")
			anna.waitFor("document.body.dataset.state === 'in-call'")
			anna.mustSeeMovingVideo()
			anna.clickOn("#controls [data-toggle=microphone]")
			anna.photographLooks("4-call")
			anna.click("more-open")
			anna.photographLooks("5-drawer")
			for _, dialog := range []string{"devices", "qr", "keys"} {
				anna.run("document.getElementById('" + dialog + "-open').click()")
				anna.waitFor("document.getElementById('dialog').open")
				anna.photographLooks("6-" + dialog)
				anna.click("dialog-close")
			}
			ben.clickOn("#controls [data-toggle=camera]")
			anna.waitFor("!document.getElementById('nobody').hidden")
			anna.clickOn(".dots")
			anna.waitFor("document.getElementById('panel').checkVisibility()")
			anna.photographLooks("7-panel")
			ben.clickOn("#controls [data-toggle=camera]")
			ben.click("leave")
			anna.waitFor("document.body.dataset.state === 'other-left'")
			anna.photographLooks("8-left")
			anna.click("leave")
			evaluate[bool](ben, "("+fillRoom+")("+quote(screen.name)+")")
			anna.click("join")
			anna.waitNotice("room-full")
			anna.photographLooks("9-room-full")
			stageFault(anna, "NotAllowedError", "")
			anna.pressAction("try-again")
			anna.waitNotice("denied")
			anna.photographLooks("10-denied")
		})
	}
}

// photographLooks is photographAs in both themes and both languages.
func (p *page) photographLooks(state string) {
	p.t.Helper()
	for _, theme := range themes {
		theme.set(p)
		for range 2 {
			p.run("document.getElementById('language').click()")
			p.run(settle)
			p.photographAs(state + "-" + theme.name + "-" + evaluate[string](p, "document.documentElement.lang"))
		}
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
