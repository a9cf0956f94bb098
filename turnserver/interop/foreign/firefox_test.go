//go:build foreign

package foreign

import "testing"

// TestFirefox: two pages of Firefox.
func TestFirefox(t *testing.T) { browse(t, "firefox", "firefox") }

// TestFirefoxWithChromium: one of each, with a call between them. Firefox makes the
// offer, there too, since it comes first.
func TestFirefoxWithChromium(t *testing.T) { browse(t, "firefox", "chromium") }
