//go:build foreign

package foreign

import "testing"

// TestFirefox: two pages of Firefox.
func TestFirefox(t *testing.T) { browse(t, "firefox", "firefox") }

// TestFirefoxWithChromium: Firefox makes the data channel's offer; in the call it is
// who came first.
func TestFirefoxWithChromium(t *testing.T) { browse(t, "firefox", "chromium") }
