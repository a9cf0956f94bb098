package systemd

import (
	"time"

	"golang.org/x/sys/unix"
)

// monotonic is the clock that the manager orders messages and its own actions by.
func monotonic() time.Duration {
	var now unix.Timespec
	if err := unix.ClockGettime(unix.CLOCK_MONOTONIC, &now); err != nil {
		return 0 // there is no system without that clock
	}
	return time.Duration(now.Nano())
}
