package socket

import (
	"net"
	"os"

	"golang.org/x/sys/unix"
)

// What a Line wants of its loops. The line holds its own lock meanwhile.

// addLine makes a line known; nothing is watched for yet.
func (l *Loops) addLine(line *Line) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.closed {
		return net.ErrClosed
	}
	l.readers[int32(line.fd)] = &reader{line: line}
	return nil
}

// forgetLine is called before a line is closed.
func (l *Loops) forgetLine(line *Line) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if r := l.readers[int32(line.fd)]; r != nil && r.line == line {
		delete(l.readers, int32(line.fd))
	}
}

// change watches for other events of a descriptor. Those that are there already are
// told again.
func (l *Loops) change(fd int, before, after uint32) error {
	l.mu.RLock()
	defer l.mu.RUnlock()
	if l.closed {
		return net.ErrClosed
	}
	how := unix.EPOLL_CTL_MOD
	switch {
	case before == 0:
		how = unix.EPOLL_CTL_ADD
	case after == 0:
		how = unix.EPOLL_CTL_DEL
	}
	return os.NewSyscallError("epoll_ctl", unix.EpollCtl(l.poll, how, fd, &unix.EpollEvent{Events: after | unix.EPOLLET, Fd: int32(fd)}))
}
