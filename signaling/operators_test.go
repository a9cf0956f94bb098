package signaling

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"hash/maphash"
	"net/http"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"zerortc/config"
)

// TestDrain: no new rooms, and those who understand it are told; rooms that exist
// can be joined.
func TestDrain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := startPipes(t, DefaultLimits())
		a, old := p.extend("A", "192.0.2.1"), p.connect("B", "192.0.2.2")
		a.joins("1", "a")
		a.hears(`{"cmd":"joined","roomId":"1","capacity":2,"members":[]}`)
		p.server.Drain(20 * time.Second)
		a.hears(`{"cmd":"closing","reconnectSeconds":20}`)
		a.joins("2", "a")
		a.refused("unavailable", "join")
		old.done(`{"cmd":"join","roomId":"1","uid":"b"}`)
		old.hears(`{"cmd":"resp-join","remoteUid":"a"}`)
		a.hears(`{"cmd":"new-peer","remoteUid":"b"}`)
		late := p.extend("C", "192.0.2.3")
		late.hears(`{"cmd":"closing","reconnectSeconds":20}`)
	})
}

// drainingICE has the server drain in the moment in which a welcome is made.
type drainingICE struct{ *Server }

func (d drainingICE) Servers(Caller, string, string, time.Time) (json.RawMessage, time.Duration) {
	d.Drain(5 * time.Second)
	return json.RawMessage(`[]`), time.Hour
}

// TestWelcomeIsFirst: who comes while a drain begins is welcomed first, told of the drain
// next, and told once.
func TestWelcomeIsFirst(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := startPipes(t, DefaultLimits())
		p.server.hub.ice = drainingICE{p.server}
		a := p.extend("A", "192.0.2.1") // fails unless it is welcomed
		a.hears(`{"cmd":"closing","reconnectSeconds":5}`)
		a.hearsNothing()
	})
}

// TestOperators shows what they see and can do.
func TestOperators(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := startPipes(t, DefaultLimits())
		var mu sync.Mutex
		var events []Event
		p.server.Observe(func(e Event) { mu.Lock(); defer mu.Unlock(); events = append(events, e) })
		a, b := p.extend("A", "192.0.2.1"), p.connect("B", "192.0.2.2")
		a.joins("blue", "a")
		b.done(`{"cmd":"join","roomId":"blue","uid":7}`)
		a.hears(`{"cmd":"joined","roomId":"blue","capacity":2,"members":[]}`)
		a.hears(`{"cmd":"new-peer","remoteUid":7}`)
		b.hears(`{"cmd":"resp-join","remoteUid":"a"}`)
		rooms := p.server.Rooms()
		if len(rooms) != 1 || rooms[0].Name != "blue" || len(rooms[0].Members) != 2 || !rooms[0].Members[0].Extended || rooms[0].Members[1].UID != "7" {
			t.Errorf("%+v", rooms)
		}
		frame := `{"cmd":"answer","roomId":"blue","uid":7,"remoteUid":"a"}`
		b.done(frame)
		a.hears(frame)
		if s := p.server.Stats(); s.Calls != 1 || s.Extended != 1 || s.RelayedFrames != 1 {
			t.Errorf("%+v", s)
		}
		if err := p.server.Alive(t.Context()); err != nil {
			t.Error(err)
		}
		time.Sleep(20 * time.Second) // pings
		if p.server.CloseRoom("red") || !p.server.CloseRoom("blue") {
			t.Error("red was closed, or blue was not")
		}
		a.client.hears("close 1008 room-closed")
		b.hears("close 1008 room-closed")
		mu.Lock()
		defer mu.Unlock()
		joins, trips := 0, 0
		for _, e := range events {
			switch e := e.(type) {
			case Joined:
				joins++
			case RoundTrip:
				trips++
			case CallEnded:
				if e.Members != 2 || e.Lasted != 20*time.Second || e.Frames != 1 || e.Why != "room-closed" {
					t.Errorf("%+v", e)
				}
			}
		}
		if joins != 2 || trips != 2 {
			t.Errorf("%d joins, %d round trips", joins, trips)
		}
	})
}

// TestAliveHasADeadline: where the rooms hang, whoever asks hears of it in time,
// and whoever asks later shares the probe.
func TestAliveHasADeadline(t *testing.T) {
	h := newHub(limitsFor(t), newRefusals())
	room := value{text: "\x00"}
	shard := &h.rooms.shards[maphash.Comparable(h.rooms.seed, room)%uint64(len(h.rooms.shards))]
	shard.mu.Lock()
	for range 3 {
		ctx, cancel := context.WithTimeout(t.Context(), time.Millisecond)
		if err := h.alive(ctx); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("said %v", err)
		}
		cancel()
	}
	shard.mu.Unlock()
	if err := h.alive(t.Context()); err != nil {
		t.Error(err)
	}
	h.crowd.began = time.Now().Add(-aliveWithin - time.Second) // and no beat since
	if err := h.alive(t.Context()); err == nil {
		t.Error("a clock that stands still is not seen")
	}
}

// TestApply: limits change while the server runs.
func TestApply(t *testing.T) {
	server := New(config.Rooms{Capacity: 2, MaxSockets: 1}, Parts{}, quiet())
	url := listen(t, server)
	connect(t, "A", url)
	refused(t, url, http.StatusServiceUnavailable, "sockets-full")
	server.Apply(config.Rooms{Capacity: 3})
	var all []*client
	for i := range 4 {
		c := connect(t, fmt.Sprint(i), url)
		c.done(fmt.Sprintf(`{"cmd":"join","roomId":1,"uid":%d}`, i))
		all = append(all, c)
	}
	all[3].hears(`{"cmd":"room-full","roomId":1}`)
}

// A room keeps its PIN when new ones may have none any more.
func TestPINOutlivesTheSetting(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		limits := DefaultLimits()
		limits.PINs = true
		p := startPipes(t, limits)
		a, b := p.extend("A", "192.0.2.1"), p.extend("B", "192.0.2.2")
		a.done(`{"cmd":"join","roomId":"1","uid":"a","pin":"4711"}`)
		a.hears(`{"cmd":"joined","roomId":"1","capacity":2,"members":[]}`)
		limits.PINs = false
		p.server.limits.Store(&limits)
		b.done(`{"cmd":"join","roomId":"2","uid":"b","pin":"4711"}`)
		b.refused("not-allowed", "join")
		b.done(`{"cmd":"join","roomId":"1","uid":"b","pin":"4711"}`)
		b.hears(`{"cmd":"joined","roomId":"1","capacity":2,"members":["a"]}`)
	})
}
