package config

import (
	"strings"
	"testing"
)

// TestOriginFlag: the flag can be pasted into a shell, or is not offered.
func TestOriginFlag(t *testing.T) {
	for origin, want := range map[string]string{
		"https://app.example.org":                "--http-origins https://app.example.org",
		"http://192.0.2.1:8080":                  "--http-origins http://192.0.2.1:8080",
		"http://[2001:db8::1]:8080":              "--http-origins 'http://[2001:db8::1]:8080'",
		"capacitor://localhost":                  "--http-origins capacitor://localhost",
		"chrome-extension://abcdefghij":          "--http-origins chrome-extension://abcdefghij",
		"null":                                   "--http-origins null",
		"":                                       "",
		"https://a.example;reboot":               "",
		"https://$(reboot).example":              "",
		"https://a.example --log-level=error":    "",
		"https://a'b.example":                    "",
		"--help":                                 "",
		"*":                                      "",
		"https://a.example\x1b[2K":               "",
		"https://" + strings.Repeat("a", 500):    "",
		"https://例え.example":                     "",
		"https://a.example/path?query=1":         "",
		"https://a.example/path":                 "",
		"a.example":                              "",
		"https://a.example;curl$IFS-s|sh":        "",
		"https://a.example\nlevel=INFO msg=fine": "",
	} {
		if got := OriginFlag(origin); got != want {
			t.Errorf("%.40q: %q, want %q", origin, got, want)
		}
	}
}
