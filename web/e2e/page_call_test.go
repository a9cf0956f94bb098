package e2e

import (
	"testing"
)

// TestPageCall makes a call each way media can take.
func TestPageCall(t *testing.T) {
	for _, c := range []struct {
		name, query   string
		relay         bool
		relayProtocol string
	}{
		{"relay-over-udp", "?policy=relay&transport=udp", true, "udp"},
		{"relay-over-tcp", "?policy=relay&transport=tcp", true, "tcp"},
		{"direct", "", false, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			inEach(t, func(t *testing.T, s *scene) {
				anna, ben := s.pageCall("room/" + c.name + "-" + s.engine.name + c.query)
				for _, p := range []*page{anna, ben} {
					p.waitMedia("the way "+c.name, func(m media) bool {
						return (m.Local == "relay") == c.relay && (m.Remote == "relay") == c.relay && m.RelayProtocol == c.relayProtocol
					})
					p.photograph()
					p.mustBehave()
				}
			})
		})
	}
}

// TestPageLeave: the other side is told at once, the camera is off, and the one who
// left can come back.
func TestPageLeave(t *testing.T) {
	anna, ben := newScene(t, shared).pageCall("room/page-leave")
	ben.run("window.track = document.getElementById('local').srcObject.getTracks()[0]")
	ben.click("leave")
	ben.waitState("You left the room.")
	ben.waitFor("track.readyState === 'ended' && document.getElementById('local').srcObject === null")
	anna.waitState("The other person left.")
	anna.waitFor("document.getElementById('remote').srcObject === null")
	ben.click("join")
	mustBeInACall(ben, anna)
}
