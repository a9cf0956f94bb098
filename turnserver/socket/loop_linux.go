package socket

import (
	"errors"
	"runtime"
	"time"

	"golang.org/x/sys/unix"
)

// loop is one goroutine that reads sockets, with what it needs for that.
type loop struct {
	all      *Loops
	out      *Out
	receiver *receiver
	events   [eventsAtOnce]unix.EpollEvent
	held     []*reader // taken, and read in this round
	more     []*reader // taken, and to be read in the next
	again    []*reader // those of the round before
	hours    hours
}

const (
	eventsAtOnce = 64
	hiccup       = 5 * time.Millisecond // the rest after an error that may pass
)

func (l *Loops) newLoop() *loop {
	return &loop{all: l, out: NewOut(l.lost), receiver: newReceiver()}
}

// run reads until the bell rings. A spare loop begins when it is called.
func (l *loop) run(spare bool) {
	if spare && !l.all.shift.rest() {
		return
	}
	l.hours.begin(time.Now())
	for l.round() {
		if !l.hours.over() {
			continue
		}
		// The runtime takes a goroutine that the scheduler has not seen for 10 ms for
		// stuck, and a thread of its own then looks after it every 20 microseconds: at
		// 20,000 packets a second a sixth of all CPU.
		runtime.Gosched()
		switch l.all.shift.next(l.hours.load(), spare && len(l.more) == 0) {
		case callMore:
			l.all.shift.call()
		case goHome:
			if !l.all.shift.rest() {
				return
			}
		}
		l.hours.begin(time.Now())
	}
}

// round waits for packets and deals with what is there. It tells false when the bell
// has rung.
func (l *loop) round() bool {
	wait := -1
	if len(l.more) > 0 {
		wait = 0
	}
	n, err := unix.EpollWait(l.all.poll, l.events[:], wait)
	if err != nil && !errors.Is(err, unix.EINTR) {
		time.Sleep(hiccup)
	}
	l.hours.woke(l.out.Now())
	l.again, l.more = l.more, l.again[:0]
	for i, r := range l.again {
		l.look(r, unix.EPOLLIN|unix.EPOLLOUT)
		l.again[i] = nil
	}
	for i := range max(n, 0) {
		if l.events[i].Fd == int32(l.all.bell) {
			return false
		}
		if r := l.all.readerOf(l.events[i].Fd); r != nil && r.take() {
			l.look(r, l.events[i].Events)
		}
	}
	l.flush()
	l.leave()
	l.hours.rests(time.Now())
	return true
}

func (l *Loops) readerOf(fd int32) *reader {
	l.mu.RLock()
	defer l.mu.RUnlock()
	return l.readers[fd]
}

// look reads a socket or a line once, or does what else there is to do. What is left
// is read when the others had their turn.
func (l *loop) look(r *reader, events uint32) {
	more := false
	if r.line != nil {
		more = r.line.happened(events, l.out)
	} else {
		more = l.read(r)
	}
	if more {
		l.more = append(l.more, r)
	} else {
		l.held = append(l.held, r)
	}
}

// read reads a socket, and tells whether there may be more.
func (l *loop) read(r *reader) (more bool) {
	if l.receiver.full() {
		l.flush()
	}
	packets, more, err := l.receiver.receive(r.socket)
	if err != nil && !passes(err) {
		time.Sleep(hiccup)
	}
	for i := range packets {
		r.handle(&packets[i], l.out)
	}
	return more
}

// leave lets others read what this loop has read.
func (l *loop) leave() {
	for i, r := range l.held {
		if !r.leave() {
			l.more = append(l.more, r)
		}
		l.held[i] = nil
	}
	l.held = l.held[:0]
}

// passes tells an error that is gone by being told.
func passes(err error) bool {
	return errors.Is(err, unix.EAGAIN) || errors.Is(err, unix.ECONNREFUSED) ||
		errors.Is(err, unix.EHOSTUNREACH) || errors.Is(err, unix.ENETUNREACH)
}

func (l *loop) flush() {
	l.out.Flush()
	l.receiver.reuse()
}
