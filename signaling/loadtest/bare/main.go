// Command bare is the least that can be called a signaling server, to compare
// ours with: gorilla/websocket as it comes, one reader and one writer goroutine
// per socket with a queue between them, one map behind one lock. It speaks of the
// classic dialect what a load test says, and has no limits, no pings, no care.
package main

import (
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"os"
	"sync"

	"github.com/gorilla/websocket"
)

// main listens where its argument says and prints the URL.
func main() {
	address := "127.0.0.1:0"
	if len(os.Args) > 1 {
		address = os.Args[1]
	}
	listener, err := net.Listen("tcp", address)
	if err != nil {
		fmt.Fprintln(os.Stderr, "bare:", err)
		os.Exit(1)
	}
	fmt.Printf("ws://%s/ws\n", listener.Addr())
	fmt.Fprintln(os.Stderr, "bare:", http.Serve(listener, &forwarder{rooms: map[string]map[string]*socket{}}))
	os.Exit(1)
}

// forwarder is the map and the lock.
type forwarder struct {
	upgrader websocket.Upgrader

	mu    sync.Mutex
	rooms map[string]map[string]*socket // by roomId, then uid
}

type socket struct {
	conn  *websocket.Conn
	queue chan []byte
}

// frame is what is read of a client's frame.
type frame struct {
	Cmd       string `json:"cmd"`
	RoomID    string `json:"roomId"`
	UID       string `json:"uid"`
	RemoteUID string `json:"remoteUid"`
}

func (f *forwarder) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	conn, err := f.upgrader.Upgrade(w, r, nil)
	if err != nil {
		return // it was answered
	}
	s := &socket{conn: conn, queue: make(chan []byte, 256)}
	go s.write()
	f.read(s)
}

func (f *forwarder) read(s *socket) {
	var seat frame
	defer func() { f.leave(s, seat) }()
	for {
		_, raw, err := s.conn.ReadMessage()
		if err != nil {
			return
		}
		var in frame
		if json.Unmarshal(raw, &in) != nil {
			continue
		}
		switch in.Cmd {
		case "join":
			seat = in
			f.join(s, in)
		case "offer", "answer", "candidate":
			f.relay(in, raw)
		}
	}
}

func (f *forwarder) join(s *socket, in frame) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.rooms[in.RoomID] == nil {
		f.rooms[in.RoomID] = map[string]*socket{}
	}
	for uid, other := range f.rooms[in.RoomID] {
		other.send(fmt.Appendf(nil, `{"cmd":"new-peer","remoteUid":%q}`, in.UID))
		s.send(fmt.Appendf(nil, `{"cmd":"resp-join","remoteUid":%q}`, uid))
	}
	f.rooms[in.RoomID][in.UID] = s
}

func (f *forwarder) relay(in frame, raw []byte) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if to := f.rooms[in.RoomID][in.RemoteUID]; to != nil {
		to.send(raw)
	}
}

func (f *forwarder) leave(s *socket, seat frame) {
	f.mu.Lock()
	defer f.mu.Unlock()
	close(s.queue)
	if room := f.rooms[seat.RoomID]; room[seat.UID] == s {
		delete(room, seat.UID)
		for _, other := range room {
			other.send(fmt.Appendf(nil, `{"cmd":"peer-leave","remoteUid":%q}`, seat.UID))
		}
		if len(room) == 0 {
			delete(f.rooms, seat.RoomID)
		}
	}
}

// send queues a frame, or drops it when the queue is full.
func (s *socket) send(raw []byte) {
	select {
	case s.queue <- raw:
	default:
	}
}

func (s *socket) write() {
	defer s.conn.Close()
	for raw := range s.queue {
		if s.conn.WriteMessage(websocket.TextMessage, raw) != nil {
			return
		}
	}
}
