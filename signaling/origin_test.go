package signaling

import (
	"bytes"
	"log/slog"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/gorilla/websocket"

	"zerortc/config"
)

// TestOrigins dials as pages and native clients do. What config.Origins allows
// is tested there; here it is asked, and obeyed.
func TestOrigins(t *testing.T) {
	server := New(config.Rooms{}, Parts{Origins: config.Origins{"https://app.example.org"}}, quiet())
	url := listen(t, server)
	for about, c := range map[string]struct {
		header http.Header
		want   int
	}{
		"a native client":  {http.Header{}, http.StatusSwitchingProtocols},
		"a page of ours":   {http.Header{"Origin": {"http://localhost:9001"}}, http.StatusSwitchingProtocols},
		"a listed page":    {http.Header{"Origin": {"https://app.example.org"}}, http.StatusSwitchingProtocols},
		"a stranger":       {http.Header{"Origin": {"https://evil.example"}}, http.StatusForbidden},
		"a file":           {http.Header{"Origin": {"null"}}, http.StatusForbidden},
		"a stranger twice": {http.Header{"Origin": {"http://localhost:9001", "https://evil.example"}}, http.StatusForbidden},
		"not an origin":    {http.Header{"Origin": {"localhost"}}, http.StatusForbidden},
	} {
		conn, response, err := websocket.DefaultDialer.Dial(url, c.header)
		if response == nil || response.StatusCode != c.want {
			t.Errorf("%s: %v, %v, want %d", about, response, err, c.want)
		}
		if conn != nil {
			conn.Close()
		}
	}
	if n := server.Stats().Refusals["bad-origin"]; n != 4 {
		t.Errorf("%d refusals counted, want 4", n)
	}
}

// TestOriginLog shows what the operator reads.
func TestOriginLog(t *testing.T) {
	var out bytes.Buffer
	url := listen(t, New(config.Rooms{}, Parts{}, slog.New(slog.NewTextHandler(&out, nil))))
	if _, _, err := websocket.DefaultDialer.Dial(url, http.Header{"Origin": {"https://app.example.org:8443"}}); err == nil {
		t.Fatal("let in")
	}
	line := out.String()
	for _, want := range []string{
		`level=WARN`, `msg="origin refused"`, `reason=bad-origin`, `origin=https://app.example.org:8443`,
		`host=127.0.0.1:`, `client=127.0.0.1:`, `allowWith="--http-origins https://app.example.org:8443"`,
	} {
		if !strings.Contains(line, want) {
			t.Errorf("the log does not say %s:\n%s", want, line)
		}
	}
}

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
		"https://a.example\nlevel=INFO msg=fine": "",
	} {
		if got := originFlag(origin); got != want {
			t.Errorf("%.40q: %q, want %q", origin, got, want)
		}
	}
}

// TestSampler: of a flood the first lines are logged, then one every six
// seconds that tells how many were not.
func TestSampler(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var out bytes.Buffer
		s := newSampler(slog.New(slog.NewTextHandler(&out, nil)))
		for range 1000 {
			s.line(slog.LevelWarn, "knock")
		}
		if n := strings.Count(out.String(), "knock"); n != 10 {
			t.Errorf("%d lines of a flood", n)
		}
		out.Reset()
		time.Sleep(6 * time.Second)
		s.line(slog.LevelWarn, "knock")
		if !strings.Contains(out.String(), "heldBack=990") {
			t.Errorf("the next line is %s", out.String())
		}
	})
}
