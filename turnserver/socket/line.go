package socket

import (
	"errors"
)

// ErrAgain is what a Line's Read says when nothing is there for now. TLS takes it
// for an error that passes, as it does a deadline's.
var ErrAgain error = again{}

type again struct{}

// Error implements error.
func (again) Error() string { return "nothing to read for now" }

// Timeout implements net.Error.
func (again) Timeout() bool { return true }

// Temporary implements net.Error.
func (again) Temporary() bool { return true }

// errBehind ends a connection whose client does not read what it asked for.
var errBehind = errors.New("the client does not read")

// What a Line keeps for a client at the most, in bytes: far beyond what those who
// write to it watch over, which TLS's own messages are not under.
const (
	mostKept   = 512 << 10
	keptBuffer = 16 << 10 // a larger buffer is given back when it is empty
)

// backlog is what a client has not taken yet.
type backlog struct {
	bytes []byte
	begin int    // the first one that is still to go
	gone  uint64 // how many ever went
}

func (b *backlog) size() int { return len(b.bytes) - b.begin }

// keep adds what is to go.
func (b *backlog) keep(more []byte) {
	if b.begin > 0 && len(b.bytes)+len(more) > cap(b.bytes) {
		b.bytes = b.bytes[:copy(b.bytes, b.bytes[b.begin:])]
		b.begin = 0
	}
	b.bytes = append(b.bytes, more...)
}

// drain writes what it can.
func (b *backlog) drain(write func([]byte) (int, error)) error {
	n, err := write(b.bytes[b.begin:])
	b.begin += n
	b.gone += uint64(n)
	if b.size() == 0 {
		b.begin, b.bytes = 0, b.bytes[:0]
		if cap(b.bytes) > keptBuffer {
			b.bytes = nil
		}
	}
	return err
}
