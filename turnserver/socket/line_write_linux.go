package socket

import (
	"errors"
	"net"
	"os"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"
)

// vectorsAtOnce is how many messages one system call takes.
const vectorsAtOnce = 64

// Write implements net.Conn, without waiting. It is for what may not be lost: a
// client that lets too much of it wait is given up.
func (l *Line) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	n, err := l.straight([][]byte{b})
	if err != nil {
		return n, err
	}
	if l.backlog.size()+len(b)-n > mostKept {
		l.end()
		return n, errBehind
	}
	return len(b), l.keep(b[n:])
}

// Send writes messages in a row without copying them. Those of which nothing has
// gone wait, most bytes of them; the others are dropped, and counted.
func (l *Line) Send(messages [][]byte, most int) (dropped int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	n, err := l.straight(messages)
	if err != nil {
		return len(messages)
	}
	for _, m := range messages {
		switch {
		case n >= len(m):
			n -= len(m)
			continue
		case n == 0 && l.backlog.size()+len(m) > most:
			dropped++
			continue
		}
		if l.keep(m[n:]) != nil {
			return dropped + 1
		}
		n = 0
	}
	return dropped
}

// Waiting is how many bytes are kept.
func (l *Line) Waiting() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.backlog.size()
}

// straight writes to the system, unless others wait already. The caller holds the
// lock.
func (l *Line) straight(messages [][]byte) (n int, err error) {
	switch {
	case l.ended:
		return 0, net.ErrClosed
	case l.backlog.size() > 0:
		return 0, nil
	}
	for len(messages) > 0 {
		some := messages[:min(len(messages), vectorsAtOnce)]
		got, size, err := l.vectored(some)
		if n += got; errors.Is(err, unix.EAGAIN) || err == nil && got < size {
			return n, nil
		}
		if err != nil {
			l.end()
			return n, os.NewSyscallError("writev", err)
		}
		messages = messages[len(some):]
	}
	return n, nil
}

// vectored is writev(2).
func (l *Line) vectored(messages [][]byte) (n, size int, err error) {
	var vectors [vectorsAtOnce]unix.Iovec
	for i, m := range messages {
		vectors[i].Base = unsafe.SliceData(m)
		vectors[i].SetLen(len(m))
		size += len(m)
	}
	for {
		got, _, errno := unix.Syscall(unix.SYS_WRITEV, uintptr(l.fd), uintptr(unsafe.Pointer(&vectors[0])), uintptr(len(messages)))
		switch errno {
		case 0:
			return int(got), size, nil
		case unix.EINTR:
		default:
			return 0, size, errno
		}
	}
}

// keep keeps what the system did not take. The caller holds the lock.
func (l *Line) keep(b []byte) error {
	if len(b) == 0 {
		return nil
	}
	fresh := l.backlog.size() == 0
	l.backlog.keep(b)
	if !fresh {
		return nil
	}
	l.watchOver()
	if err := l.ask(); err != nil {
		l.end()
		return err
	}
	return nil
}

// watchOver gives the client time to take what is kept now.
func (l *Line) watchOver() {
	mark := l.backlog.gone + uint64(l.backlog.size())
	l.mark = mark
	l.timer = time.AfterFunc(l.patience, func() { l.overdue(mark) })
}

// overdue gives a client up that has not taken what there was when its time began.
func (l *Line) overdue(mark uint64) {
	l.mu.Lock()
	defer l.mu.Unlock()
	switch {
	case l.ended || l.mark != mark || l.backlog.size() == 0:
	case l.backlog.gone < mark:
		l.end()
	default:
		l.watchOver()
	}
}

// drain writes what is kept. The caller holds the lock.
func (l *Line) drain() {
	err := l.backlog.drain(func(b []byte) (int, error) {
		n, err := untilDone(func() (int, error) { return unix.Write(l.fd, b) })
		return max(n, 0), err
	})
	switch {
	case errors.Is(err, unix.EAGAIN):
	case err != nil:
		l.end()
		return
	}
	if l.backlog.size() == 0 {
		l.timer.Stop()
		if l.settled != nil {
			close(l.settled)
			l.settled = nil
		}
		_ = l.ask() // at the worst there is an event for nothing
	}
}
