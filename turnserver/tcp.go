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
	"zerortc/turnserver/stream"
)

// Deadlines of a connection. Without them a client that says nothing holds a
// descriptor for ever, and one that does not read holds a goroutine.
const (
	firstMessage = 10 * time.Second // to the first whole message
	idle         = 30 * time.Second // between messages, without an allocation
	writing      = 5 * time.Second
)

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
		s.crowd.admit(conn, func() { serveConn(conn, s.rules) })
	}
}

// serveConn serves one connection, any net.Conn, to its end: with it go its
// engine and the allocation on it.
func serveConn(conn net.Conn, rules *gate.Rules) {
	g := gate.New(rules, &frames{conn: conn})
	defer g.Close()
	tuple := gate.Tuple{Transport: gate.TCP, Client: addrPort(conn.RemoteAddr()), Server: addrPort(conn.LocalAddr())}
	messages := stream.NewReader(conn)
	for patience := firstMessage; ; patience = idle {
		_ = conn.SetReadDeadline(time.Now().Add(patience))
		message, err := messages.Next()
		switch {
		case err == nil:
			g.Handle(message, tuple)
		case errors.Is(err, os.ErrDeadlineExceeded) && !g.Idle():
			// It only listens to its peer. Its allocation's lifetime is the limit.
		default:
			return
		}
	}
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

// frames puts messages on a connection, each whole. The engine pads ChannelData
// to four bytes, as a stream needs it (RFC 8656 section 12.5).
type frames struct {
	mu   sync.Mutex
	conn net.Conn
}

// Send implements gate.Sender. A client that does not read its packets for a
// while is not waited for any longer.
func (f *frames) Send(packet []byte, _ gate.Tuple) {
	f.mu.Lock()
	defer f.mu.Unlock()
	_ = f.conn.SetWriteDeadline(time.Now().Add(writing))
	if _, err := f.conn.Write(packet); err != nil {
		_ = f.conn.Close() // half a message may be out: nothing can follow it
	}
}
