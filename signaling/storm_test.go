package signaling

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gorilla/websocket"
)

// TestStorm has many sockets join, leave, call, break, come back and take seats
// over, all at once, in few rooms. Each remembers what it was told: nothing it
// hears may contradict that, frames of a peer come in order and only while the
// peer is there, and when the storm is over what all believe is the truth.
func TestStorm(t *testing.T) {
	const dancers, rooms, steps = 16, 4, 150
	limits := DefaultLimits()
	limits.FramesPerSecond, limits.FramesBurst = 1e6, 1e6
	limits.JoinsPerAddress = 0
	server, url := start(t, limits)

	var all []*dancer
	for i := range dancers {
		// Two of each uid, which take one another's seats.
		d := &dancer{t: t, url: url, uid: fmt.Sprint("u", i/2), random: rand.New(rand.NewPCG(uint64(i), 7))}
		all = append(all, d)
	}
	var dancing sync.WaitGroup
	for _, d := range all {
		dancing.Go(func() {
			for range steps {
				d.step(rooms)
			}
		})
	}
	dancing.Wait()
	for _, d := range all {
		d.catchUp()
	}
	// Broken sockets may go a moment later, and their peers hear of it then.
	eventually(t, "only the living are left", func() bool {
		return server.Stats().Sockets == count(all, func(d *dancer) bool { return d.client != nil })
	})
	for _, d := range all {
		d.catchUp()
	}
	for _, d := range all {
		d.compare(all)
	}
	if seated := count(all, func(d *dancer) bool { return d.room != "" }); seated != server.Stats().Members {
		t.Errorf("%d believe to be seated, %d are", seated, server.Stats().Members)
	}
}

// TestJoinRace has twenty sockets join one room at once: two get in, eighteen
// are told that it is full, and the two know one another.
func TestJoinRace(t *testing.T) {
	server, url := start(t, DefaultLimits())
	var clients []*client
	for i := range 20 {
		clients = append(clients, connect(t, fmt.Sprint(i), url))
	}
	for round := range 10 {
		var joining sync.WaitGroup
		for i, c := range clients {
			joining.Go(func() { c.say(fmt.Sprintf(`{"cmd":"join","roomId":%d,"uid":%d}`, round, i)) })
		}
		joining.Wait()
		heard := map[string]int{}
		for _, c := range clients {
			c.settle()
			for len(c.heard) > 0 {
				heard[strings.Split(<-c.heard, `"`)[3]]++
			}
		}
		if heard[cmdNewPeer] != 1 || heard[cmdRespJoin] != 1 || heard[cmdRoomFull] != 18 {
			t.Fatalf("round %d: %v", round, heard)
		}
		for i, c := range clients {
			c.done(fmt.Sprintf(`{"cmd":"leave","roomId":%d,"uid":%d}`, round, i))
		}
		for _, c := range clients {
			c.settle()
			for len(c.heard) > 0 {
				<-c.heard
			}
		}
	}
	if stats := server.Stats(); stats.Rooms != 0 {
		t.Errorf("left: %+v", stats)
	}
}

// dancer is a client with a memory, which connects again when it is closed.
type dancer struct {
	t        *testing.T
	url, uid string
	random   *rand.Rand

	client *client        // nil while not connected
	room   string         // where it sits, or nothing
	peers  map[string]int // who is there, with the last number they sent
	sent   int
}

// step does something at random.
func (d *dancer) step(rooms int) {
	if d.client == nil {
		d.client = connect(d.t, d.uid, d.url)
	}
	switch n := d.random.IntN(20); {
	case n == 0:
		d.client.conn.NetConn().Close()
		d.forget()
	case n < 4 && d.room != "":
		d.say(`{"cmd":"leave","roomId":"%s","uid":"%s"}`, d.room, d.uid)
		d.catchUp()
		d.room, d.peers = "", nil
	case d.room == "":
		d.room, d.peers = fmt.Sprint("r", d.random.IntN(rooms)), map[string]int{}
		d.say(`{"cmd":"join","roomId":"%s","uid":"%s"}`, d.room, d.uid)
		d.catchUp()
	default:
		for peer := range d.peers {
			d.sent++
			d.say(`{"cmd":"candidate","roomId":"%s","uid":"%s","remoteUid":"%s","msg":%d}`, d.room, d.uid, peer, d.sent)
		}
		d.catchUp()
	}
}

// say sends a frame; on a socket that is closed already it is lost.
func (d *dancer) say(format string, args ...any) {
	_ = d.client.conn.WriteMessage(websocket.TextMessage, fmt.Appendf(nil, format, args...))
}

// catchUp hears out what the server has, up to the pong that says so.
func (d *dancer) catchUp() {
	if d.client == nil {
		return
	}
	_ = d.client.conn.WriteControl(websocket.PingMessage, nil, time.Now().Add(patience))
	for {
		select {
		case raw, open := <-d.client.heard:
			if !open {
				d.forget()
				return
			}
			d.hear(raw)
		case <-d.client.pongs:
			for len(d.client.heard) > 0 {
				d.hear(<-d.client.heard)
			}
			return
		case <-time.After(patience):
			d.t.Errorf("%s got no pong", d.uid)
			return
		}
	}
}

func (d *dancer) forget() { d.client, d.room, d.peers = nil, "", nil }

// hear checks what it hears against what it believes.
func (d *dancer) hear(raw string) {
	if strings.HasPrefix(raw, "close 1008 taken-over") {
		return // the channel closes next
	}
	var f struct {
		Cmd, UID, RemoteUID string
		Msg                 int
	}
	if err := json.Unmarshal([]byte(raw), &f); err != nil {
		d.t.Errorf("%s hears %s", d.uid, raw)
		return
	}
	_, known := d.peers[f.RemoteUID]
	switch f.Cmd {
	case cmdNewPeer, cmdRespJoin:
		if known || d.room == "" {
			d.t.Errorf("%s, in %q with %v, hears %s", d.uid, d.room, d.peers, raw)
			return
		}
		d.peers[f.RemoteUID] = 0
	case cmdPeerLeave:
		if !known {
			d.t.Errorf("%s, in %q with %v, hears %s", d.uid, d.room, d.peers, raw)
		}
		delete(d.peers, f.RemoteUID)
	case cmdRoomFull:
		d.room, d.peers = "", nil
	case cmdCandidate:
		if last, known := d.peers[f.UID]; !known || f.Msg <= last {
			d.t.Errorf("%s, in %q with %v, hears %s", d.uid, d.room, d.peers, raw)
			return
		}
		d.peers[f.UID] = f.Msg
	default:
		d.t.Errorf("%s hears %s", d.uid, raw)
	}
}

// compare holds what it believes against what the others know of themselves.
func (d *dancer) compare(all []*dancer) {
	if d.room == "" {
		return
	}
	present := count(all, func(o *dancer) bool {
		_, known := d.peers[o.uid]
		return o != d && o.room == d.room && known
	})
	if present != len(d.peers) || present != count(all, func(o *dancer) bool { return o != d && o.room == d.room }) {
		d.t.Errorf("%s in %s believes in %v", d.uid, d.room, d.peers)
	}
}

func count(all []*dancer, holds func(*dancer) bool) (n int) {
	for _, d := range all {
		if holds(d) {
			n++
		}
	}
	return n
}
