//go:build foreign

package foreign

import (
	"encoding/json"
	"strings"
	"testing"
	"time"
)

// browse has pages of two browsers reach each other, over UDP and then over TCP, and
// wants both to have gone through the relay. Browsers of two kinds make a call, too.
func browse(t *testing.T, from, to string) {
	t.Helper()
	s := start(t)
	calls := from != to
	task, err := json.Marshal(map[string]any{"page": s.page, "from": from, "to": to, "sizes": sizes(), "calls": calls})
	must(t, err)
	out, complaints, code := run(t, 4*time.Minute, "node", "browsers.mjs", string(task))
	t.Log(strings.TrimSpace(out))
	if code != 0 || strings.Count(out, "there and back") != 2 || calls && strings.Count(out, "a call") != 2 {
		t.Errorf("browsers.mjs: exit code %d (without the browsers or node_modules .ci/install-interop helps)\n%s", code, end(complaints))
	}
	for _, transport := range []string{"udp", "tcp"} {
		wantMoved(t, s.visits(), transport, 2*channelBytes)
	}
}
