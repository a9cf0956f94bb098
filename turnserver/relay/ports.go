// Package relay hands out relayed transport addresses: UDP sockets on ports of
// the configured range (RFC 8656 section 7.2), in pairs too where a client
// wants RTP and RTCP side by side, and it knows which of them are alive.
//
// What comes in: the local address a client reached us on. What goes out: a
// Socket bound to it, and the address to advertise for it. Who runs: nobody
// but a timer per parked reservation; what a port receives is read by a loop of
// package socket. One lock guards the tables; sockets are bound and closed outside
// it.
package relay

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"net/netip"
	"sync"
	"sync/atomic"
	"syscall"

	"zerortc/config"
	"zerortc/turnserver/socket"
)

// ErrNoPort says that every port of the range is in use: 508 to the client.
var ErrNoPort = errors.New("no relay port is free")

// errTaken says that one port is in use and the next may be free.
var errTaken = errors.New("port is taken")

// Ports is the range of relay ports on all addresses of this machine.
type Ports struct {
	ports  config.PortRange
	public func(local netip.Addr) netip.Addr

	translated atomic.Int64 // how many sockets are advertised under another address

	mu         sync.RWMutex
	advertised map[netip.AddrPort]*Socket // every socket; nil while one is being bound
	local      map[netip.AddrPort]*Socket // every socket, by the address it is bound to
	parked     map[Token]*reservation
}

// New makes an empty table for the range. Where public gives a valid address of
// the same family for a local one, that is advertised in its place: 1:1 NAT.
func New(ports config.PortRange, public func(local netip.Addr) netip.Addr) *Ports {
	return &Ports{
		ports:      ports,
		public:     public,
		advertised: map[netip.AddrPort]*Socket{},
		local:      map[netip.AddrPort]*Socket{},
		parked:     map[Token]*reservation{},
	}
}

// Take binds a relay socket on the address.
func (p *Ports) Take(ip netip.Addr) (*Socket, error) {
	return p.walk(func(port int) (*Socket, error) { return p.open(ip, port) })
}

// TakeEven binds a relay socket with an even port: EVEN-PORT with R = 0.
func (p *Ports) TakeEven(ip netip.Addr) (*Socket, error) {
	return p.walk(func(port int) (*Socket, error) {
		if port%2 != 0 {
			return nil, errTaken
		}
		return p.open(ip, port)
	})
}

// Live tells whether the address is advertised for a relay that a client holds.
func (p *Ports) Live(a netip.AddrPort) bool {
	p.mu.RLock()
	defer p.mu.RUnlock()
	s := p.advertised[a]
	return s != nil && !s.parked
}

// UserOf is who relays by the port that is advertised as the address, or nil.
func (p *Ports) UserOf(a netip.AddrPort) User {
	p.mu.RLock()
	defer p.mu.RUnlock()
	if s := p.advertised[a]; s != nil {
		return s.user
	}
	return nil
}

func (p *Ports) use(s *Socket, user User) {
	p.mu.Lock()
	defer p.mu.Unlock()
	s.user = user
}

// InUse is the number of ports taken, parked ones too.
func (p *Ports) InUse() int {
	p.mu.RLock()
	defer p.mu.RUnlock()
	return len(p.advertised)
}

// Capacity is how many ports one address has.
func (p *Ports) Capacity() int { return p.ports.Count() }

// walk tries every port of the range once, from a random one on, so that a
// nearly full range still serves and ports cannot be guessed in order.
func (p *Ports) walk(try func(port int) (*Socket, error)) (*Socket, error) {
	first, count := int(p.ports.Min), int(p.ports.Max)-int(p.ports.Min)+1
	start := rand.IntN(count)
	for i := range count {
		s, err := try(first + (start+i)%count)
		if !errors.Is(err, errTaken) {
			return s, err
		}
	}
	return nil, ErrNoPort
}

// open binds one port of the address, or tells that it is taken.
func (p *Ports) open(ip netip.Addr, port int) (*Socket, error) {
	if port > int(p.ports.Max) {
		return nil, errTaken
	}
	if !ip.IsValid() || ip.IsUnspecified() {
		return nil, fmt.Errorf("opening a relay port on %v: not an address peers could send to", ip)
	}
	at := netip.AddrPortFrom(ip, uint16(port))
	shown := p.shown(at)
	if !p.claim(shown) {
		return nil, errTaken
	}
	udp, err := socket.Open(at)
	if err != nil {
		p.unclaim(shown)
		if errors.Is(err, syscall.EADDRINUSE) {
			return nil, errTaken
		}
		return nil, fmt.Errorf("opening a relay port: %w", err)
	}
	s := &Socket{udp: udp, ports: p, local: at, advertised: shown}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.advertised[shown], p.local[at] = s, s
	if shown != at {
		p.translated.Add(1)
	}
	return s, nil
}

// shown is the address advertised for a relay bound to a local one.
func (p *Ports) shown(local netip.AddrPort) netip.AddrPort {
	if public := p.public(local.Addr()); public.IsValid() && public.Is4() == local.Addr().Is4() {
		return netip.AddrPortFrom(public, local.Port())
	}
	return local
}

// claim keeps others from trying the same port. Two local addresses behind one
// public address share its ports.
func (p *Ports) claim(shown netip.AddrPort) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if _, taken := p.advertised[shown]; taken {
		return false
	}
	p.advertised[shown] = nil
	return true
}

// unclaim gives back a port that could not be bound; whoever has it locally may
// be a relay of ours, from before the public address changed.
func (p *Ports) unclaim(shown netip.AddrPort) {
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.advertised, shown)
}

func (p *Ports) release(s *Socket) {
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.advertised, s.advertised)
	delete(p.local, s.local)
	if s.advertised != s.local {
		p.translated.Add(-1)
	}
}
