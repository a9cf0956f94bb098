package turnserver

import (
	"net"
	"sync"
	"time"

	"zerortc/turnserver/gate"
	"zerortc/turnserver/socket"
)

// What may wait for a client on TCP that reads slowly, in bytes. Media beyond it
// is dropped: a queue of it would only be late. Answers beyond it mean that the
// client asks and does not listen.
const (
	mediaWaiting   = 64 << 10
	answersWaiting = 128 << 10
	keptBuffer     = 16 << 10 // a larger one is given back when it is empty
)

// writer puts messages on a connection that is no line, each whole. Nobody waits for the
// client: messages go into a buffer, and a goroutine, which is there while it
// holds any, writes all of them at once: what one reading of a loop brought, and
// what came meanwhile.
type writer struct {
	conn    net.Conn
	timeout time.Duration // for a write; then the client is given up
	running sync.WaitGroup

	mu      sync.Mutex
	waiting []byte
	spare   []byte // an empty buffer
	under   int    // bytes that are being written
	writing bool   // the goroutine is there, or an Out will call Flush
}

// Send implements gate.Sender.
func (w *writer) Send(packet []byte, _ gate.Tuple, sort gate.Sort, out *socket.Out) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	switch size := w.under + len(w.waiting) + len(packet); {
	case sort == gate.Media && size > mediaWaiting:
		return false
	case size > answersWaiting:
		_ = w.conn.Close()
		return false
	}
	w.waiting = append(w.waiting, packet...)
	if w.writing {
		return true
	}
	w.writing = true
	w.running.Add(1)
	if out != nil {
		out.Touched(w)
	} else {
		go w.write()
	}
	return true
}

// Flush implements socket.Stream.
func (w *writer) Flush() { go w.write() }

// write writes what waits until nothing does.
func (w *writer) write() {
	defer w.running.Done()
	for batch := w.next(nil); batch != nil; batch = w.next(batch) {
		_ = w.conn.SetWriteDeadline(time.Now().Add(w.timeout))
		if _, err := w.conn.Write(batch); err != nil {
			_ = w.conn.Close() // half a message may be out: nothing can follow it
		}
	}
}

// next takes back what was written and gives all that waits, or nil: then the
// goroutine ends.
func (w *writer) next(written []byte) []byte {
	w.mu.Lock()
	defer w.mu.Unlock()
	if cap(written) <= keptBuffer {
		w.spare = written[:0]
	}
	batch := w.waiting
	w.waiting, w.spare, w.under = w.spare, nil, len(batch)
	if len(batch) == 0 {
		w.writing = false
		return nil
	}
	return batch
}

// wait returns when all is written or given up. Nothing may be sent meanwhile.
func (w *writer) wait() { w.running.Wait() }
