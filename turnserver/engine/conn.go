package engine

import (
	"net"
	"sync"
	"time"
)

// conn is the packet connection the library reads from and writes to. Nothing
// of it touches a network.
//
// The library's read loop is strictly synchronous: between two calls of
// ReadFrom it handles one message to the end, answer included. So a message
// has been dealt with when the loop comes back for the next, and an answer
// written meanwhile belongs to that message.
type conn struct {
	in     chan message  // to the read loop
	idle   chan struct{} // from the read loop: the last message is dealt with
	answer []byte        // written by the read loop between in and idle
	busy   bool          // read loop only: a message is being dealt with

	once   sync.Once
	closed chan struct{}

	mu    sync.RWMutex
	sinks map[*net.UDPAddr]func([]byte) // by the very address given to the library
}

// message is a packet for the library and the client it is said to come from.
type message struct {
	packet []byte
	client *net.UDPAddr
}

func newConn() *conn {
	return &conn{
		in:     make(chan message),
		idle:   make(chan struct{}),
		closed: make(chan struct{}),
		sinks:  map[*net.UDPAddr]func([]byte){},
	}
}

// exchange gives the library a message and returns its answer, an empty one if it
// gave none. It stands until the next call. Calls must not overlap.
func (c *conn) exchange(m message) ([]byte, error) {
	c.answer = c.answer[:0]
	select {
	case c.in <- m:
	case <-c.closed:
		return nil, ErrClosed
	}
	select {
	case <-c.idle:
		return c.answer, nil
	case <-c.closed:
		return nil, ErrClosed
	}
}

// ReadFrom implements net.PacketConn for the read loop.
func (c *conn) ReadFrom(b []byte) (int, net.Addr, error) {
	if c.busy {
		c.busy = false
		select {
		case c.idle <- struct{}{}:
		case <-c.closed:
			return 0, nil, net.ErrClosed
		}
	}
	select {
	case m := <-c.in:
		c.busy = true
		return copy(b, m.packet), m.client, nil
	case <-c.closed:
		return 0, nil, net.ErrClosed
	}
}

// WriteTo implements net.PacketConn: an answer from the read loop, or relayed
// data from the goroutine of an allocation.
func (c *conn) WriteTo(b []byte, to net.Addr) (int, error) {
	if isAnswer(b) {
		c.answer = append(c.answer[:0], b...)
		return len(b), nil
	}
	client, _ := to.(*net.UDPAddr)
	c.mu.RLock()
	sink := c.sinks[client]
	c.mu.RUnlock()
	if sink != nil {
		sink(b)
	}
	return len(b), nil
}

// isAnswer tells a STUN success or error response (RFC 8489 section 5: class
// bit C1 set) from relayed data: ChannelData, whose numbers Bind keeps at
// 0x4000 and above, or a Data indication, whose C1 is clear.
func isAnswer(b []byte) bool { return len(b) > 0 && b[0]&0xC0 == 0 && b[0]&0x01 != 0 }

func (c *conn) deliver(client *net.UDPAddr, sink func([]byte)) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.sinks[client] = sink
}

func (c *conn) forget(client *net.UDPAddr) {
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.sinks, client)
}

// Close implements net.PacketConn. It ends the read loop.
func (c *conn) Close() error {
	c.once.Do(func() { close(c.closed) })
	return nil
}

// LocalAddr implements net.PacketConn. The library makes 5-tuples of it; the
// client's half alone is unique here.
func (c *conn) LocalAddr() net.Addr { return &net.UDPAddr{IP: net.IPv6loopback} }

// The library sets no deadlines.

// SetDeadline implements net.PacketConn.
func (c *conn) SetDeadline(time.Time) error { return nil }

// SetReadDeadline implements net.PacketConn.
func (c *conn) SetReadDeadline(time.Time) error { return nil }

// SetWriteDeadline implements net.PacketConn.
func (c *conn) SetWriteDeadline(time.Time) error { return nil }
