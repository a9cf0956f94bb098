package signaling

import (
	"bytes"
	"net"
	"sync"
	"syscall"
	"time"

	"github.com/gorilla/websocket"
)

// outbox puts frames on one connection, each whole, in the order in which they
// were put in. Putting in never waits. One at a time has the right to write:
// whoever finds the outbox idle, which is mostly the reader of the sender's own
// socket. It writes as much as the connection takes at once, outside of any lock;
// what is left is written by a goroutine that lives until nothing is. So an idle
// socket has no writer, a frame to a quick receiver costs no change of goroutine,
// and a slow receiver holds nobody up.
type outbox struct {
	// Fixed when the outbox is made.
	conn   net.Conn
	limits *Limits
	all    *waiting
	failed func(error) // told once if writing fails

	// For whoever has the right to write.
	straight straight
	rest     []byte // what is left of a frame, for the goroutine

	mu         sync.Mutex // guards what follows
	busy       bool       // somebody has the right to write
	shut       bool       // nothing more is taken in
	queue      [][]byte   // encoded frames
	frames     int        // text messages among them
	bytes      int        // of these
	extra      int        // of the frames, at most so many do not count against the bound; nor these bytes
	extraBytes int
	gone       chan struct{}
}

func newOutbox(conn net.Conn, limits *Limits, all *waiting, failed func(error)) *outbox {
	o := &outbox{conn: conn, limits: limits, all: all, failed: failed}
	// Under TLS a record that was written by half cannot be put aside.
	if c, ok := conn.(syscall.Conn); ok {
		if raw, err := c.SyscallConn(); err == nil {
			o.straight.open(raw)
		}
	}
	return o
}

// verdict is what became of a frame that was put in.
type verdict int

const (
	taken    verdict = iota // it is written in its turn, or not at all if the end comes first
	yours                   // the caller has the right to write, and must call write with it
	overflow                // it does not fit
)

// offer takes a frame in. The caller keeps the frame if it is lent; then a copy
// waits in its place.
func (o *outbox) offer(frame []byte, lent bool) verdict {
	o.mu.Lock()
	defer o.mu.Unlock()
	switch {
	case o.shut:
		return taken
	case !o.busy && o.straight.ready():
		o.busy = true
		return yours
	case o.full(len(frame)):
		return overflow
	case lent:
		frame = bytes.Clone(frame)
	}
	o.put(frame)
	return taken
}

// full tells whether that much more does not fit. One frame always does. The caller
// holds the lock.
func (o *outbox) full(more int) bool {
	frames, size := o.frames-o.extra, o.bytes-o.extraBytes
	return frames >= o.limits.QueueFrames || frames > 0 && size+more > o.all.room(o.limits)
}

// over tells whether more waits than may now, for room may have become scarce since.
func (o *outbox) over() bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.frames-o.extra > 1 && o.bytes-o.extraBytes > o.all.room(o.limits)
}

// fill takes in frames beyond any bound; they were within bounds elsewhere.
func (o *outbox) fill(frames [][]byte) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.shut {
		return
	}
	for _, frame := range frames {
		o.put(frame)
		o.extra++
		o.extraBytes += len(frame)
	}
}

// control takes in a ping or pong. Of each kind one waits at the most, the newest
// (RFC 6455 section 5.5.3), behind all that waited before it.
func (o *outbox) control(frame []byte) verdict {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.shut {
		return taken
	}
	if !o.busy && o.straight.ready() {
		o.busy = true
		return yours
	}
	for i, waiting := range o.queue {
		if waiting[0] == frame[0] {
			o.queue = append(o.queue[:i], o.queue[i+1:]...)
			break
		}
	}
	o.put(frame)
	return taken
}

// finish lets nothing follow but the close frame, if there is one. What waited is
// dropped, except for the rest of a frame that has begun.
func (o *outbox) finish(last []byte) verdict {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.shut {
		return taken
	}
	o.shut = true
	o.drop()
	o.gone = make(chan struct{})
	switch {
	case last == nil && !o.busy:
		close(o.gone)
	case last != nil && !o.busy && o.straight.ready():
		o.busy = true
		return yours
	case last != nil:
		o.put(last)
	}
	return taken
}

// wait returns when all that was taken in is written or given up. It is called
// after finish.
func (o *outbox) wait() { <-o.gone }

// put appends a frame and sees that somebody writes it. The caller holds the lock.
func (o *outbox) put(frame []byte) {
	o.queue = append(o.queue, frame)
	if isText(frame) {
		o.frames++
		o.bytes += len(frame)
		o.all.Add(int64(len(frame)))
	}
	if !o.busy {
		o.busy = true
		go o.run()
	}
}

// drop forgets what waits. The caller holds the lock.
func (o *outbox) drop() {
	o.all.Add(-int64(o.bytes))
	o.queue, o.frames, o.bytes, o.extra, o.extraBytes = nil, 0, 0, 0, 0
}

func isText(frame []byte) bool { return frame[0]&0x0f == websocket.TextMessage }

// next takes the oldest frame, which does not wait any more. If there is none the
// right to write is given back.
func (o *outbox) next() []byte {
	o.mu.Lock()
	defer o.mu.Unlock()
	if len(o.queue) == 0 {
		o.queue = nil // an idle socket keeps no array
		o.busy = false
		if o.shut {
			close(o.gone)
		}
		return nil
	}
	frame := o.queue[0]
	o.queue[0] = nil // the array must not keep a written frame alive
	o.queue = o.queue[1:]
	if isText(frame) {
		o.frames--
		o.bytes -= len(frame)
		o.all.Add(-int64(len(frame)))
		o.extra, o.extraBytes = min(o.extra, o.frames), min(o.extraBytes, o.bytes)
	}
	return frame
}

// atOnce is how many frames one goroutine writes for others before it leaves
// them to the outbox's own.
const atOnce = 16

// write puts a frame on the connection as far as that takes it at once, and then
// what came in meanwhile. The caller has the right to write.
func (o *outbox) write(frame []byte) {
	lent := true
	for range atOnce {
		n, err := o.straight.write(frame)
		switch {
		case err != nil:
			o.fail(err)
			return
		case n < len(frame):
			if frame = frame[n:]; lent {
				frame = bytes.Clone(frame)
			}
			o.leave(frame)
			return
		}
		if frame = o.next(); frame == nil {
			return
		}
		lent = false
	}
	o.leave(frame)
}

// leave hands the right to write to a goroutine.
func (o *outbox) leave(rest []byte) {
	o.rest = rest
	o.all.Add(int64(len(rest)))
	go o.run()
}

// run writes, and waits for the connection as long as a write may take.
func (o *outbox) run() {
	frame := o.rest
	if o.rest = nil; frame == nil {
		frame = o.hold(o.next())
	}
	for frame != nil {
		_ = o.conn.SetWriteDeadline(time.Now().Add(o.limits.WriteTimeout))
		_, err := o.conn.Write(frame)
		o.all.Add(-int64(len(frame)))
		if err != nil {
			o.fail(err)
			return
		}
		// Who writes straight next must not meet this deadline.
		_ = o.conn.SetWriteDeadline(time.Time{})
		frame = o.hold(o.next())
	}
}

// hold counts a frame as waiting while it is written.
func (o *outbox) hold(frame []byte) []byte {
	o.all.Add(int64(len(frame)))
	return frame
}

// fail keeps the right to write for ever: half a frame may be out, so nothing can
// follow it.
func (o *outbox) fail(err error) {
	o.mu.Lock()
	o.drop()
	if !o.shut {
		o.shut = true
		o.gone = make(chan struct{})
	}
	close(o.gone)
	o.mu.Unlock()
	o.failed(err)
}
