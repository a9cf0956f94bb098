//go:build foreign

package foreign

import "testing"

// TestFirefox: two pages of Firefox.
func TestFirefox(t *testing.T) { browse(t, "firefox", "firefox") }

// TestFirefoxWithChromium: one of each, with a call between them. Firefox makes the
// offer, there too, since it comes first.
func TestFirefoxWithChromium(t *testing.T) { browse(t, "firefox", "chromium") }

// TestFirefoxOverTLS: a call of the page between two that trust the CA, over the one
// port and TLS alone.
func TestFirefoxOverTLS(t *testing.T) { callOverTLS(t, "firefox", "firefox") }

// TestFirefoxWithChromiumOverTLS: one of each.
func TestFirefoxWithChromiumOverTLS(t *testing.T) { callOverTLS(t, "firefox", "chromium") }
