package signaling

import (
	"testing"

	"github.com/gorilla/websocket"
)

// Every end counts once, under a word of the list, whatever code a client sends.
func TestClosingsAreCounted(t *testing.T) {
	var c closings
	for _, end := range []ending{
		{}, noPong.end(), tooBig.end(), stopping.end(), {code: websocket.CloseNormalClosure, bye: true},
		{code: websocket.CloseNoStatusReceived}, {last: "\x88\x02\x03\xea"}, {code: 4999}, {code: 3000}, {code: -1},
	} {
		c.count(end)
	}
	got := c.read()
	for word, want := range map[string]uint64{"none": 1, "1000": 1, "1001": 1, "1002": 1, "1005": 1, "1008": 1, "1009": 1, "other": 3} {
		if got[word] != want {
			t.Errorf("%s: %d, want %d", word, got[word], want)
		}
	}
	if len(got) != len(closeWords) {
		t.Errorf("counted %v", got)
	}
}

// Sockets that came in are counted, and how they went.
func TestSocketsAreCounted(t *testing.T) {
	server, url := start(t, DefaultLimits())
	for range 3 {
		connect(t, "a", url).conn.Close()
	}
	eventually(t, "all have gone", func() bool {
		s := server.Stats()
		var closed uint64
		for _, n := range s.Closed {
			closed += n
		}
		return s.Opened == 3 && closed == 3 && s.Sockets == 0
	})
}
