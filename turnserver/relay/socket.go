package relay

import (
	"net/netip"
	"sync"

	"zerortc/turnserver/policy"
	"zerortc/turnserver/socket"
)

// Socket is one relayed transport address.
type Socket struct {
	udp        *socket.UDP
	ports      *Ports
	local      netip.AddrPort
	advertised netip.AddrPort
	parked     bool   // guarded by ports.mu
	user       User   // guarded by ports.mu
	holder     Holder // set once, before others know the socket
	once       sync.Once
}

// Holder is what a port is held by: it is told when the port is given back.
type Holder interface{ Release() }

// User is the allocation that relays by the port.
type User interface {
	// FromRelay takes what the relay of another allocation, or this one, sends here.
	// It tells false to have it sent by way of the network.
	FromRelay(p *socket.Packet, out *socket.Out) bool
}

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

// Serve has the loops read the port for the user from now on. Each packet comes
// from the address its peer is known by: a relay of ours by the one it is
// advertised under. handle runs on a loop's goroutine.
func (s *Socket) Serve(loops *socket.Loops, user User, handle func(*socket.Packet, *socket.Out)) error {
	s.ports.use(s, user)
	return loops.Add(s.udp, func(p *socket.Packet, out *socket.Out) {
		p.From = s.ports.seenAs(p.From)
		handle(p, out)
	})
}

// Send sends data to a peer when the Out is flushed, or now if there is none. What
// the system will not take is lost.
func (s *Socket) Send(data []byte, peer netip.AddrPort, out *socket.Out) error {
	peer = s.ports.reachedAt(peer)
	if out == nil {
		return s.udp.Write(data, peer, s.local)
	}
	out.Add(s.udp, data, peer, s.local)
	return nil
}

// Close gives the port back, once nobody is just sending by it.
func (s *Socket) Close() (err error) {
	s.once.Do(func() { err = s.udp.CloseThen(s.giveBack) })
	return err
}

func (s *Socket) giveBack() {
	s.ports.release(s)
	if s.holder != nil {
		s.holder.Release()
	}
}

// Behind a 1:1 NAT two relays of this server know one another by public
// addresses, which many NATs do not lead back in. The packets stay inside: sent
// to the relay's own address, and seen as coming from the public one.

func (p *Ports) reachedAt(peer netip.AddrPort) netip.AddrPort {
	if p.translated.Load() == 0 {
		return peer
	}
	p.mu.RLock()
	defer p.mu.RUnlock()
	if s := p.advertised[peer]; s != nil {
		return s.local
	}
	return peer
}

func (p *Ports) seenAs(from netip.AddrPort) netip.AddrPort {
	if p.translated.Load() == 0 {
		return from
	}
	p.mu.RLock()
	defer p.mu.RUnlock()
	if s := p.local[from]; s != nil {
		return s.advertised
	}
	return from
}
