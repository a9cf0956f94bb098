package socket

import (
	"testing"

	"golang.org/x/sys/unix"
)

// TestRoom: what the kernel gave is told, be it less.
func TestRoom(t *testing.T) {
	sockets, err := ListenUDP("127.0.0.1:0", 1)
	must(t, err)
	defer closeAll(sockets)
	asked, given := sockets[0].Room()
	if asked != bufferSize || given <= 0 || given > asked {
		t.Errorf("asked for %d, given %d", asked, given)
	}
	must(t, sockets[0].set(unix.SOL_SOCKET, unix.SO_RCVBUF, 100<<10))
	if _, given := sockets[0].Room(); given != 100<<10 {
		t.Errorf("%d, and it has %d", given, 100<<10)
	}
}
