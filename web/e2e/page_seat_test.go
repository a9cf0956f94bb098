//go:build page

package e2e

import (
	"testing"
	"time"
)

// TestPageReload: a call comes back by itself when one side reloads its page, and a
// microphone that was off stays off.
func TestPageReload(t *testing.T) { inEach(t, pageReload) }

func pageReload(t *testing.T, s *scene) {
	anna, ben := s.pageCall(s.room("page-reload"))
	ben.clickOn("#controls [data-toggle=microphone]")
	ben.reload()
	ben.waitState("You are in a call.")
	ben.mustSeeMovingVideo()
	ben.waitFor("document.querySelector('#controls [data-toggle=microphone]').ariaPressed === 'true'")
	ben.waitFor("document.getElementById('local').srcObject.getAudioTracks()[0].enabled === false")
	anna.waitState("You are in a call.")

	anna.reload() // and the one who waited first
	mustBeInACall(anna)
	ben.waitState("You are in a call.")
	ben.mustSeeMovingVideo()
	anna.mustBehave()
}

// TestPageRoomFull: the third person is told, the two others go on undisturbed. Trying
// again asks for no more than the first time: there is no camera.
func TestPageRoomFull(t *testing.T) { inEach(t, pageRoomFull) }

func pageRoomFull(t *testing.T, s *scene) {
	anna, ben := s.pageCall(s.room("page-full"))
	carl := s.openPage("carl", s.room("page-full"), unaskedCamera)
	stageFault(carl, "NotFoundError", "'audioinput'")
	carl.click("join")
	carl.waitNotice("missing-camera")
	carl.pressAction("join-without")
	carl.waitNotice("room-full")
	carl.mustRead("notice-text", "Every seat in the room “page-full-"+s.engine.name+"” is taken.")
	carl.waitFor("document.getElementById('local').srcObject === null")
	mustBeInACall(anna, ben)

	ben.click("leave")
	anna.waitState("The other person left.")
	carl.pressAction("try-again")
	mustBeInACall(carl)
	anna.waitState("You are in a call.")
}

// TestPageTakenOver: a tab whose seat another tab took says so and does not fight.
func TestPageTakenOver(t *testing.T) { inEach(t, pageTakenOver) }

func pageTakenOver(t *testing.T, s *scene) {
	anna, ben := s.pageCall(s.room("page-taken"))
	stored := evaluate[string](anna, "JSON.stringify(sessionStorage)")
	copied := s.openPage("anna-again", s.room("page-taken"), func(p *page) {
		p.before("if (!sessionStorage.length) for (const [key, value] of Object.entries(JSON.parse(" + quote(stored) + "))) sessionStorage.setItem(key, value);")
	})
	const unasked = "document.body.dataset.view === 'lobby' && sockets.length === 0"
	copied.mustStay(unasked, 500*time.Millisecond) // nobody asked it to join
	copied.reload()
	copied.mustStay(unasked, 500*time.Millisecond) // nor now: it is the lobby that is reloaded
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
