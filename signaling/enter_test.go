package signaling

import (
	"errors"
	"net/netip"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/gorilla/websocket"
)

// welcomed connects with the extended dialect and hears the welcome out.
func welcomed(t *testing.T, name, url string) (c *client, welcome string) {
	t.Helper()
	dialer := websocket.Dialer{HandshakeTimeout: patience, Subprotocols: []string{Subprotocol}}
	conn, _, err := dialer.Dial(url, nil)
	if err != nil {
		t.Fatal(err)
	}
	c = attend(t, name, conn)
	return c, <-c.heard
}

// Who asks outside of the socket is let into a room by the PIN that opens it there.
func TestMayEnter(t *testing.T) {
	limits := DefaultLimits()
	limits.PINs = true
	server, url := start(t, limits)
	a, welcome := welcomed(t, "A", url)
	if !strings.Contains(welcome, `"pins":true`) || strings.Contains(welcome, `"invites"`) {
		t.Errorf("welcome %s", welcome)
	}
	a.done(`{"cmd":"join","roomId":7,"uid":"a","pin":"4711"}`)
	connect(t, "B", url).done(`{"cmd":"join","roomId":"open","uid":"b"}`)

	here, elsewhere := netip.MustParseAddr("192.0.2.1"), netip.MustParseAddr("192.0.2.2")
	now := time.Now()
	for _, row := range []struct {
		room, pin string
		want      error
	}{
		{"none", "", nil}, {"none", "4711", nil}, {"open", "", nil}, {"open", "4711", nil},
		{"7", "", ErrNoPIN}, {"7.0", "", ErrNoPIN}, {"7", "4712", ErrWrongPIN}, {"7", "4711", nil}, {"7", "47110", ErrWrongPIN},
	} {
		if err := server.MayEnter(here, row.room, row.pin, now); !errors.Is(err, row.want) {
			t.Errorf("room %s, PIN %q: %v, want %v", row.room, row.pin, err, row.want)
		}
	}
	for range guessesBurst - 2 { // two were wrong already
		if err := server.MayEnter(here, "7", "0000", now); !errors.Is(err, ErrWrongPIN) {
			t.Fatal(err)
		}
	}
	if err := server.MayEnter(here, "7", "4711", now); !errors.Is(err, ErrTooManyGuesses) {
		t.Errorf("the right one after all the wrong ones: %v", err)
	}
	if err := server.MayEnter(here, "7", "", now); !errors.Is(err, ErrNoPIN) {
		t.Errorf("none: %v", err)
	}
	if err := server.MayEnter(elsewhere, "7", "4711", now); err != nil {
		t.Errorf("from elsewhere: %v", err)
	}
	if err := server.MayEnter(here, "7", "4711", now.Add(guessesEvery)); err != nil {
		t.Errorf("after a pause: %v", err)
	}
}

// onlySeven is invites of which "golden" opens the room "7" to "a".
type onlySeven struct{}

func (onlySeven) Check(token, room, uid string, _ time.Time) error {
	if token != "golden" || room != "7" || uid != "a" {
		return errors.New("no")
	}
	return nil
}

// An invite to the room "7" does not open the room 7, and the welcome tells that one
// is needed.
func TestInviteNamesAString(t *testing.T) {
	server := newServer(DefaultLimits(), anyOrigin, quiet())
	server.hub.invites = onlySeven{}
	a, welcome := welcomed(t, "A", listen(t, server))
	if !strings.Contains(welcome, `"invites":true`) || strings.Contains(welcome, `"iceServers"`) {
		t.Errorf("welcome %s", welcome)
	}
	const refusal = `{"cmd":"error","code":"not-allowed",`
	for _, frame := range []string{
		`{"cmd":"join","roomId":7,"uid":"a","invite":"golden"}`,
		`{"cmd":"join","roomId":"7","uid":"b","invite":"golden"}`,
		`{"cmd":"join","roomId":"7","uid":"a","invite":"silver"}`,
		`{"cmd":"join","roomId":"7","uid":"a"}`,
	} {
		a.done(frame)
		if got := <-a.heard; !strings.HasPrefix(got, refusal) {
			t.Errorf("%s: %s", frame, got)
		}
	}
	a.done(`{"cmd":"join","roomId":"7","uid":"a","invite":"golden"}`)
	a.hears(`{"cmd":"joined","roomId":"7","capacity":2,"members":[]}`)
}

// Guesses at the same moment are no more than those one after the other.
func TestGuessesAtOnce(t *testing.T) {
	g, now := newGuests(), time.Now()
	var wrong atomic.Int32
	var running sync.WaitGroup
	for range 20 * guessesBurst {
		running.Go(func() {
			if g.guess(netip.MustParseAddr("192.0.2.1"), newPIN("right"), newPIN("wrong"), now) == notAllowed {
				wrong.Add(1)
			}
		})
	}
	running.Wait()
	if wrong.Load() != guessesBurst {
		t.Errorf("%d guesses were answered, want %d", wrong.Load(), guessesBurst)
	}
}
