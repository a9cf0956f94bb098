package signaling

import (
	"strconv"
	"sync/atomic"

	"github.com/gorilla/websocket"
)

// closings counts how sockets ended, by close code: words of a fixed list, since a
// client may send any code.
type closings struct {
	counts [len(closeWords)]atomic.Uint64
}

var closeWords = [...]string{"1000", "1001", "1002", "1005", "1008", "1009", broken, other}

// Ends without one of the listed codes.
const (
	broken = "none"  // the connection ended without a word
	other  = "other" // a client's own code
)

func (c *closings) count(end ending) {
	word := wordOf(end)
	for i, w := range closeWords {
		if w == word {
			c.counts[i].Add(1)
			return
		}
	}
	c.counts[len(closeWords)-1].Add(1)
}

// wordOf is the code, whether it is listed or not.
func wordOf(end ending) string {
	switch {
	case end.last != "": // the library's own answer to a breach of the protocol
		return strconv.Itoa(websocket.CloseProtocolError)
	case end.code == 0:
		return broken
	default:
		return strconv.Itoa(end.code)
	}
}

func (c *closings) read() map[string]uint64 {
	m := make(map[string]uint64, len(closeWords))
	for i, w := range closeWords {
		m[w] = c.counts[i].Load()
	}
	return m
}
