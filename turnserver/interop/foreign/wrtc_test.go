//go:build foreign

package foreign

import "testing"

// TestWrtc: libwebrtc outside a browser.
func TestWrtc(t *testing.T) {
	wantChannel(t, "wrtc", "udp")
	wantChannel(t, "wrtc", "tcp")
}
