package socket

import (
	"errors"
	"fmt"
	"net"
	"os"
	"runtime"
	"sync"
	"time"

	"golang.org/x/sys/unix"
)

// Loop reads sockets and hands on what comes in, on the goroutine that runs it.
//
// It waits in the kernel (epoll(7)) rather than with the runtime's poller: a
// goroutine that waits there is woken by way of the scheduler, which for packets
// that come one by one costs as much as the packet.
type Loop struct {
	out      *Out
	poll     int // epoll's descriptor
	bell     int // eventfd: rings to end the loop
	receiver *receiver

	mu      sync.RWMutex
	readers map[int32]*reader // by descriptor
	running bool
	closed  bool
}

// reader is a socket in a loop, or a line.
type reader struct {
	socket *UDP
	handle func(*Packet, *Out)
	line   *Line
}

const (
	eventsAtOnce = 64
	hiccup       = 5 * time.Millisecond // the rest after an error that may pass

	// yieldEvery is how often the scheduler sees the loop. The runtime takes one that
	// has not been there for 10 ms for stuck, and a thread of its own then looks after
	// it every 20 microseconds: at 20,000 packets a second a sixth of all CPU.
	yieldEvery = 5 * time.Millisecond
)

// NewLoop makes a loop that reads nothing yet. Its Out tells lost how many packets
// the system would not take.
func NewLoop(lost func(packets int)) (*Loop, error) {
	poll, err := unix.EpollCreate1(unix.EPOLL_CLOEXEC)
	if err != nil {
		return nil, fmt.Errorf("making a loop: %w", os.NewSyscallError("epoll_create1", err))
	}
	bell, err := unix.Eventfd(0, unix.EFD_CLOEXEC|unix.EFD_NONBLOCK)
	if err != nil {
		_ = unix.Close(poll)
		return nil, fmt.Errorf("making a loop: %w", os.NewSyscallError("eventfd", err))
	}
	l := &Loop{out: NewOut(lost), poll: poll, bell: bell, receiver: newReceiver(), readers: map[int32]*reader{}}
	if err := l.watch(bell); err != nil {
		l.release()
		return nil, fmt.Errorf("making a loop: %w", err)
	}
	return l, nil
}

// Add has the loop read a socket until that is closed. handle is given each packet
// on the loop's goroutine; it must not wait, nor keep the packet longer than until
// the Out is flushed, which the loop does.
func (l *Loop) Add(u *UDP, handle func(*Packet, *Out)) error {
	u.loop.Store(l)
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.closed {
		return net.ErrClosed
	}
	return u.use(func(fd int) error {
		l.readers[int32(fd)] = &reader{socket: u, handle: handle}
		return l.watch(fd)
	})
}

func (l *Loop) watch(fd int) error {
	event := unix.EpollEvent{Events: unix.EPOLLIN, Fd: int32(fd)}
	return os.NewSyscallError("epoll_ctl", unix.EpollCtl(l.poll, unix.EPOLL_CTL_ADD, fd, &event))
}

// forget is called before a socket is closed.
func (l *Loop) forget(u *UDP) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if r := l.readers[int32(u.fd)]; r != nil && r.socket == u {
		delete(l.readers, int32(u.fd))
	}
}

// Run reads until Close. What waits in the sockets then is lost.
func (l *Loop) Run() {
	if !l.begin() {
		return
	}
	events := make([]unix.EpollEvent, eventsAtOnce)
	for yielded := time.Now(); ; {
		n, err := unix.EpollWait(l.poll, events, -1)
		if err != nil && !errors.Is(err, unix.EINTR) {
			time.Sleep(hiccup)
		}
		for i := range max(n, 0) {
			if events[i].Fd == int32(l.bell) {
				l.mu.Lock()
				defer l.mu.Unlock()
				l.release()
				return
			}
			l.read(&events[i])
		}
		if now := l.out.Now(); now.Sub(yielded) > yieldEvery {
			runtime.Gosched()
			yielded = now
		}
		l.flush()
	}
}

// read reads a socket once. What is left there comes up again when the others had
// their turn.
func (l *Loop) read(event *unix.EpollEvent) {
	l.mu.RLock()
	r := l.readers[event.Fd]
	l.mu.RUnlock()
	switch {
	case r == nil:
		return
	case r.line != nil:
		r.line.happened(event.Events, l.out)
		return
	}
	if l.receiver.full() {
		l.flush()
	}
	packets, err := l.receiver.receive(r.socket)
	if err != nil && !passes(err) {
		time.Sleep(hiccup)
	}
	for i := range packets {
		r.handle(&packets[i], l.out)
	}
}

// passes tells an error that is gone by being told.
func passes(err error) bool {
	return errors.Is(err, unix.EAGAIN) || errors.Is(err, unix.ECONNREFUSED) ||
		errors.Is(err, unix.EHOSTUNREACH) || errors.Is(err, unix.ENETUNREACH)
}

func (l *Loop) flush() {
	l.out.Flush()
	l.receiver.reuse()
}

// Close ends Run, or the loop that does not run. The sockets are their owners' to
// close.
func (l *Loop) Close() {
	l.mu.Lock()
	defer l.mu.Unlock()
	switch {
	case l.closed:
		return
	case l.running:
		_, _ = unix.Write(l.bell, []byte{1, 0, 0, 0, 0, 0, 0, 0}) // any number
	default:
		l.release()
	}
	l.closed = true
}

// begin tells whether the loop may run.
func (l *Loop) begin() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.running = true
	return !l.closed
}

func (l *Loop) release() {
	_ = unix.Close(l.poll)
	_ = unix.Close(l.bell)
}
