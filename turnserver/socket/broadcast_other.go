//go:build !windows && !linux

package socket

import (
	"syscall"

	"golang.org/x/sys/unix"
)

// noBroadcast undoes what Go sets on every UDP socket. Which address is a
// network's broadcast address only that network knows, so no policy could keep
// a client from speaking to all of it; the kernel does. On Linux, where we open
// sockets ourselves, it is not set.
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
