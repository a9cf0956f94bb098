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
