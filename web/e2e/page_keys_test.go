//go:build page

package e2e

import "testing"

// TestPageKeys: keys do what the buttons do, except in a field, and only as long as
// the person wants them.
func TestPageKeys(t *testing.T) { inEach(t, pageKeys) }

func pageKeys(_ *testing.T, s *scene) {
	p := s.openPage("anna", s.room("keys"), stageAllWindows)
	p.click("join")
	p.waitState("Waiting for the other person")
	microphone, camera := "document.querySelector('#controls [data-toggle=microphone]').ariaPressed", "document.querySelector('#controls [data-toggle=camera]').ariaPressed"
	p.press("m")
	p.waitFor(microphone + " === 'true'")
	p.press("m")
	p.waitFor(microphone + " === 'false'")
	p.press("v")
	p.waitFor(camera + " === 'true'")
	p.press("v")
	p.waitFor(camera + " === 'false' && document.getElementById('local').videoWidth > 0")
	p.press("f")
	p.waitFor("windows.full !== null")

	p.focus("link") // where letters are letters
	p.press("m", "v", "f")
	p.focus("leave")
	p.press("l") // leaving wants both keys
	p.waitFor(microphone + " === 'false' && " + camera + " === 'false' && windows.full !== null && document.body.dataset.view === 'call'")

	p.press("?")
	p.waitFor("document.getElementById('dialog').open && document.querySelectorAll('#dialog kbd').length > 6")
	p.photographAs("keys")
	p.press("m")
	p.click("keys-on")
	p.press(keyEscape)
	p.waitFor("!document.getElementById('dialog').open && document.activeElement.id === 'leave'") // where it was
	p.press("m")
	p.waitFor(microphone + " === 'false'")
	p.choose("keys-open")
	p.click("keys-on")
	p.click("dialog-close")
	p.focus("more-open")
	p.press("m")
	p.waitFor(microphone + " === 'true'")
	p.press("L")
	p.waitState("You left the room.")
	p.mustBehave()
}

// TestPageEscape: Escape closes what was opened last, and the focus is where it was.
func TestPageEscape(t *testing.T) { inEach(t, pageEscape) }

func pageEscape(_ *testing.T, s *scene) {
	p := s.openPage("anna", s.room("escape"))
	p.focus("lobby-link")
	p.press(keyEnter)
	p.waitFor("document.getElementById('dialog').open")
	p.press(keyEscape)
	p.waitFor("!document.getElementById('dialog').open && document.activeElement.id === 'lobby-link'")
	p.click("join")
	p.waitState("Waiting for the other person")
	p.focus("more-open")
	p.press(keyEnter)
	p.waitFor("!document.getElementById('more').hidden && document.getElementById('more-open').ariaExpanded === 'true'")
	p.press(keyTab)
	p.waitFor("document.activeElement.id === 'copy'")
	p.press(keyEscape)
	p.waitFor("document.getElementById('more').hidden && document.activeElement.id === 'more-open'")
	p.press(keyEnter)
	for range 3 {
		p.press(keyTab)
	}
	p.waitFor("document.activeElement.id === 'devices-open'")
	p.press(keyEnter)
	p.waitFor("document.getElementById('dialog').open && document.getElementById('pick-camera').checkVisibility()")
	p.press(keyEscape)
	p.waitFor("!document.getElementById('dialog').open && document.activeElement.id === 'more-open'")
	p.mustBehave()
}

// TestPageStill: who wants nothing to move gets nothing that moves.
func TestPageStill(t *testing.T) { inEach(t, pageStill) }

func pageStill(_ *testing.T, s *scene) {
	p := s.openPage("anna", s.room("still"))
	p.click("join")
	p.waitState("Waiting for the other person")
	const moving = "document.getAnimations().length"
	p.waitFor(moving + " > 0")
	p.must(p.tab.prefer("prefers-reduced-motion", "reduce"))
	p.waitFor(moving + " === 0")
}
