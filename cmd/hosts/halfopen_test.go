//go:build hosts

package hosts

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"os/exec"
	"testing"
	"time"

	"github.com/gorilla/websocket"
)

// A member whose network swallows everything, the end of the connection too, is
// given up within the deadline of 30 s, and the other one is told. It comes back
// to a room that is free.
func TestHalfOpenMember(t *testing.T) {
	n := newNetwork(t)
	n.serve()
	left := n.sit("left", "ws://"+leftServer+":9001/ws")
	left.hears(t, "seated", time.Second)
	right := n.sit("right", "ws://"+rightServer+":9001/ws")
	left.hears(t, `{"cmd":"new-peer","remoteUid":"right"}`, time.Second)
	right.hears(t, `{"cmd":"resp-join","remoteUid":"left"}`, time.Second)

	n.firewall("right") // which lets nothing out
	cut := time.Now()
	left.hears(t, `{"cmd":"peer-leave","remoteUid":"right"}`, 30*time.Second)
	t.Logf("told after %v", time.Since(cut).Round(time.Millisecond))

	n.on("right", "nft", "delete", "table", "inet", "f")
	back := n.sit("right", "ws://"+rightServer+":9001/ws")
	left.hears(t, `{"cmd":"new-peer","remoteUid":"right"}`, time.Second)
	back.hears(t, `{"cmd":"resp-join","remoteUid":"left"}`, time.Second)
}

// sitting is a member of a room, on a host and named like it.
type sitting struct{ lines chan string }

// sit runs a client on a host until the test ends.
func (n *network) sit(host, url string) sitting {
	n.t.Helper()
	self, err := os.Executable()
	if err != nil {
		n.t.Fatal(err)
	}
	cmd := exec.Command("ip", "netns", "exec", n.name(host), "env", clientRole+"=1", self, "sit", host, url)
	out, err := cmd.StdoutPipe()
	if err != nil {
		n.t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		n.t.Fatal(err)
	}
	s := sitting{make(chan string, 100)}
	go func() {
		defer close(s.lines)
		for lines := bufio.NewScanner(out); lines.Scan(); {
			s.lines <- lines.Text()
		}
	}()
	n.t.Cleanup(func() {
		_ = cmd.Process.Kill()
		_, _ = io.Copy(io.Discard, out)
		_ = cmd.Wait()
	})
	return s
}

// hears fails unless this is what comes next, within the time and what a busy
// machine needs besides.
func (s sitting) hears(t *testing.T, want string, within time.Duration) {
	t.Helper()
	select {
	case got := <-s.lines:
		if got != want {
			t.Fatalf("hears %s, want %s", got, want)
		}
	case <-time.After(within + 10*time.Second):
		t.Fatalf("does not hear %s", want)
	}
}

// sit is the client: it joins a room, says so, and prints what it hears.
func sit(uid, url string) error {
	conn, _, err := websocket.DefaultDialer.Dial(url, nil)
	if err != nil {
		return err
	}
	defer conn.Close()
	conn.SetPongHandler(func(string) error { fmt.Println("seated"); return nil })
	if err := conn.WriteMessage(websocket.TextMessage, fmt.Appendf(nil, `{"cmd":"join","roomId":"half","uid":%q}`, uid)); err != nil {
		return err
	}
	// The pong comes when the join has been acted on.
	if err := conn.WriteControl(websocket.PingMessage, nil, time.Now().Add(time.Second)); err != nil {
		return err
	}
	for {
		_, raw, err := conn.ReadMessage()
		if err != nil {
			return err
		}
		fmt.Printf("%s\n", raw)
	}
}
