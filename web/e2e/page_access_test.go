//go:build page

package e2e

import (
	"os/exec"
	"strings"
	"testing"
)

// TestPagePIN: who makes a room can give it a PIN, and then nobody gets in without.
func TestPagePIN(t *testing.T) { inEach(t, pagePIN) }

func pagePIN(t *testing.T, s *scene) {
	s.server = startPrivate(t, "--rooms-pins", "on")
	anna := s.openPage("anna", "room/page-pin")
	anna.click("join")
	anna.typeInto("lock-pin", "4711")
	anna.waitFor("document.getElementById('lock-state').textContent.includes('4711')")
	anna.photographAs("pin-1-set")

	ben := s.openPage("ben", "room/page-pin")
	ben.click("join")
	ben.mustRead("pin-fault", "This room has a PIN. Ask those in it.")
	ben.waitFor("document.activeElement.id === 'pin' && document.getElementById('local').srcObject === null")
	ben.photographAs("pin-2-asked")
	ben.typeInto("pin", "4712")
	ben.mustRead("pin-fault", "This PIN does not open the room. If the room has none, leave this empty.")
	ben.waitFor("document.activeElement.id === 'pin' && document.activeElement.ariaInvalid === 'true'")
	ben.photographAs("pin-3-wrong")
	ben.typeInto("pin", "4711")
	mustBeInACall(anna, ben)

	ben.reload() // which asks nobody again
	mustBeInACall(ben, anna)
	anna.click("leave") // nor does coming back, of the one who chose it
	ben.waitState("The other person left.")
	anna.click("join")
	mustBeInACall(anna, ben)
	for _, p := range s.pages {
		p.mustBehave()
	}
}

// invitation is what zerortc invite prints for a room of the server.
func invitation(t *testing.T, s *server, room string, flags ...string) string {
	t.Helper()
	cmd := exec.Command(program, append([]string{"invite", room, "--url", strings.TrimSuffix(s.page, "/"), "--state-dir", s.state, "--rooms-access", "invite"}, flags...)...)
	link, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(string(link))
}

// TestPageInvite: the link lets in, and nothing else does. The invite is not to be
// seen in the address, outlives a reload, and goes on with the link that people copy.
func TestPageInvite(t *testing.T) { inEach(t, pageInvite) }

func pageInvite(t *testing.T, s *scene) {
	server := startPrivate(t, "--rooms-access", "invite")
	s.server = server
	link := invitation(t, server, "page-invite")

	carl := s.openPage("carl", "room/page-invite")
	carl.click("join")
	carl.waitNotice("uninvited")
	carl.photographAs("invite-1-uninvited")

	anna := s.openPage("anna", "")
	anna.openAt(link)
	anna.waitFor("location.href.endsWith('/room/page-invite')")
	anna.click("join")
	anna.waitState("Waiting for the other person")
	anna.waitFor("document.getElementById('link').value === " + quote(link))
	anna.reload()
	anna.waitState("Waiting for the other person")

	ben := s.openPage("ben", "")
	ben.openAt(invitation(t, server, "page-invite", "--uid", "ben"))
	ben.click("join")
	mustBeInACall(anna, ben)
	ben.waitFor("document.getElementById('link').value.endsWith('/room/page-invite')") // his own is not for others
	if log := server.log.String(); strings.Contains(log, "page-invite") || strings.Contains(log, "eyJ") {
		t.Errorf("the log tells room or invite:\n%s", log)
	}

	other := invitation(t, server, "another-room")
	carl.openAt(strings.Replace(other, "another-room", "page-invite", 1)) // the same page, so only the # changes
	carl.click("join")
	carl.waitNotice("uninvited")
	for _, p := range []*page{anna, ben} {
		p.mustBehave()
	}
}
