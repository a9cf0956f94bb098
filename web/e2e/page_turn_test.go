//go:build page

package e2e

import (
	"net"
	"testing"
)

// turnHost is another address of loopback, for a server that does nothing but relay.
const turnHost = "127.0.0.2"

// TestPageTURNKilled: the TURN server behind a call is killed, without a goodbye, while
// the signaling server lives. Once it is back the call is, too, nobody touching anything.
func TestPageTURNKilled(t *testing.T) { inEach(t, turnKilled) }

func turnKilled(t *testing.T, s *scene) {
	secret := []string{"--turn-secrets", "a secret that both of them know"}
	s.server = startPrivate(t, append(secret, "--ice-host", turnHost)...)
	_, port, err := net.SplitHostPort(s.server.turn)
	if err != nil {
		t.Fatal(err)
	}
	turn := turnHost + ":" + port
	relay, err := startServerOn(turnHost+":0", turn, secret...)
	if err != nil {
		t.Fatal(err)
	}
	anna, ben := s.pageCall("room/turn-killed?policy=relay")
	relay.kill()
	for _, p := range s.pages {
		p.waitFor("document.body.dataset.state !== 'in-call'")
	}
	anna.photograph()
	startAt(t, turnHost+":0", turn, secret...)
	mustBeInACall(anna, ben)
	for _, p := range s.pages {
		p.waitMedia("the relay", func(m media) bool { return m.Local == "relay" && m.Remote == "relay" })
	}
}
