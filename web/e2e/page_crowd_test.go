//go:build page

package e2e

import (
	"strconv"
	"testing"
)

// seeAll waits until so many others are seen and each picture moves.
func (p *page) seeAll(others int) {
	p.t.Helper()
	p.waitFor("document.getElementById('tiles').dataset.people === '" + strconv.Itoa(others+1) + "'")
	p.waitFor(`(() => {
		const videos = [...document.querySelectorAll('.tile:not([hidden]) video')];
		const shown = videos.map((v) => v.hidden ? 0 : ` + framesShown + `(v));
		window.shown ??= shown;
		if (window.shown.length !== shown.length) window.shown = shown;
		return shown.length === ` + strconv.Itoa(others) + ` && shown.every((n, i) => n > window.shown[i] + 5);
	})()`)
	evaluate[bool](p, "delete window.shown")
}

// TestPageThree: three people in a room for three. Each sees both others; one whose
// socket breaks, or who leaves, does not disturb the other two; a fourth finds no seat.
func TestPageThree(t *testing.T) { inEach(t, pageThree) }

func pageThree(t *testing.T, s *scene) {
	s.server = startPrivate(t, "--rooms-capacity", "3")
	l := newLine(t, s.server.host)
	anna := s.openPage("anna", "room/page-three")
	anna.click("join")
	anna.waitState("Waiting for the other person")
	ben := s.openPage("ben", "room/page-three")
	ben.click("join")
	mustBeInACall(anna, ben)
	carl := s.openOver(l, "carl", "room/page-three")
	carl.click("join")
	for _, p := range s.pages {
		p.seeAll(2)
		p.waitState("You are in a call.")
		p.photograph()
	}
	dora := s.openPage("dora", "room/page-three")
	dora.click("join")
	dora.waitNotice("room-full")

	l.cut()
	for _, p := range []*page{anna, ben} {
		p.waitFor("[...document.querySelectorAll('.caption')].filter((c) => c.textContent === 'Has lost the server').length === 1")
	}
	anna.photographAs("three-away")
	l.mend()
	evaluate[bool](carl, "dispatchEvent(new Event('online'))")
	for _, p := range []*page{anna, ben, carl} {
		p.waitFor("[...document.querySelectorAll('.caption')].every((c) => c.textContent === '')")
		p.seeAll(2)
		p.waitFor("connections.length === 2 && !heard.includes('peer-leave')")
	}

	ben.click("leave")
	anna.seeAll(1)
	carl.seeAll(1)
	for _, p := range []*page{anna, carl} {
		p.waitState("You are in a call.")
	}
	dora.pressAction("try-again")
	for _, p := range []*page{anna, carl, dora} {
		p.seeAll(2)
	}
	if offences := evaluate[[]string](anna, "offences"); len(offences) > 0 {
		anna.fatalf("%q", offences)
	}
}
