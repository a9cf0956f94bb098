package turnserver

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"os"
	"time"

	"zerortc/turnserver/gate"
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
	s.crowd.hold(conn, func() { serveConn(conn, s.rules, s.patience) })
}

// serveConn serves one connection to its end: with it go its engine and the
// allocation on it.
func serveConn(conn net.Conn, rules *gate.Rules, patience deadlines) {
	out := &writer{conn: conn, timeout: patience.write}
	defer conn.Close()
	defer out.wait() // what was answered last goes out, within the time of a write
	g := gate.New(rules, out)
	defer g.Close(gate.Disconnected)
	tuple := gate.Tuple{Transport: transportOf(conn), Client: addrPort(conn.RemoteAddr()), Server: addrPort(conn.LocalAddr())}
	messages := stream.NewReader(conn)
	bareUntil := time.Now().Add(patience.bare)
	for wait := patience.first; ; wait = patience.idle {
		deadline := time.Now().Add(wait)
		if g.Idle() && deadline.After(bareUntil) {
			deadline = bareUntil
		}
		_ = conn.SetReadDeadline(deadline)
		message, err := messages.Next()
		switch {
		case err == nil:
			g.Handle(message, tuple)
		case errors.Is(err, os.ErrDeadlineExceeded) && !g.Idle():
			// It only listens to its peer. Its allocation's lifetime is the limit.
		default:
			return
		}
		if !g.Idle() {
			bareUntil = time.Now().Add(patience.bare)
		}
	}
}

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
