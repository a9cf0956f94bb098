//go:build foreign

package foreign

import "testing"

// TestLibjuice: libjuice has no TURN over TCP.
func TestLibjuice(t *testing.T) {
	wantChannel(t, "libjuice", "udp")
}

// TestLibjuiceWithOthers: an end on UDP and one of another library on TCP, each
// with an allocation of its own transport, and their relays between them.
func TestLibjuiceWithOthers(t *testing.T) {
	for _, other := range []string{"wrtc", "werift"} {
		t.Run(other, func(t *testing.T) {
			s := start(t)
			connect(t, channelEnd{"libjuice", s.iceServers("udp")}, channelEnd{other, s.iceServers("tcp")})
			wantMoved(t, s.visits(), "udp", channelBytes)
			wantMoved(t, s.visits(), "tcp", channelBytes)
		})
	}
}
