//go:build !unix

package signaling

import "syscall"

// straight is for systems where a write that does not wait is not to be had.
type straight struct{}

func (*straight) open(syscall.RawConn)            {}
func (*straight) ready() bool                     { return false }
func (*straight) write(frame []byte) (int, error) { return len(frame), nil }
