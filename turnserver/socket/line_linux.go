package socket

import (
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"sync"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// Line is a TCP connection at which nobody waits. A loop tells when there is
// something to read. What is written goes out at once, and what the system does not
// take then is kept and goes when it does: a loop sees to it, or when that takes
// too long ends the connection.
//
// It is a net.Conn, so that TLS can be on top of it; only deadlines mean nothing
// here. Anybody may write. Reading is one goroutine's at a time: a loop's while
// the line is armed.
type Line struct {
	descriptor
	local, remote net.Addr
	patience      time.Duration // with a client that does not read
	done          chan struct{} // closed with the line

	// The reader's.
	left    int  // that may be read in this turn
	drained bool // nothing was left when it was read last

	mu      sync.Mutex
	ended   bool
	loops   *Loops
	ready   func(*Out)
	armed   bool
	asked   uint32 // of epoll
	backlog backlog
	mark    uint64 // of the backlog, that is to be reached in time
	timer   *time.Timer
	settled chan struct{} // closed when nothing is kept; nil: nobody wants to know
}

// perTurn is how much is read of a line before others have their turn.
const perTurn = 32 << 10

// NewLine takes a TCP connection over. On error it stays as it was.
func NewLine(conn net.Conn, patience time.Duration) (*Line, error) {
	plain, ok := conn.(syscall.Conn)
	if !ok {
		return nil, fmt.Errorf("taking over %T: %w", conn, errors.ErrUnsupported)
	}
	raw, err := plain.SyscallConn()
	if err != nil {
		return nil, fmt.Errorf("taking over %v: %w", conn.RemoteAddr(), err)
	}
	l := &Line{local: conn.LocalAddr(), remote: conn.RemoteAddr(), patience: patience, done: make(chan struct{})}
	var failed error
	err = raw.Control(func(fd uintptr) { l.fd, failed = unix.FcntlInt(fd, unix.F_DUPFD_CLOEXEC, 0) })
	if err = errors.Join(err, failed); err != nil {
		return nil, fmt.Errorf("taking over %v: %w", conn.RemoteAddr(), err)
	}
	_ = conn.Close() // the runtime's poller forgets it; the connection lives on in the copy
	return l, nil
}

// Serve has the loops call ready when there is something to read while the line is
// armed, and write what is kept.
func (l *Line) Serve(loops *Loops, ready func(*Out)) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.loops, l.ready = loops, ready
	return loops.addLine(l)
}

// Turn begins a turn of reading: after some bytes, or when there are no more, Read
// gives ErrAgain.
func (l *Line) Turn() { l.left, l.drained = perTurn, false }

// Arm hands reading over to the loops.
func (l *Line) Arm() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.armed = true
	return l.ask()
}

// Disarm takes reading away from the loops. It is called by ready.
func (l *Line) Disarm() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.armed = false
	if !l.ended && l.ask() != nil {
		l.end() // what comes would be told now, and not again when it is armed
	}
}

// ask has the loops watch for what is waited for. Nothing is not watched for: the end
// of a connection would be told without end.
func (l *Line) ask() error {
	var events uint32
	if l.armed {
		events |= unix.EPOLLIN
	}
	if l.backlog.size() > 0 {
		events |= unix.EPOLLOUT
	}
	if events == l.asked || l.loops == nil {
		return nil
	}
	err := l.use(func(fd int) error { return l.loops.change(fd, l.asked, events) })
	if err == nil {
		l.asked = events
	}
	return err
}

// happened is called by a loop, by one at a time. It tells whether there may be more
// to read, which the system will not tell again.
func (l *Line) happened(events uint32, out *Out) (more bool) {
	l.mu.Lock()
	if !l.ended && l.backlog.size() > 0 && events&^unix.EPOLLIN != 0 {
		l.drain()
	}
	read := !l.ended && l.armed && events&^unix.EPOLLOUT != 0
	l.mu.Unlock()
	if !read {
		return false
	}
	l.Turn()
	l.ready(out)
	return l.isArmed() && !l.drained
}

func (l *Line) isArmed() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.armed && !l.ended
}

// Read implements net.Conn, without waiting.
func (l *Line) Read(b []byte) (int, error) {
	if l.left <= 0 {
		return 0, ErrAgain
	}
	if !l.acquire() {
		return 0, net.ErrClosed
	}
	defer l.release()
	n, err := untilDone(func() (int, error) { return unix.Read(l.fd, b) })
	switch {
	case errors.Is(err, unix.EAGAIN):
		l.left, l.drained = 0, true
		return 0, ErrAgain
	case err != nil:
		return 0, os.NewSyscallError("read", err)
	case n == 0 && len(b) > 0:
		return 0, io.EOF
	}
	l.left -= n
	if n < len(b) {
		l.left, l.drained = 0, true // asking again would cost a system call
	}
	return n, nil
}

// untilDone makes a system call again that a signal interrupted.
func untilDone(call func() (int, error)) (int, error) {
	for {
		if n, err := call(); err != unix.EINTR {
			return n, err
		}
	}
}

// Close implements net.Conn. What is kept is lost.
func (l *Line) Close() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.ended {
		return net.ErrClosed
	}
	l.end()
	return nil
}

// end is called once, with the lock.
func (l *Line) end() {
	l.ended = true
	close(l.done)
	if l.loops != nil {
		l.loops.forgetLine(l)
	}
	if l.timer != nil {
		l.timer.Stop()
	}
	l.descriptor.close(nil)
}

// Settle waits until nothing is kept any more, or the line is closed.
func (l *Line) Settle() {
	l.mu.Lock()
	if l.backlog.size() == 0 {
		l.mu.Unlock()
		return
	}
	settled := make(chan struct{})
	l.settled = settled
	l.mu.Unlock()
	select {
	case <-settled:
	case <-l.done:
	}
}

// Done is closed when the line is.
func (l *Line) Done() <-chan struct{} { return l.done }

// LocalAddr implements net.Conn.
func (l *Line) LocalAddr() net.Addr { return l.local }

// RemoteAddr implements net.Conn.
func (l *Line) RemoteAddr() net.Addr { return l.remote }

// SetDeadline implements net.Conn. Nobody waits.
func (l *Line) SetDeadline(time.Time) error { return nil }

// SetReadDeadline implements net.Conn. Nobody waits.
func (l *Line) SetReadDeadline(time.Time) error { return nil }

// SetWriteDeadline implements net.Conn. Nobody waits.
func (l *Line) SetWriteDeadline(time.Time) error { return nil }
