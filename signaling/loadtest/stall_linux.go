package loadtest

import "syscall"

// smallBuffers makes a connection that is not read stop its sender soon: else
// loopback, with its segments of 64 KiB, has megabytes of buffers. The small
// segment is the least that every host takes (RFC 9293 section 3.7.1).
func smallBuffers(_, _ string, raw syscall.RawConn) error {
	var fault error
	err := raw.Control(func(fd uintptr) {
		fault = syscall.SetsockoptInt(int(fd), syscall.SOL_SOCKET, syscall.SO_RCVBUF, 4096)
		if fault == nil {
			fault = syscall.SetsockoptInt(int(fd), syscall.IPPROTO_TCP, syscall.TCP_MAXSEG, 536)
		}
	})
	if err != nil {
		return err
	}
	return fault
}
