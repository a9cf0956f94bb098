package socket

import (
	"fmt"
	"net"
	"os"
	"sync"
	"sync/atomic"

	"golang.org/x/sys/unix"
)

// Loops reads sockets and hands on what comes in, on as few goroutines as the load
// needs (shift_linux.go): while one keeps up, most packets find it awake, and waking
// somebody is what a packet costs most.
//
// All wait in the kernel (epoll(7)) rather than with the runtime's poller: a
// goroutine that waits there is woken by way of the scheduler, which for packets
// that come one by one costs as much as the packet.
type Loops struct {
	poll  int // epoll's descriptor
	bell  int // eventfd: rings to end the loops
	lost  func(packets int)
	shift *shift

	mu      sync.RWMutex
	readers map[int32]*reader // by descriptor
	running bool
	closed  bool
}

// reader is a socket that is read, or a line. Packets of one sender must stay in order, so one
// loop at a time reads a socket, from the first packet until the last is sent.
type reader struct {
	socket *UDP
	handle func(*Packet, *Out)
	line   *Line
	state  atomic.Int32
}

// States of a reader. The kernel tells of packets once (EPOLLET), maybe a loop that
// does not have the socket: the one that has it must look again.
const (
	untaken = iota
	taken
	takenWithMore
)

// NewLoops makes loops, at most so many, that read nothing yet. lost is told how many
// packets the system would not take.
func NewLoops(most int, lost func(packets int)) (*Loops, error) {
	poll, err := unix.EpollCreate1(unix.EPOLL_CLOEXEC)
	if err != nil {
		return nil, fmt.Errorf("making loops: %w", os.NewSyscallError("epoll_create1", err))
	}
	bell, err := unix.Eventfd(0, unix.EFD_CLOEXEC|unix.EFD_NONBLOCK)
	if err != nil {
		_ = unix.Close(poll)
		return nil, fmt.Errorf("making loops: %w", os.NewSyscallError("eventfd", err))
	}
	l := &Loops{poll: poll, bell: bell, lost: lost, shift: newShift(most), readers: map[int32]*reader{}}
	if err := l.watch(bell, 0); err != nil { // each loop is to hear it
		l.release()
		return nil, fmt.Errorf("making loops: %w", err)
	}
	return l, nil
}

// Add has a socket read until it is closed. handle is given each packet, on the
// goroutine of a loop, never two of a socket at a time; it must not wait, nor keep
// the packet longer than until the Out is flushed, which the loop does.
func (l *Loops) Add(u *UDP, handle func(*Packet, *Out)) error {
	u.loops.Store(l)
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.closed {
		return net.ErrClosed
	}
	return u.use(func(fd int) error {
		l.readers[int32(fd)] = &reader{socket: u, handle: handle}
		return l.watch(fd, unix.EPOLLET)
	})
}

func (l *Loops) watch(fd int, how uint32) error {
	event := unix.EpollEvent{Events: unix.EPOLLIN | how, Fd: int32(fd)}
	return os.NewSyscallError("epoll_ctl", unix.EpollCtl(l.poll, unix.EPOLL_CTL_ADD, fd, &event))
}

// forget is called before a socket is closed.
func (l *Loops) forget(u *UDP) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if r := l.readers[int32(u.fd)]; r != nil && r.socket == u {
		delete(l.readers, int32(u.fd))
	}
}

// Run reads until Close. What waits in the sockets then is lost.
func (l *Loops) Run() {
	if !l.begin() {
		return
	}
	var all sync.WaitGroup
	for i := range l.shift.most {
		all.Go(func() { l.newLoop().run(i > 0) })
	}
	all.Wait()
	l.mu.Lock()
	defer l.mu.Unlock()
	l.release()
}

// Close ends Run, or what does not run. The sockets are their owners' to close.
func (l *Loops) Close() {
	l.mu.Lock()
	defer l.mu.Unlock()
	switch {
	case l.closed:
		return
	case l.running:
		_, _ = unix.Write(l.bell, []byte{1, 0, 0, 0, 0, 0, 0, 0}) // any number
		l.shift.end()
	default:
		l.release()
	}
	l.closed = true
}

// begin tells whether the loops may run.
func (l *Loops) begin() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.running = true
	return !l.closed
}

func (l *Loops) release() {
	_ = unix.Close(l.poll)
	_ = unix.Close(l.bell)
}

// take tells whether the socket is the caller's to read until it leaves it.
func (r *reader) take() bool {
	for {
		switch state := r.state.Load(); {
		case state == untaken && r.state.CompareAndSwap(untaken, taken):
			return true
		case state == takenWithMore, state == taken && r.state.CompareAndSwap(taken, takenWithMore):
			return false
		}
	}
}

// leave tells whether the socket is left. If not there is more, for who has it.
func (r *reader) leave() bool {
	if r.state.CompareAndSwap(taken, untaken) {
		return true
	}
	r.state.Store(taken)
	return false
}
