package e2e

import (
	"testing"
)

// TestCall makes a call each way media can take.
func TestCall(t *testing.T) {
	for _, c := range []struct {
		name, query   string
		relay         bool
		relayProtocol string
	}{
		{"relay-over-udp", "&policy=relay&transport=udp", true, "udp"},
		{"relay-over-tcp", "&policy=relay&transport=tcp", true, "tcp"},
		{"direct", "", false, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			anna, ben := newScene(t, shared).call("room=" + c.name + c.query)
			for _, p := range []*page{anna, ben} {
				// At first the way may be another one: checks go on after the first success.
				p.waitMedia("the way "+c.name, func(m media) bool {
					return (m.Local == "relay") == c.relay && (m.Remote == "relay") == c.relay && m.RelayProtocol == c.relayProtocol
				})
				p.photograph()
				p.mustNotComplain()
			}
		})
	}
}

// TestLeave: the other side is told at once and the one who left can come back.
func TestLeave(t *testing.T) {
	anna, ben := newScene(t, shared).call("room=leave")
	ben.click("leave")
	ben.waitState("You left the room.")
	anna.waitState("The other side left.")
	anna.waitFor("session.call === null && document.getElementById('remote').srcObject === null")
	ben.waitFor("session === null && document.getElementById('local').srcObject === null")
	anna.photograph()
	ben.photograph()

	ben.run("document.getElementById('room').value = 'leave'")
	ben.click("join")
	mustBeInACall(ben, anna)
}

// TestReload: a call comes back by itself when one side reloads its page.
func TestReload(t *testing.T) {
	anna, ben := newScene(t, shared).call("room=reload")
	ben.reload()
	mustBeInACall(ben, anna)
	ben.photograph()

	anna.reload() // and the one who waited first
	mustBeInACall(anna, ben)
}

// TestRoomFull: the third person is told, the two others go on undisturbed.
func TestRoomFull(t *testing.T) {
	s := newScene(t, shared)
	anna, ben := s.call("room=full")
	carl := s.openExample("carl", "room=full")
	carl.waitState("Room “full” is full")
	carl.waitFor("document.getElementById('local').srcObject === null")
	carl.photograph()
	mustBeInACall(anna, ben)

	ben.click("leave")
	ben.waitState("You left the room.")
	carl.run("document.getElementById('room').value = 'full'")
	carl.click("join")
	mustBeInACall(carl, anna)
}
