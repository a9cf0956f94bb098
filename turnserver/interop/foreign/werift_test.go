//go:build foreign

package foreign

import "testing"

// TestWerift: WebRTC in TypeScript.
func TestWerift(t *testing.T) {
	wantChannel(t, "werift", "udp")
	wantChannel(t, "werift", "tcp")
}
