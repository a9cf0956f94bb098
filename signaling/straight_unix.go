//go:build unix

package signaling

import (
	"errors"
	"syscall"
)

// straight writes to a connection without ever waiting for it. Go's connections
// do not block in the kernel; RawConn lets one write to them and hear that
// nothing more fits, where Write would wait.
type straight struct {
	raw syscall.RawConn
	try func(fd uintptr) bool // made once: a closure for each write would be garbage

	// For try.
	frame []byte
	n     int
	err   error
}

func (s *straight) open(raw syscall.RawConn) {
	s.raw = raw
	s.try = func(fd uintptr) bool {
		for {
			s.n, s.err = syscall.Write(int(fd), s.frame)
			if s.err != syscall.EINTR {
				return true // done, or not: RawConn must not wait
			}
		}
	}
}

func (s *straight) ready() bool { return s.raw != nil }

// write returns how much was taken; less than all means that the rest must wait.
func (s *straight) write(frame []byte) (int, error) {
	s.frame = frame
	err := s.raw.Write(s.try)
	s.frame = nil
	switch {
	case err != nil:
		return 0, err
	case errors.Is(s.err, syscall.EAGAIN):
		return 0, nil
	case s.err != nil:
		return 0, s.err
	default:
		return s.n, nil
	}
}
