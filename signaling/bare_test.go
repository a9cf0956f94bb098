package signaling

import (
	"crypto/rand"
	"strings"
	"testing"
	"time"
)

// bare is a session on a socket without a connection: what it is sent piles up in
// its outbox, for a test to look at.
type bare struct {
	*session
	s *socket
	t *testing.T
	h *hub
}

// newBare adds a classic session to a hub.
func newBare(t *testing.T, h *hub, addr string) bare { return newBareOf(t, h, addr, classic) }

func newBareOf(t *testing.T, h *hub, addr string, speaks dialect) bare {
	limits := *h.limits.Load()
	limits.CloseGrace = time.Hour // nothing is there to be cut
	who := &session{limits: &limits, speaks: speaks, history: history{all: h.waiting}}
	if addr != "" {
		who.addr = mustAddr(addr)
	}
	s := &socket{hub: h, limits: &limits, session: who, opened: time.Since(h.crowd.began)}
	s.out = &outbox{limits: &limits, all: h.waiting, busy: true} // by nobody: all frames stay
	who.socket = s
	h.crowd.add(s)
	if speaks == extended {
		who.id, who.secret = rand.Text(), rand.Text()
		h.sessions.add(who)
	}
	t.Cleanup(func() {
		if s.reaper != nil {
			s.reaper.Stop()
		}
	})
	return bare{who, s, t, h}
}

// does has the hub act on a frame of the session's.
func (b bare) does(frame string) reason {
	return b.h.receive(b.session, append(make([]byte, headRoom), frame...))
}

// gets takes out what waits: the text messages, and whether the end follows.
func (b bare) gets() (frames []string, ended bool) {
	out := b.s.out
	for {
		out.mu.Lock()
		empty := len(out.queue) == 0
		out.mu.Unlock()
		if empty {
			return frames, ended
		}
		switch frame := out.next(); {
		case isText(frame):
			frames = append(frames, payload(frame))
		case frame[0]&0x0f == 8:
			ended = true
		}
	}
}

// payload is what an encoded frame says.
func payload(frame []byte) string {
	switch frame[1] {
	case 126:
		return string(frame[4:])
	case 127:
		return string(frame[10:])
	default:
		return string(frame[2:])
	}
}

// brief leaves the cmd and the name of a frame of the server's.
func brief(frame string) string {
	words := strings.FieldsFunc(frame, func(r rune) bool { return strings.ContainsRune(`{}":,`, r) })
	if len(words) < 4 {
		return frame
	}
	return words[1] + " " + words[3]
}
