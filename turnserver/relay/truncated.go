//go:build !windows

package relay

import "golang.org/x/sys/unix"

// msgTrunc marks a datagram that was longer than the buffer.
const msgTrunc = unix.MSG_TRUNC
