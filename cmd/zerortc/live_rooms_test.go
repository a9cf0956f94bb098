package main

import (
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"github.com/gorilla/websocket"

	"zerortc/signaling"
)

// extended is a client of the extended dialect, and its welcome.
type extended struct {
	*websocket.Conn
	welcome map[string]any
}

func (s *reloading) extended(t *testing.T) *extended {
	t.Helper()
	dialer := websocket.Dialer{Subprotocols: []string{signaling.Subprotocol}}
	conn, _, err := dialer.Dial(value(t, s.banner, "signaling"), nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	e := &extended{Conn: conn}
	e.welcome = e.hears(t, "welcome")
	return e
}

// hears waits for one of these frames.
func (e *extended) hears(t *testing.T, cmds ...string) map[string]any {
	t.Helper()
	e.SetReadDeadline(time.Now().Add(patience))
	for {
		_, raw, err := e.ReadMessage()
		if err != nil {
			t.Fatalf("waiting for %s: %v", cmds, err)
		}
		var frame map[string]any
		if err := json.Unmarshal(raw, &frame); err != nil {
			t.Fatal(err)
		}
		for _, cmd := range cmds {
			if frame["cmd"] == cmd {
				return frame
			}
		}
	}
}

// join tells whether the answer was joined or error.
func (e *extended) join(t *testing.T, room string, more ...string) string {
	t.Helper()
	frame := map[string]string{"cmd": "join", "roomId": room, "uid": "anna"}
	for i := 0; i < len(more); i += 2 {
		frame[more[i]] = more[i+1]
	}
	if err := e.WriteJSON(frame); err != nil {
		t.Fatal(err)
	}
	return fmt.Sprint(e.hears(t, "joined", "error")["cmd"])
}

// welcomed looks at a member of the welcome.
func welcomed(path ...string) func(*testing.T, *reloading) string {
	return func(t *testing.T, s *reloading) string {
		value := any(s.extended(t).welcome)
		for _, name := range path {
			value = value.(map[string]any)[name]
		}
		return fmt.Sprint(value)
	}
}

func joinsWithPIN(t *testing.T, s *reloading) string {
	e := s.extended(t)
	defer e.Close()
	return e.join(t, "blue", "pin", "123456")
}

// dialsTwice holds two sockets at once, and gives them back.
func dialsTwice(t *testing.T, s *reloading) string {
	codes := ""
	for range 2 {
		conn, answer, err := websocket.DefaultDialer.Dial(value(t, s.banner, "signaling"), nil)
		if answer == nil {
			t.Fatal(err)
		}
		if codes += fmt.Sprint(answer.StatusCode, " "); conn != nil {
			defer s.hangUp(t, conn)
		}
	}
	return codes[:len(codes)-1]
}

// hangUp closes a socket and waits until the server has noticed.
func (s *reloading) hangUp(t *testing.T, conn *websocket.Conn) {
	conn.WriteControl(websocket.CloseMessage, websocket.FormatCloseMessage(websocket.CloseNormalClosure, ""), time.Now().Add(patience))
	conn.SetReadDeadline(time.Now().Add(patience))
	for {
		if _, _, err := conn.ReadMessage(); err != nil {
			break
		}
	}
	conn.Close()
	eventually(t, "no socket is left", func() bool { return s.status(t).Sockets < 2 })
}

// joinsOften joins a room and leaves it, again and again.
func joinsOften(t *testing.T, s *reloading) string {
	e, refused := s.extended(t), "none"
	for range 10 {
		if e.join(t, "blue") == "error" {
			refused = "some"
		}
		e.WriteJSON(map[string]string{"cmd": "leave", "roomId": "blue", "uid": "anna"})
	}
	return refused
}

func makesTwoRooms(t *testing.T, s *reloading) string {
	one, two := s.extended(t), s.extended(t)
	came := one.join(t, "blue") + " " + two.join(t, "green")
	s.hangUp(t, one.Conn)
	s.hangUp(t, two.Conn)
	eventually(t, "no room is left", func() bool { return s.status(t).Rooms == 0 })
	return came
}

// Those who know the extended dialect are told that the server is about to go; new
// rooms are refused, and rooms that exist can be joined.
func TestDrainTellsRooms(t *testing.T) {
	t.Parallel()
	s := startWith(t, "drain: {timeout: 1h}\nrooms: {capacity: 3}")
	s.call(t)
	told := s.extended(t)
	s.signal(t)
	if frame := told.hears(t, "closing"); frame["reconnectSeconds"] != 5.0 {
		t.Errorf("told %v", frame)
	}
	if got := told.join(t, "blue"); got != "joined" {
		t.Errorf("a room that exists: %s", got)
	}
	if got := s.extended(t).join(t, "green"); got != "error" {
		t.Errorf("a new room: %s", got)
	}
	s.mustCtl(t, "ctl drain --within 0s")
	if code := s.code(); code != exitOK {
		t.Errorf("exit code %d", code)
	}
}

func TestCtlCloseRoom(t *testing.T) {
	t.Parallel()
	s := startWith(t, "")
	a, b := s.call(t)
	if got := s.mustCtl(t, "ctl close-room", "blue"); got != "the room is closed\n" {
		t.Errorf("got %s", got)
	}
	for _, conn := range []*websocket.Conn{a, b} {
		conn.SetReadDeadline(time.Now().Add(patience))
		for {
			if _, _, err := conn.ReadMessage(); err != nil {
				if !websocket.IsCloseError(err, websocket.ClosePolicyViolation) {
					t.Errorf("ended with %v", err)
				}
				break
			}
		}
	}
	if code, _, stderr := s.ctl("ctl close-room", "green"); code != exitFailed || stderr != "zerortc: a room of that name is not there\n" {
		t.Errorf("no such room: %d, %s", code, stderr)
	}
}
