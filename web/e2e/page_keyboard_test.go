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

// tour presses Tab until the focus comes by the same element again.
func (p *page) tour() string {
	p.t.Helper()
	var stops []string
	for range 20 {
		p.press(keyTab)
		stop := evaluate[string](p, where)
		if strings.HasPrefix(stop, "BODY") { // the browser's own buttons come next
			continue
		}
		if len(stops) > 0 && stop == stops[0] {
			break
		}
		stops = append(stops, stop)
	}
	return strings.Join(stops, " ")
}

// TestPageKeyboard: everything can be reached with the keyboard, in the order in which
// it is read, and the focus can be seen.
func TestPageKeyboard(t *testing.T) {
	s := newScene(t, shared)
	p := s.openPage("anna", "", unaskedCamera)
	want := "brand language preview-start microphone camera room new-name join lobby-link test"
	if got := p.tour(); got != want {
		p.fatalf("before the call Tab leads over %s; want %s", got, want)
	}
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

	want = "share more-open leave brand language link invite-copy invite-qr microphone camera"
	if got := p.tour(); got != want {
		p.fatalf("in the call Tab leads over %s; want %s", got, want)
	}
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
	nameless := evaluate[[]string](anna, `[...document.querySelectorAll('button, input, video, a')]
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
