package turnserver

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"os"
	"sync"
	"time"

	"zerortc/turnserver/gate"
	"zerortc/turnserver/socket"
	"zerortc/turnserver/stream"
)

// deadlines of a connection. Without them a client that says nothing holds a
// descriptor for ever, and one that does not read holds memory.
type deadlines struct {
	first time.Duration // to the first whole message
	idle  time.Duration // to the next one, without an allocation
	bare  time.Duration // without an allocation in all, however much is said
	write time.Duration // to the end of a write
}

func defaultDeadlines() deadlines {
	return deadlines{first: 10 * time.Second, idle: 30 * time.Second, bare: time.Minute, write: 5 * time.Second}
}

// hiccup is how long accepting rests after an error that may pass.
const hiccup = 5 * time.Millisecond

// serveTCP accepts connections until the listener is closed. Any other error
// passes, the lack of descriptors above all: waiting is right, giving up would
// end TURN over TCP for good.
func (s *Server) serveTCP(l net.Listener) error {
	for wait := hiccup; ; {
		conn, err := l.Accept()
		switch {
		case errors.Is(err, net.ErrClosed):
			return fmt.Errorf("accepting on tcp %v: %w", l.Addr(), err)
		case err != nil:
			time.Sleep(wait)
			wait = min(2*wait, time.Second)
			continue
		}
		wait = hiccup
		go s.ServeConn(conn)
	}
}

// ServeConn serves one connection, plain TCP or anything on top of it, until it
// ends, and closes it. Serve waits for those that are open.
func (s *Server) ServeConn(conn net.Conn) {
	from := addrPort(conn.RemoteAddr())
	conn, line := straighten(conn, s.patience.write)
	err := s.crowd.hold(conn, func() {
		if line == nil {
			w := &writer{conn: conn, timeout: s.patience.write}
			newConnection(conn, s.rules, w, s.loops, s.patience).serve(w)
			return
		}
		w := newStraight(conn, line, s.rules.Undelivered)
		newConnection(conn, s.rules, w, s.loops, s.patience).serveLine(line, s.loops)
	})
	switch {
	case errors.Is(err, errCrowded):
		s.rules.Crowded(from)
	case errors.Is(err, errCrowdedByAddress):
		s.rules.CrowdedByAddress(from)
	}
}

// connection is a connection of a client.
type connection struct {
	conn     net.Conn
	gate     *gate.Gate
	rules    *gate.Rules
	patience deadlines
	tuple    gate.Tuple
	messages *stream.Reader
}

func newConnection(conn net.Conn, rules *gate.Rules, to gate.Sender, loops *socket.Loops, patience deadlines) *connection {
	return &connection{
		conn: conn, gate: gate.New(rules, to, loops), rules: rules, patience: patience,
		tuple:    gate.Tuple{Transport: transportOf(conn), Client: addrPort(conn.RemoteAddr()), Server: addrPort(conn.LocalAddr())},
		messages: stream.NewReader(conn),
	}
}

// serve serves the connection to its end: with it goes the allocation on
// it. What is not a line is served this way: its goroutine reads it, and waits.
func (c *connection) serve(w *writer) {
	defer c.conn.Close()
	defer w.wait() // what was answered last goes out, within the time of a write
	defer c.gate.Close(gate.Disconnected)
	bareUntil := time.Now().Add(c.patience.bare)
	for wait := c.patience.first; ; wait = c.patience.idle {
		deadline := time.Now().Add(wait)
		if c.gate.Idle() && deadline.After(bareUntil) {
			deadline = bareUntil
		}
		_ = c.conn.SetReadDeadline(deadline)
		message, err := c.messages.Next()
		switch {
		case err == nil:
			c.handle(message)
		case errors.Is(err, os.ErrDeadlineExceeded) && !c.gate.Idle():
			// It only listens to its peer. Its allocation's lifetime is the limit.
		default:
			return
		}
		if !c.gate.Idle() {
			bareUntil = time.Now().Add(c.patience.bare)
		}
	}
}

// handle deals with a message, and with those that came together with it.
func (c *connection) handle(message []byte) {
	out := outs.Get().(*socket.Out)
	defer outs.Put(out)
	out.Lost = c.rules.Undelivered
	for {
		if !c.gate.Relay(socket.Message(message), c.tuple, out) {
			c.gate.Handle(message, c.tuple)
		}
		if !c.messages.Ready() {
			break
		}
		var err error
		if message, err = c.messages.Next(); err != nil {
			break // it comes again
		}
	}
	out.Flush()
}

var outs = sync.Pool{New: func() any { return socket.NewOut(nil) }}

// transportOf asks the connection, since TLS has been taken off by whoever sorted it.
func transportOf(conn net.Conn) gate.Transport {
	if c, ok := conn.(interface{ Secure() bool }); ok && c.Secure() {
		return gate.TLS
	}
	return gate.TCP
}

// addrPort is a connection's address; IPv4 never as IPv6.
func addrPort(a net.Addr) netip.AddrPort {
	t, ok := a.(*net.TCPAddr)
	if !ok {
		return netip.AddrPort{}
	}
	p := t.AddrPort()
	return netip.AddrPortFrom(p.Addr().Unmap(), p.Port())
}
