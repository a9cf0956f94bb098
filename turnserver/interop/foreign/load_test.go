//go:build foreign

package foreign

import (
	"strings"
	"testing"
)

// The load: four programs of fifty clients each, so many because one of them asks
// for its allocations one after the other. Each client sends 150 messages of the
// size and at the rate of a voice, to another through two relays: ten thousand
// messages a second, 30,000 in all.
const (
	loadPrograms = 4
	loadFlags    = "-y -c -m 50 -n 150 -l 172 -z 20"
	loadMessages = "tot_send_msgs=7500, tot_recv_msgs=7500"
)

// TestLoadUDP loses nothing of it, in ten seconds.
func TestLoadUDP(t *testing.T) { wantLoadCarried(t, "udp") }

// TestLoadTCP is the office behind one address whose UDP is closed: two hundred
// clients ask for the server's nonce in the same second, and none asks twice.
func TestLoadTCP(t *testing.T) { wantLoadCarried(t, "tcp") }

func wantLoadCarried(t *testing.T, transport string) {
	s := start(t)
	var rows []row
	for range loadPrograms {
		rows = append(rows, row{s.turn, transport, []string{"-u", staticUser, "-w", staticPassword}, loadFlags, wholeLoad})
	}
	runAll(t, rows)
}

func wholeLoad(out string, code int) string {
	if fault := everythingBack(out, code); fault != "" {
		return fault
	}
	if !strings.Contains(out, loadMessages) {
		return "want " + loadMessages
	}
	return ""
}
