//go:build foreign

package foreign

import (
	"fmt"
	"strconv"
	"testing"
)

// TestTshark: Wireshark reads along while foreign clients use the server, and finds
// nothing wrong with any answer: every message is whole, every attribute as long as
// it says, every FINGERPRINT right, every request answered.
func TestTshark(t *testing.T) {
	s := start(t, "--turn-peers-allow", "127.0.0.0/8")
	c := startCapture(t, s.turn)
	useEverything(t, s)
	counted := count(t, c.stop())
	for kind, least := range wanted {
		if counted[kind] < least {
			t.Errorf("%d messages of type %s, want %d", counted[kind], kind, least)
		}
	}
	t.Logf("what the server sent, by STUN message type: %v", counted)
}

// wanted are the messages that the server has to have sent, by STUN's message type,
// and how many at least: that nothing is wrong with none would say little.
var wanted = map[string]int{
	"0x0101":     1,  // Binding success
	"0x0103":     30, // Allocate success
	"0x0113":     30, // Allocate error: 401, 420
	"0x0104":     30, // Refresh success
	"0x0108":     30, // CreatePermission success
	"0x0118":     1,  // CreatePermission error: 403
	"0x0109":     30, // ChannelBind success
	"0x0119":     1,  // ChannelBind error: 400
	"0x0017":     30, // Data indication
	channelData:  200,
	fingerprints: 100,
}

// What is counted beside STUN's message types.
const (
	channelData  = "ChannelData"
	fingerprints = "FINGERPRINT"
)

// useEverything has clients ask for all there is: TURN by every method with success
// and with failure, data by channels and by indications, Binding.
func useEverything(t *testing.T, s *server) {
	t.Helper()
	peer := fmt.Sprintf("-e 127.0.0.1 -r %d", startPeer(t))
	var rows []row
	for _, flags := range []string{"", "-s", "-X", "-G", "-D", "-l 1400"} {
		rows = append(rows, everyWay(s.turn, flags+" "+peer, everythingBack)...)
	}
	rows = append(rows, everyWay(s.turn, "-N "+peer, refused("channel bind: error 400"))...)
	rows = append(rows, everyWay(s.turn, "-y -g", refused("error 420"))...)
	rows = append(rows, everyWay(s.turn, "-s -e 169.254.1.1 -r 9", refused("error 403"))...)
	runAll(t, rows)
	for _, transport := range []string{"udp", "tcp"} {
		ice := s.iceServers(transport)
		runAioice(t, s, transport, ice[0].Username, ice[0].Credential)
		connect(t, channelEnd{"wrtc", ice}, channelEnd{"wrtc", ice})
	}
	out, complaints, code := run(t, rowLimit, "turnutils_stunclient", "-p", strconv.Itoa(int(s.turn.Port())), s.turn.Addr().String())
	if code != 0 {
		t.Errorf("turnutils_stunclient: exit code %d\n%s%s", code, out, complaints)
	}
}

// wantsAnswer: a request of this type has to be answered. Binding is left out, since
// the clients' own checks, which the relay carries, may get lost; and Refresh over
// TCP, since clients end by one and close the connection behind it.
func (p packet) wantsAnswer(kind string) bool {
	switch kind {
	case "0x0003", "0x0008", "0x0009":
		return true
	case "0x0004":
		return !p.tcp
	}
	return false
}

// count tells how many messages of each type the server sent, and reports what is
// wrong with them.
func count(t *testing.T, packets []packet) map[string]int {
	t.Helper()
	counted, asked, answered := map[string]int{}, map[string]bool{}, map[string]bool{}
	for _, p := range packets {
		if p.ours && p.fault != "" {
			t.Errorf("tshark on a packet of the server: %s", p.fault)
		}
		for i, kind := range p.kinds {
			switch {
			case p.ours:
				counted[kind]++
				answered[p.ids[i]] = true
			case p.wantsAnswer(kind):
				asked[p.ids[i]] = true
			}
		}
		if p.ours {
			counted[channelData] += p.channels
			counted[fingerprints] += p.fingerprints
		}
	}
	for id := range asked {
		if !answered[id] {
			t.Errorf("no answer to the request %s", id)
		}
	}
	t.Logf("%d packets, %d requests", len(packets), len(asked))
	return counted
}
