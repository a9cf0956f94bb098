//go:build linux && (amd64 || arm64)

package load

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
	"sync"
	"sync/atomic"
	"time"
)

// streamBuffer has room for several messages.
const streamBuffer = 16 << 10

// streams counts what arrives at clients that talk over TCP or TLS: a goroutine
// for each reads until interrupt.
func (l *Load) streams(t *tally, stop, all *atomic.Bool) error {
	var mu sync.Mutex // guards the tally
	var running sync.WaitGroup
	faults := make([]error, len(l.clients))
	for i, c := range l.clients {
		running.Go(func() {
			if faults[i] = c.conn.SetReadDeadline(time.Time{}); faults[i] != nil {
				return
			}
			for !stop.Load() {
				message, err := next(c.in)
				if err != nil {
					if !stop.Load() || !errors.Is(err, os.ErrDeadlineExceeded) {
						faults[i] = fmt.Errorf("client %d: %w", i, err)
					}
					return
				}
				at := time.Now()
				mu.Lock()
				t.take(payloadOf(l.shape.Kind, message), l.sender(i), l.shape.Payload, at)
				all.Store(t.delivered == t.total)
				mu.Unlock()
				_, _ = c.in.Discard(len(message))
			}
		})
	}
	running.Wait()
	return errors.Join(faults...)
}

// next is the message that comes next, which stays in the buffer.
func next(in *bufio.Reader) ([]byte, error) {
	head, err := in.Peek(channelHeader)
	if err != nil {
		return nil, err
	}
	size := channelHeader + (int(binary.BigEndian.Uint16(head[2:]))+3)&^3
	if head[0]>>6 == 0 {
		size = stunHeader + int(binary.BigEndian.Uint16(head[2:]))
	}
	if size > in.Size() {
		return nil, fmt.Errorf("a message of %d bytes: %w", size, io.ErrShortBuffer)
	}
	return in.Peek(size)
}

// interrupt ends the reading of streams, until the next time.
func (l *Load) interrupt() {
	if l.shape.Transport == UDP || l.shape.Direction == Up {
		return
	}
	for _, c := range l.clients {
		_ = c.conn.SetReadDeadline(time.Unix(1, 0))
	}
}
