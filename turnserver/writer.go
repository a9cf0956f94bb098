package turnserver

import (
	"bytes"
	"net"
	"sync"
	"time"

	"zerortc/turnserver/gate"
)

// What may wait for a client on TCP that reads slowly. Media beyond it is
// dropped: a queue of it would only be late. Answers beyond it mean that the
// client asks and does not listen.
const (
	mediaWaiting   = 64 << 10
	answersWaiting = 64 << 10
)

// writer puts messages on a connection, each whole. Nobody waits for the
// client: messages go to a goroutine, which is there while there are any. The
// engine pads ChannelData to four bytes, as a stream needs it (RFC 8656
// section 12.5).
type writer struct {
	conn    net.Conn
	timeout time.Duration // for a write; then the client is given up

	mu      sync.Mutex
	waiting net.Buffers
	size    int
	writing bool // the goroutine is there
	running sync.WaitGroup
}

// Send implements gate.Sender.
func (w *writer) Send(packet []byte, _ gate.Tuple, sort gate.Sort) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	switch {
	case sort == gate.Media && w.size+len(packet) > mediaWaiting:
		return false
	case w.size+len(packet) > mediaWaiting+answersWaiting:
		_ = w.conn.Close()
		return false
	}
	w.waiting = append(w.waiting, bytes.Clone(packet))
	w.size += len(packet)
	if !w.writing {
		w.writing = true
		w.running.Add(1)
		go w.write()
	}
	return true
}

// write writes what waits until nothing does.
func (w *writer) write() {
	defer w.running.Done()
	for {
		batch, size := w.take()
		if batch == nil {
			return
		}
		_ = w.conn.SetWriteDeadline(time.Now().Add(w.timeout))
		if _, err := batch.WriteTo(w.conn); err != nil {
			_ = w.conn.Close() // half a message may be out: nothing can follow it
		}
		w.mu.Lock()
		w.size -= size
		w.mu.Unlock()
	}
}

// take is all that waits, or nil: then the goroutine ends.
func (w *writer) take() (net.Buffers, int) {
	w.mu.Lock()
	defer w.mu.Unlock()
	batch, size := w.waiting, w.size
	w.waiting = nil
	if batch == nil {
		w.writing = false
	}
	return batch, size
}

// wait returns when the goroutine has ended, which closing the connection
// brings about.
func (w *writer) wait() { w.running.Wait() }
