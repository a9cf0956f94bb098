//go:build page

package e2e

import "testing"

// TestPageTalkPictures leaves pictures of chat and files in each look for people to look
// at, and holds that nothing is wider than the screen, and no button too small.
func TestPageTalkPictures(t *testing.T) {
	s := newScene(t, shared)
	ben := s.openPage("ben", "", talker)
	tablet := looks[0]
	tablet.name, tablet.settings = "tablet-light-en", []setting{func(p *page) { p.resize(820, 1180) }}
	for _, look := range append(looks[:len(looks):len(looks)], tablet) {
		t.Run(look.name, func(t *testing.T) {
			room := "room/talk-" + look.name
			anna := newScene(t, shared).openPage("anna", room+"?"+look.query, append(look.settings, talker)...)
			anna.click("join")
			ben.goTo(shared.page + room)
			ben.click("join")
			anna.waitFor("document.body.dataset.state === 'in-call' && channels[0].readyState === 'open'")
			ben.openChat()
			ben.say("Here is the plan: https://example.org/plans/2026/autumn")
			anna.waitFor("document.getElementById('unread').textContent.startsWith('1 ')")
			anna.photographTalk("1-unread")
			anna.click("chat-open")
			anna.focus("chat-text")
			anna.press("谢谢 – I will read it tonight, and tell you tomorrow.")
			anna.click("chat-send")
			anna.run("choose(makeFile('notes.txt', 2048))")
			ben.clickOn(yes)
			ben.run("choose(makeFile('A rather long name of a photograph of the sea, taken in the evening.jpeg', 4.2e6), sized('film.mkv', 4e9))")
			anna.waitFor("texts('.actions:not([hidden])').length === 1 && texts('.leg').length === 3")
			anna.photographTalk("2-open")
			small := evaluate[[]string](anna, `[...document.querySelectorAll('#chat button, #chat a[download]')].filter((e) => e.checkVisibility())
				.filter((e) => e.offsetWidth < 44 || e.offsetHeight < 44).map((e) => e.textContent)`)
			if len(small) > 0 {
				anna.fatalf("too small for a finger: %q", small)
			}
			anna.click("chat-close")
			anna.waitFor("!document.getElementById('stage').inert && document.activeElement.id === 'chat-open'")
		})
	}
}

// photographTalk is photographAs, beside the pictures of the rest of the page.
func (p *page) photographTalk(state string) {
	p.t.Helper()
	p.photographAs("talk-" + state)
}
