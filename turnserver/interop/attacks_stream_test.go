package interop

import (
	"errors"
	"fmt"
	"net"
	"os"
	"sync"
	"testing"
	"time"

	"github.com/pion/stun"
	"golang.org/x/sys/unix"

	"zerortc/turnserver/probe"
)

// Attacks over TCP, where a client costs a descriptor.

// TestA05AllocationOutlivesConnection: with its connection an allocation has
// lost its client for good, and the library keeps it until its lifetime is over.
func TestA05AllocationOutlivesConnection(t *testing.T) {
	duel(t, bareAttacked, oursAttacked, func(t *testing.T, to target) (harm []string) {
		const times = 30
		before := to.descriptors(t)
		for range times {
			must(t, to.allocated(t, "tcp").Close())
		}
		if !to.until(func() bool { return to.descriptors(t) <= before }) {
			harm = append(harm, fmt.Sprintf("%d descriptors more than before", to.descriptors(t)-before))
		}
		return harm
	})
}

// TestA07NoDescriptorLeft: one failed accept ends the library's loop, and with
// it TURN over TCP until the next start. The limit is lowered from outside; the
// clients say nothing and leave.
func TestA07NoDescriptorLeft(t *testing.T) {
	duel(t, bareAttacked, oursAttacked, func(t *testing.T, to target) (harm []string) {
		const limit, clients = 64, 120
		must(t, unix.Prlimit(to.pid, unix.RLIMIT_NOFILE, &unix.Rlimit{Cur: limit, Max: limit}, nil))
		var crowd []net.Conn
		for range clients {
			crowd = append(crowd, dial(t, to.addr))
		}
		if !to.until(func() bool { return to.descriptors(t) >= limit-1 }) { // reading the folder needs none of the child's
			t.Fatalf("%d descriptors are open, no attack", to.descriptors(t))
		}
		time.Sleep(300 * time.Millisecond) // the next accept has failed, and ours has tried again
		settle(t, client(t, "udp", to.addr))
		for _, conn := range crowd {
			must(t, conn.Close())
		}
		c := client(t, "tcp", to.addr)
		if code := to.say(t, c, request(t, stun.MethodBinding)); code != success {
			harm = append(harm, fmt.Sprintf("Binding over TCP gives %d", code))
		}
		return harm
	})
}

// TestA08SilentConnections: a connection that never says anything is held for
// ever by the library. We give it ten seconds. Both wait at the same time.
func TestA08SilentConnections(t *testing.T) {
	t.Parallel()
	const clients, patience = 20, 12 * time.Second // a second or two for the machine
	targets := []target{spawnBare(t, bareAttacked), spawnOurs(t, oursAttacked)}
	open := make([]int, len(targets))
	var all sync.WaitGroup
	var mu sync.Mutex
	for i, to := range targets {
		for range clients {
			conn := dial(t, to.addr)
			must(t, conn.SetReadDeadline(time.Now().Add(patience)))
			all.Go(func() {
				if _, err := conn.Read(make([]byte, 1)); errors.Is(err, os.ErrDeadlineExceeded) {
					mu.Lock()
					defer mu.Unlock()
					open[i]++
				}
			})
		}
	}
	all.Wait()
	if open[0] != clients {
		t.Errorf("the bare library closed %d of %d: this test has lost its meaning", clients-open[0], clients)
	}
	if open[1] != 0 {
		t.Errorf("ours holds %d of %d", open[1], clients)
	}
	wantAnswers(t, targets[1].child)
}

// TestA15ShortChannelData: the library's framing wants nine bytes before it
// looks at any, so that a short packet waits for the next one.
func TestA15ShortChannelData(t *testing.T) {
	duel(t, bareAttacked, oursAttacked, func(t *testing.T, to target) (harm []string) {
		c := to.allocated(t, "tcp")
		peer, heard := listen(t, "127.0.0.1")
		to.ask(t, c, stun.MethodChannelBind, probe.Channel(0x4000), probe.Peer(peer))
		for size := range 5 {
			must(t, c.SendChannel(0x4000, make([]byte, size)))
			var got []byte
			if !to.until(func() bool { got = heard(); return got != nil }) || len(got) != size {
				return append(harm, fmt.Sprintf("%d bytes did not arrive", size))
			}
		}
		return harm
	})
}

// dial opens a connection that the test closes at the latest.
func dial(t *testing.T, server string) net.Conn {
	t.Helper()
	conn, err := net.Dial("tcp", server)
	must(t, err)
	t.Cleanup(func() { conn.Close() })
	return conn
}
