//go:build foreign

package foreign

import "testing"

// TestChromium: two pages of Chromium. What else it does is tested in web/e2e.
func TestChromium(t *testing.T) { browse(t, "chromium", "chromium") }
