//go:build foreign

package foreign

import (
	"strconv"
	"strings"
	"testing"
	"time"
)

// python is Debian's, which has Debian's package python3-aioice; another one in
// the PATH need not.
const python = "/usr/bin/python3"

// aioiceBytes is what each end of aioice.py sends at least: the payloads, first to
// an address and then over ICE.
const aioiceBytes = 2 * (1 + 4 + 5 + 101 + 1200)

// TestAioice: payloads of few bytes through the relay, over TCP one by one, and
// ICE where both ends have a relay only. Here the other end is a relay of this
// server, so nothing has to be allowed.
func TestAioice(t *testing.T) {
	for _, transport := range []string{"udp", "tcp"} {
		t.Run(transport+" static user", func(t *testing.T) {
			s := start(t)
			runAioice(t, s, transport, staticUser, staticPassword)
			wantRelayed(t, s, transport, staticUser, aioiceBytes)
		})
		t.Run(transport+" user with an end", func(t *testing.T) {
			s := start(t)
			ice := s.iceServers(transport)[0]
			runAioice(t, s, transport, ice.Username, ice.Credential)
			wantRelayed(t, s, transport, ice.Username, aioiceBytes)
		})
	}
}

func runAioice(t *testing.T, s *server, transport, user, password string) {
	t.Helper()
	out, complaints, code := run(t, 2*time.Minute, python, "-I", "aioice.py",
		s.turn.Addr().String(), strconv.Itoa(int(s.turn.Port())), transport, user, password)
	if code != 0 {
		t.Errorf("aioice.py: exit code %d (without python3-aioice .ci/install-interop helps)\n%s%s", code, out, end(complaints))
	}
	t.Log(strings.TrimSpace(out))
}
