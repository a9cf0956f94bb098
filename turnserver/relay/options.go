//go:build !windows

package relay

import (
	"syscall"

	"golang.org/x/sys/unix"
)

// msgTrunc marks a datagram that was longer than the buffer.
const msgTrunc = unix.MSG_TRUNC

// noBroadcast undoes what Go sets on every UDP socket. Which address is a
// network's broadcast address only that network knows, so no policy could keep
// a client from speaking to all of it; the kernel does.
func noBroadcast(_, _ string, c syscall.RawConn) error {
	var failed error
	err := c.Control(func(fd uintptr) {
		failed = unix.SetsockoptInt(int(fd), unix.SOL_SOCKET, unix.SO_BROADCAST, 0)
	})
	if err != nil {
		return err
	}
	return failed
}
