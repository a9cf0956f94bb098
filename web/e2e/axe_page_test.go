//go:build page

package e2e

import "testing"

// themes are those a person's system can have.
var themes = []struct {
	name string
	set  setting
}{{"light", light}, {"dark", dark}}

// TestPageBarriers: axe finds nothing in what people see of the page, in either theme.
func TestPageBarriers(t *testing.T) { inEach(t, pageBarriers) }

func pageBarriers(_ *testing.T, s *scene) {
	room := s.room("barriers")
	anna := s.openPage("anna", room, unaskedCamera)
	anna.mustHaveNoBarriersInAnyTheme("lobby")
	anna.click("preview-start")
	anna.waitFor("document.getElementById('preview').videoWidth > 0")
	anna.mustHaveNoBarriersInAnyTheme("preview")
	anna.click("join")
	anna.waitState("Waiting for the other person")
	anna.mustHaveNoBarriersInAnyTheme("waiting")
	ben := s.openPage("ben", room)
	ben.click("join")
	mustBeInACall(anna)
	anna.mustHaveNoBarriersInAnyTheme("call")
	anna.clickOn(".dots")
	anna.waitFor("document.activeElement.id === 'panel-title'")
	anna.mustHaveNoBarriersInAnyTheme("panel")
	anna.press(keyEscape)
	anna.mustHaveNoBarriersInWhatOpens()
	anna.mustHaveNoBarriersInTalk(ben)
	carl := s.openPage("carl", room)
	carl.click("join")
	carl.waitNotice("room-full")
	carl.mustHaveNoBarriersInAnyTheme("room full")
	ben.click("leave")
	anna.waitState("The other person left.")
	anna.mustHaveNoBarriersInAnyTheme("left")
	stageFault(anna, "NotAllowedError", "")
	anna.click("leave")
	anna.click("join")
	anna.waitNotice("denied")
	anna.mustHaveNoBarriersInAnyTheme("denied")
}

// mustHaveNoBarriersInWhatOpens looks at the drawer and the dialogs.
func (p *page) mustHaveNoBarriersInWhatOpens() {
	p.t.Helper()
	p.click("more-open")
	p.mustHaveNoBarriersInAnyTheme("drawer")
	p.click("more-open")
	for _, dialog := range []string{"devices", "qr", "keys"} {
		p.choose(dialog + "-open")
		p.waitFor("document.getElementById('dialog').open")
		p.mustHaveNoBarriersInAnyTheme(dialog)
		p.click("dialog-close")
	}
}

// mustHaveNoBarriersInTalk has somebody say something and offer a file.
func (p *page) mustHaveNoBarriersInTalk(other *page) {
	p.t.Helper()
	p.click("chat-open")
	p.mustHaveNoBarriersInAnyTheme("chat, empty")
	other.openChat()
	other.say("Look at https://example.org/")
	other.run(`{
		const carried = new DataTransfer();
		carried.items.add(new File(['x'], 'picture.png'));
		document.body.dispatchEvent(new DragEvent('drop', { dataTransfer: carried, bubbles: true, cancelable: true }));
	}`)
	p.say("Thank you")
	p.waitFor("document.querySelector('#chat-log .file .primary')?.checkVisibility()")
	p.mustHaveNoBarriersInAnyTheme("chat")
	other.mustHaveNoBarriersInAnyTheme("chat of the one who offers")
	p.click("chat-close")
}

// mustHaveNoBarriersInAnyTheme leaves the page dark.
func (p *page) mustHaveNoBarriersInAnyTheme(state string) {
	p.t.Helper()
	for _, theme := range themes {
		theme.set(p)
		p.mustHaveNoBarriers(state + ", " + theme.name)
	}
}

// TestPageBarriersElsewhere: nor does axe in the other pages.
func TestPageBarriersElsewhere(t *testing.T) { inEach(t, pageBarriersElsewhere) }

func pageBarriersElsewhere(_ *testing.T, s *scene) {
	p := s.openTest(s.server.page, "?lang=en")
	p.mustHaveNoBarriersInAnyTheme("/test")
	p.test("start")
	p.run("document.querySelector('details').open = true")
	p.mustHaveNoBarriersInAnyTheme("/test, done")

	p = s.openTrust(s.server.page, "?lang=en")
	p.mustHaveNoBarriersInAnyTheme("/trust")
}
