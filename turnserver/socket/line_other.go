//go:build !linux

package socket

import (
	"errors"
	"net"
	"time"
)

// Line is a TCP connection at which nobody waits: to be had on Linux only.
type Line struct{ net.Conn }

// NewLine gives errors.ErrUnsupported.
func NewLine(net.Conn, time.Duration) (*Line, error) { return nil, errors.ErrUnsupported }

// Serve has nothing to do: there is no Line.
func (*Line) Serve(*Loops, func(*Out)) error { return errors.ErrUnsupported }

// Turn has nothing to do.
func (*Line) Turn() {}

// Arm has nothing to do.
func (*Line) Arm() error { return errors.ErrUnsupported }

// Disarm has nothing to do.
func (*Line) Disarm() {}

// Send has nothing to do.
func (*Line) Send(messages [][]byte, _ int) (dropped int) { return len(messages) }

// Waiting is nothing.
func (*Line) Waiting() int { return 0 }

// Settle has nothing to do.
func (*Line) Settle() {}

// Done is never closed.
func (*Line) Done() <-chan struct{} { return nil }
