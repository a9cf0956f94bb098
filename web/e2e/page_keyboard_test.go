//go:build page

package e2e

import (
	"strings"
	"testing"
)

// where names the focused element, and tells whether the focus is seen.
const where = `((e) => {
  const name = e.id || e.dataset.toggle || e.dataset.action || e.tagName;
  const seen = e.matches(':focus-visible') && getComputedStyle(e).outlineStyle === 'solid' && e.checkVisibility();
  return seen ? name : name + ' (unseen)';
})(document.activeElement)`

// mustTour presses Tab and holds where it leads. It ends before the browser's own
// buttons: Firefox marks nothing in the page after them.
func (p *page) mustTour(want string) {
	p.t.Helper()
	var stops []string
	for range strings.Fields(want) {
		p.press(keyTab)
		stops = append(stops, evaluate[string](p, where))
	}
	if got := strings.Join(stops, " "); got != want {
		p.fatalf("Tab leads over %s; want %s", got, want)
	}
}

// TestPageKeyboard: everything can be reached with the keyboard, in the order in which
// it is read, and the focus can be seen.
func TestPageKeyboard(t *testing.T) { inEach(t, pageKeyboard) }

func pageKeyboard(_ *testing.T, s *scene) {
	p := s.openPage("anna", "", unaskedCamera)
	p.mustTour("brand language preview-start microphone camera room new-name join lobby-link test")
	p.focus("room")
	p.press(keyBackspace, "x", keyEnter)
	p.waitState("Waiting for the other person")
	if got := evaluate[string](p, where); got != "microphone" {
		p.fatalf("in the call the focus is on %s", got)
	}
	p.press(" ")
	p.waitFor("document.activeElement.ariaPressed === 'true' && !document.getElementById('local').srcObject.getAudioTracks()[0].enabled")
	p.press(keyTab, " ")
	p.waitFor("document.activeElement.ariaPressed === 'true' && document.getElementById('local').hidden")
	p.press(" ")
	p.waitFor("document.activeElement.ariaPressed === 'false' && !document.getElementById('local').hidden")

	p.mustTour("share chat-open more-open leave")
	p.focus("brand")
	p.mustTour("language link invite-copy invite-qr microphone camera share chat-open more-open leave")
	p.focus("leave")
	p.press(keyEnter)
	p.waitState("You left the room.")
	if got := evaluate[string](p, where); got != "join" {
		p.fatalf("after the call the focus is on %s", got)
	}
}

// TestPageTellsListeners: what is seen is also said: each control has a name, and the
// state is announced.
func TestPageTellsListeners(t *testing.T) { inEach(t, pageTellsListeners) }

func pageTellsListeners(t *testing.T, s *scene) {
	anna := s.openPage("anna", s.room("listeners"))
	anna.click("join")
	anna.waitState("Waiting for the other person")
	nameless := evaluate[[]string](anna, `[...document.querySelectorAll('button, input:not([hidden]), video, a')]
		.filter((e) => !(e.ariaLabel || e.textContent.trim() || e.labels?.length)).map((e) => e.outerHTML)`)
	if len(nameless) > 0 {
		anna.fatalf("without a name: %s", strings.Join(nameless, "\n"))
	}
	small := evaluate[[]string](anna, `[...document.querySelectorAll('button')].filter((e) => e.checkVisibility())
		.filter((e) => e.offsetWidth < 44 || e.offsetHeight < 44).map((e) => e.id)`)
	if len(small) > 0 {
		anna.fatalf("too small for a finger: %s", strings.Join(small, " "))
	}
	anna.waitFor("document.getElementById('state').getAttribute('role') === 'status'")
}
