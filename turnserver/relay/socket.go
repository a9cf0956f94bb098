package relay

import (
	"errors"
	"net"
	"net/netip"
	"sync"
	"time"

	"zerortc/turnserver/policy"
)

// hiccup is how long a reader rests after an error of a socket that is still
// open: out of memory, an interface that went away.
const hiccup = 10 * time.Millisecond

// Socket is one relayed transport address. It is a net.PacketConn whose
// ReadFrom fails only once it is closed.
type Socket struct {
	conn       *net.UDPConn
	ports      *Ports
	local      netip.AddrPort
	advertised netip.AddrPort
	parked     bool   // guarded by ports.mu
	holder     Holder // set once, before others know the socket
	once       sync.Once
}

// Holder is what a port is held by: it is told when the port is given back.
type Holder interface{ Release() }

// Hold sets the holder. Whoever was handed a new socket calls it before others
// know the socket.
func (s *Socket) Hold(h Holder) { s.holder = h }

// Holder is the one set by Hold, or for a redeemed port by TakePair.
func (s *Socket) Holder() Holder { return s.holder }

// Advertised is the address peers send to.
func (s *Socket) Advertised() netip.AddrPort { return s.advertised }

// Addresses are the address the relay stands on and the one it is advertised
// under.
func (s *Socket) Addresses() policy.Relay {
	return policy.Relay{Local: s.local.Addr(), Advertised: s.advertised.Addr()}
}

// ReadFrom implements net.PacketConn. A datagram longer than b is dropped: half
// a packet helps nobody.
func (s *Socket) ReadFrom(b []byte) (int, net.Addr, error) {
	for {
		n, _, flags, from, err := s.conn.ReadMsgUDPAddrPort(b, nil)
		switch {
		case errors.Is(err, net.ErrClosed):
			return 0, nil, net.ErrClosed
		case err != nil:
			time.Sleep(hiccup)
		case flags&msgTrunc == 0:
			return n, net.UDPAddrFromAddrPort(s.ports.seenAs(from)), nil
		}
	}
}

// WriteTo implements net.PacketConn.
func (s *Socket) WriteTo(b []byte, to net.Addr) (int, error) {
	peer, ok := to.(*net.UDPAddr)
	if !ok {
		return 0, errors.New("a relay sends to UDP addresses only")
	}
	return s.conn.WriteToUDPAddrPort(b, s.ports.reachedAt(peer.AddrPort()))
}

// Close implements net.PacketConn and gives the port back.
func (s *Socket) Close() error {
	var err error
	s.once.Do(func() {
		err = s.conn.Close()
		s.ports.release(s)
		if s.holder != nil {
			s.holder.Release()
		}
	})
	return err
}

// LocalAddr implements net.PacketConn.
func (s *Socket) LocalAddr() net.Addr { return s.conn.LocalAddr() }

// SetDeadline implements net.PacketConn.
func (s *Socket) SetDeadline(t time.Time) error { return s.conn.SetDeadline(t) }

// SetReadDeadline implements net.PacketConn.
func (s *Socket) SetReadDeadline(t time.Time) error { return s.conn.SetReadDeadline(t) }

// SetWriteDeadline implements net.PacketConn.
func (s *Socket) SetWriteDeadline(t time.Time) error { return s.conn.SetWriteDeadline(t) }

// Behind a 1:1 NAT two relays of this server know one another by public
// addresses, which many NATs do not lead back in. The packets stay inside: sent
// to the relay's own address, and seen as coming from the public one.

func (p *Ports) reachedAt(peer netip.AddrPort) netip.AddrPort {
	p.mu.Lock()
	defer p.mu.Unlock()
	if s := p.advertised[peer]; s != nil {
		return s.local
	}
	return peer
}

func (p *Ports) seenAs(from netip.AddrPort) netip.AddrPort {
	from = netip.AddrPortFrom(from.Addr().Unmap(), from.Port())
	p.mu.Lock()
	defer p.mu.Unlock()
	if s := p.local[from]; s != nil {
		return s.advertised
	}
	return from
}
