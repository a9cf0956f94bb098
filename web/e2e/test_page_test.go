package e2e

import (
	"testing"
	"time"
)

// TestTestPageAllIsWell: every check is green against a server that is well, but for
// TLS, which a page without it is not offered.
func TestTestPageAllIsWell(t *testing.T) {
	began := time.Now()
	p := newScene(t, shared).openTest(shared.page, "?lang=en")
	r := p.test("start")
	p.mustSay(r, "works", "secure-context ok", "camera ok", "microphone ok", "websocket ok|classic", "ice ok", "clock ok",
		"stun same-address", "turn-udp ok", "turn-tcp ok", "relay-udp ok", "relay-tcp ok")
	p.mustRead("verdict-title", "Calls will work")
	t.Logf("%+v in %v", r.Checks, time.Since(began))
	p.photograph()
}
