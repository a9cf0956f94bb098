package socket

import (
	"syscall"

	"golang.org/x/sys/windows"
)

// noBroadcast undoes what Go sets on every UDP socket; see the other systems.
func noBroadcast(_, _ string, c syscall.RawConn) error {
	var failed error
	err := c.Control(func(fd uintptr) {
		failed = windows.SetsockoptInt(windows.Handle(fd), windows.SOL_SOCKET, windows.SO_BROADCAST, 0)
	})
	if err != nil {
		return err
	}
	return failed
}
