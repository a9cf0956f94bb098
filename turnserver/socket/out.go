package socket

import (
	"net/netip"
	"time"
)

// Out collects packets on their way out, so that those that leave by one socket
// leave by one system call, and those of one size to one receiver as one packet
// that the kernel cuts (see send_linux.go). What is put in must stay as it is
// until Flush. An Out belongs to one goroutine.
type Out struct {
	// Lost is told how many packets the system would not take.
	Lost func(packets int)

	now     time.Time // the zero time: not looked at since the last Flush
	waiting []departure
	streams []Stream
	sender  sender
}

// Stream is a connection that collects by itself what is for it.
type Stream interface {
	// Flush writes what has been collected, without waiting.
	Flush()
}

// departure is a packet on its way.
type departure struct {
	data     []byte
	to, from netip.AddrPort // from counts for a socket on a wildcard address
	by       *UDP
}

// maxWaiting is how many packets wait for a Flush at most.
const maxWaiting = 64

// NewOut makes an Out in which nothing waits.
func NewOut(lost func(packets int)) *Out {
	return &Out{Lost: lost}
}

// Add puts a packet in.
func (o *Out) Add(by *UDP, data []byte, to, from netip.AddrPort) {
	o.waiting = append(o.waiting, departure{data: data, to: to, from: from, by: by})
	if len(o.waiting) >= maxWaiting {
		o.flushPackets()
	}
}

// Now is the time, not exactly: the clock is looked at once between two Flushes. It
// never runs ahead.
func (o *Out) Now() time.Time {
	if o.now.IsZero() {
		o.now = time.Now()
	}
	return o.now
}

// Touched notes a stream that wants to be flushed.
func (o *Out) Touched(s Stream) { o.streams = append(o.streams, s) }

// Flush sends everything.
func (o *Out) Flush() {
	if len(o.waiting) > 0 {
		o.flushPackets()
	}
	for i, s := range o.streams {
		s.Flush()
		o.streams[i] = nil
	}
	o.streams = o.streams[:0]
	o.now = time.Time{}
}

// flushPackets sends them in the order they came in, by runs of one socket.
func (o *Out) flushPackets() {
	for rest := o.waiting; len(rest) > 0; {
		n := 1
		for n < len(rest) && rest[n].by == rest[0].by {
			n++
		}
		if lost := rest[0].by.send(&o.sender, rest[:n]); lost > 0 {
			o.Lost(lost)
		}
		rest = rest[n:]
	}
	clear(o.waiting) // nothing may be kept by what was sent
	o.waiting = o.waiting[:0]
}
