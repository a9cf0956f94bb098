package e2e

import (
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

// TestPageReload: a call comes back by itself when one side reloads its page, and a
// microphone that was off stays off.
func TestPageReload(t *testing.T) {
	anna, ben := newScene(t, shared).pageCall("room/page-reload")
	ben.do(chromedp.Click(chromedp.CSS("#controls [data-toggle=microphone]")))
	ben.do(chromedp.Reload())
	ben.waitState("You are in a call.")
	ben.mustSeeMovingVideo()
	ben.waitFor("document.querySelector('#controls [data-toggle=microphone]').ariaPressed === 'true'")
	ben.waitFor("document.getElementById('local').srcObject.getAudioTracks()[0].enabled === false")
	anna.waitState("You are in a call.")

	anna.do(chromedp.Reload()) // and the one who waited first
	mustBeInACall(anna)
	ben.waitState("You are in a call.")
	ben.mustSeeMovingVideo()
	anna.mustBehave()
}

// TestPageRoomFull: the third person is told, the two others go on undisturbed.
func TestPageRoomFull(t *testing.T) {
	s := newScene(t, shared)
	anna, ben := s.pageCall("room/page-full")
	carl := s.openPage("carl", "room/page-full")
	carl.click("join")
	carl.waitNotice("room-full")
	carl.mustRead("notice-text", "Every seat in the room “page-full” is taken.")
	carl.waitFor("document.getElementById('local').srcObject === null")
	mustBeInACall(anna, ben)

	ben.click("leave")
	anna.waitState("The other person left.")
	carl.pressAction("try-again")
	mustBeInACall(carl, anna)
}

// TestPageTakenOver: a tab whose seat another tab took says so and does not fight.
func TestPageTakenOver(t *testing.T) {
	s := newScene(t, shared)
	anna, ben := s.pageCall("room/page-taken")
	stored := evaluate[string](anna, "JSON.stringify(sessionStorage)")
	copied := s.openPage("anna-again", "room/page-taken", func(p *page) {
		p.before("for (const [key, value] of Object.entries(JSON.parse(" + quote(stored) + "))) sessionStorage.setItem(key, value);")
	})
	copied.mustStay("document.body.dataset.view === 'lobby' && sockets.length === 0", 500*time.Millisecond) // nobody asked it to join
	copied.click("join")
	mustBeInACall(copied, ben)

	anna.waitNotice("taken-over")
	anna.waitFor("document.getElementById('local').srcObject === null && session.call === null")
	anna.photograph()
	anna.mustStay("sockets.length === 1 && !document.getElementById('notice').hidden", 2500*time.Millisecond) // a retry comes within 1.5 s
	mustBeInACall(copied, ben)

	anna.pressAction("use-here")
	copied.waitNotice("taken-over")
	mustBeInACall(anna, ben)
}
