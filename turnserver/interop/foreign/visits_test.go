//go:build foreign

package foreign

import (
	"encoding/json"
	"strings"
	"testing"
)

// visit is an allocation that has ended, as the server's log tells of it.
type visit struct {
	Message   string `json:"msg"`
	Transport string `json:"transport"`
	User      string `json:"user"`
	ToPeers   int    `json:"bytes-to-peers"`
	FromPeers int    `json:"bytes-from-peers"`
}

// visits ends the server, so that the last allocation has ended too, and returns
// all there were.
func (s *server) visits() (all []visit) {
	s.t.Helper()
	s.stop()
	for line := range strings.Lines(s.log.String()) {
		var v visit
		if err := json.Unmarshal([]byte(line), &v); err != nil {
			s.t.Errorf("the log has a line that is not JSON: %s", line)
		} else if v.Message == "allocation closed" {
			all = append(all, v)
		}
	}
	return all
}

// wantRelayed: every allocation was asked for over the transport and by the user,
// and they moved the bytes of both ends both ways.
func wantRelayed(t *testing.T, s *server, transport, user string, bytes int) {
	t.Helper()
	for _, v := range s.visits() {
		if v.Transport != transport || v.User != user {
			t.Errorf("an allocation over %s of %q, want %s and %q", v.Transport, v.User, transport, user)
		}
	}
	wantMoved(t, s.visits(), transport, 2*bytes)
}

// wantMoved: the allocations of a transport moved the bytes each way. It is their
// sum that counts, since a client may have one for each interface and send by the
// one and receive by the other.
func wantMoved(t *testing.T, visits []visit, transport string, bytes int) {
	t.Helper()
	to, from := 0, 0
	for _, v := range visits {
		if v.Transport == transport {
			to += v.ToPeers
			from += v.FromPeers
		}
	}
	if to < bytes || from < bytes {
		t.Errorf("allocations over %s moved %d bytes to peers and %d from them, want %d: %+v", transport, to, from, bytes, visits)
	}
}
