//go:build foreign

package foreign

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"
)

// channelEnd is one end of a data channel, as datachannel.mjs reads it.
type channelEnd struct {
	Library    string      `json:"library"`
	ICEServers []iceServer `json:"iceServers"`
}

// sizes of the messages that go through a data channel and come back: small ones,
// a large one, and a burst.
func sizes() []int {
	return append([]int{1, 4, 5, 101, 1200, 16000}, slices.Repeat([]int{1200}, 50)...)
}

// channelBytes is what each end has sent at least when they are through.
const channelBytes = 50 * 1200

// wantChannel makes a data channel between two ends of a library, over the
// transport, with a user of each sort.
func wantChannel(t *testing.T, library, transport string) {
	t.Run(transport+" static user", func(t *testing.T) {
		s := start(t)
		end := channelEnd{library, static(s.iceServers(transport))}
		connect(t, end, end)
		wantRelayed(t, s, transport, staticUser, channelBytes)
	})
	t.Run(transport+" user with an end", func(t *testing.T) {
		s := start(t)
		end := channelEnd{library, s.iceServers(transport)}
		connect(t, end, end)
		wantRelayed(t, s, transport, end.ICEServers[0].Username, channelBytes)
	})
}

// connect runs datachannel.mjs.
func connect(t *testing.T, from, to channelEnd) {
	t.Helper()
	task, err := json.Marshal(map[string]any{"from": from, "to": to, "sizes": sizes()})
	must(t, err)
	began := time.Now()
	out, complaints, code := run(t, 2*time.Minute, "node", "datachannel.mjs", string(task))
	if code != 0 {
		t.Fatalf("datachannel.mjs: exit code %d (without node_modules .ci/install-interop helps)\n%s%s", code, out, end(complaints))
	}
	t.Logf("%s in %s", strings.TrimSpace(out), time.Since(began).Round(time.Millisecond))
}
