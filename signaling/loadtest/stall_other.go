//go:build !linux

package loadtest

import "syscall"

// smallBuffers would make a connection that is not read stop its sender soon;
// here it takes the buffers that the system gives it.
func smallBuffers(_, _ string, _ syscall.RawConn) error { return nil }
