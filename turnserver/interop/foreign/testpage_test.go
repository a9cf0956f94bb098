//go:build foreign

package foreign

import (
	"encoding/json"
	"testing"
	"time"
)

// TestTestPage: what the page at /test finds out in Firefox, which tells other things of
// a STUN or TURN server than Chromium does. What else it does is tested in web/e2e.
func TestTestPage(t *testing.T) {
	s := start(t)
	task, err := json.Marshal(map[string]string{"page": s.page, "browser": "firefox"})
	must(t, err)
	out, complaints, code := run(t, 2*time.Minute, "node", "testpage.mjs", string(task))
	if code != 0 {
		t.Fatalf("testpage.mjs: exit code %d (without the browser or node_modules .ci/install-interop helps)\n%s", code, end(complaints))
	}
	var report struct {
		Checks []struct{ Check, Verdict, Code string }
	}
	must(t, json.Unmarshal([]byte(out), &report))
	t.Log(out)
	for _, c := range report.Checks {
		overTLS := c.Check == "turn-tls" || c.Check == "relay-tls" // is not offered to a page without it
		if c.Verdict == "fault" || c.Verdict == "skipped" && !overTLS {
			t.Errorf("%s: %s", c.Check, c.Code)
		}
	}
	if len(report.Checks) == 0 {
		t.Error("the report is empty")
	}
	for _, transport := range []string{"udp", "tcp"} {
		wantMoved(t, s.visits(), transport, loopBytes)
	}
}

// loopBytes is what a loop of the page moves at least, on a machine that is busy.
const loopBytes = 100_000
