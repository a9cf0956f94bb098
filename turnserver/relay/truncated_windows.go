package relay

import "golang.org/x/sys/windows"

// msgTrunc marks a datagram that was longer than the buffer.
const msgTrunc = windows.MSG_TRUNC
