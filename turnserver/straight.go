package turnserver

import (
	"net"
	"sync"

	"zerortc/turnserver/gate"
	"zerortc/turnserver/socket"
)

// straight puts messages on a line, each whole, from whatever goroutine has them.
// Those that come with an Out go together, when it is flushed: on plain TCP by one
// system call, from where they stand; on TLS as one record, if they fit.
type straight struct {
	conn net.Conn // on top of the line
	line *socket.Line
	lost func(messages int)

	mu        sync.Mutex
	secure    bool
	collected [][]byte    // of Outs that have not been flushed
	last      *socket.Out // that put something in
	record    []byte      // for TLS: several messages in a row
}

// mostCollected is how many messages wait for a Flush at most, and keptRecord how
// large a buffer stays for the next ones.
const (
	mostCollected = 64
	keptRecord    = 16 << 10 // what a TLS record holds (RFC 8446 section 5.1)
)

func newStraight(conn net.Conn, line *socket.Line, lost func(messages int)) *straight {
	return &straight{conn: conn, line: line, lost: lost, secure: transportOf(conn) == gate.TLS}
}

// Send implements gate.Sender.
func (w *straight) Send(packet []byte, _ gate.Tuple, sort gate.Sort, out *socket.Out) bool {
	switch waiting := w.line.Waiting() + len(packet); {
	case sort == gate.Media && waiting > mediaWaiting:
		return false
	case waiting > answersWaiting:
		_ = w.line.Close()
		return false
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if out == nil {
		return w.write([][]byte{packet}, answersWaiting) == 0
	}
	if len(w.collected) == 0 || w.last != out {
		w.last = out
		out.Touched(w)
	}
	if w.collected = append(w.collected, packet); len(w.collected) >= mostCollected {
		w.flush()
	}
	return true
}

// Flush implements socket.Stream.
func (w *straight) Flush() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.flush()
}

// flush writes what all Outs collected, which is there still. The caller holds the
// lock: another Out's Flush waits until its packets are written, too.
func (w *straight) flush() {
	if len(w.collected) == 0 {
		return
	}
	if lost := w.write(w.collected, mediaWaiting); lost > 0 {
		w.lost(lost)
	}
	clear(w.collected)
	w.collected, w.last = w.collected[:0], nil
}

// write writes messages, of which most bytes may wait, and tells how many were dropped.
func (w *straight) write(messages [][]byte, most int) (lost int) {
	if !w.secure {
		return w.line.Send(messages, most)
	}
	for len(messages) > 0 {
		n, record := w.together(messages)
		if waiting := w.line.Waiting(); waiting > 0 && waiting+len(record) > most {
			return len(messages)
		}
		if _, err := w.conn.Write(record); err != nil {
			_ = w.line.Close()
			return len(messages)
		}
		messages = messages[n:]
	}
	return 0
}

// together puts the first messages in a row: as many as fit a record.
func (w *straight) together(messages [][]byte) (n int, record []byte) {
	if len(messages) == 1 {
		return 1, messages[0]
	}
	w.record = w.record[:0]
	for _, m := range messages {
		if n > 0 && len(w.record)+len(m) > keptRecord {
			break
		}
		w.record = append(w.record, m...)
		n++
	}
	return n, w.record
}
