//go:build unix

package faults

import (
	"bufio"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/gorilla/websocket"
)

// victimURL is the variable that makes this program a client to be killed.
const victimURL = "ZERORTC_FAULTS_VICTIM"

// victim joins, says so, and waits for its end.
func victim(url string) {
	conn, _, err := websocket.DefaultDialer.Dial(url, nil)
	if err == nil {
		err = conn.WriteMessage(websocket.TextMessage, []byte(`{"cmd":"join","roomId":"fatal","uid":"victim"}`))
	}
	for err == nil {
		var raw []byte
		_, raw, err = conn.ReadMessage()
		fmt.Printf("%s\n", raw)
	}
	fmt.Println(err)
}

// TestKilledClient: a client's process is killed, and its peer is told at once:
// the system closes what the process had open.
func TestKilledClient(t *testing.T) {
	address := start(t)
	peer := connect(t, address)
	defer peer.close()
	peer.say(t, `{"cmd":"join","roomId":"fatal","uid":"peer"}`)
	peer.settle(t)

	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), victimURL+"=ws://"+address+"/ws")
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	defer cmd.Wait()
	defer cmd.Process.Kill()
	if lines := bufio.NewScanner(out); !lines.Scan() || lines.Text() != `{"cmd":"resp-join","remoteUid":"peer"}` {
		t.Fatalf("the victim says %s", lines.Text())
	}
	peer.hearsOnly(t, `{"cmd":"new-peer","remoteUid":"victim"}`)
	killed := time.Now()
	if err := cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	peer.hears(t, `{"cmd":"peer-leave","remoteUid":"victim"}`)
	if took := time.Since(killed); took > noticed {
		t.Errorf("told after %v", took)
	}
}

// TestTenThousandJoins: crowds come and go, through 250 sockets, half of which
// break and half of which are closed.
func TestTenThousandJoins(t *testing.T) {
	const visitors, sockets, joins = 25, 10, 40
	address := start(t)
	var crowd sync.WaitGroup
	for visitor := range visitors {
		crowd.Go(func() {
			for n := range sockets {
				c := connect(t, address)
				for i := range joins {
					// Neighbours meet in the same rooms.
					room, uid := (visitor+i)/2, fmt.Sprintf("%d-%d", visitor, n)
					c.say(t, `{"cmd":"join","roomId":%d,"uid":%q}`, room, uid)
					if i < joins-1 { // the last seat is left to the end of the socket
						c.say(t, `{"cmd":"leave","roomId":%d,"uid":%q}`, room, uid)
					}
				}
				c.settle(t)
				if n%2 == 0 {
					c.conn.NetConn().Close()
				}
				c.close()
			}
		})
	}
	crowd.Wait()
}

// TestThousandSlowReaders: a thousand members join, are sent 40 KB each and read
// nothing. Each is given up, and its peer told.
func TestThousandSlowReaders(t *testing.T) {
	const slow, frames, size = 1000, 8, 5000
	address := start(t)
	padding := strings.Repeat("x", size)
	var feeding sync.WaitGroup
	places := make(chan struct{}, 50) // so many are fed at a time
	for i := range slow {
		places <- struct{}{}
		feeding.Go(func() {
			deaf := shakeHands(t, address, dial(t, address, smallBuffer))
			defer deaf.Close()
			deaf.text(t, fmt.Sprintf(`{"cmd":"join","roomId":%d,"uid":"deaf"}`, i))
			feeder := connect(t, address)
			defer feeder.close()
			eventually(t, "they know one another", func() bool {
				feeder.say(t, `{"cmd":"join","roomId":%d,"uid":"feeder"}`, i)
				select {
				case got := <-feeder.heard:
					return strings.Contains(got, `"deaf"`)
				case <-time.After(patience):
					return false
				}
			})
			for range frames {
				feeder.say(t, `{"cmd":"offer","roomId":%d,"uid":"feeder","remoteUid":"deaf","msg":%q}`, i, padding)
			}
			feeder.settle(t) // the server has taken them all in
			<-places
			feeder.hears(t, `{"cmd":"peer-leave","remoteUid":"deaf"}`)
		})
	}
	feeding.Wait()
}

// smallBuffer lets a connection receive little before it is read.
func smallBuffer(_, _ string, conn syscall.RawConn) error {
	return conn.Control(func(fd uintptr) {
		_ = syscall.SetsockoptInt(int(fd), syscall.SOL_SOCKET, syscall.SO_RCVBUF, 4096)
	})
}
