package gate

import (
	"encoding/binary"
	"net"
	"net/netip"
	"sync"
	"time"

	"github.com/pion/stun"

	"zerortc/turnserver/engine"
	"zerortc/turnserver/socket"
)

// behind is the relay socket as the engine has it: net.PacketConn. The engine reads
// what peers sent and nothing here lets in, decides, and writes what it was asked
// to send the long way.
//
// Each allocation has one, and a goroutine of the library waits in it: what it keeps,
// on the stack too, it keeps thousands of times.
type behind struct {
	session *session
	inbox   chan *doubtful

	mu     sync.Mutex
	closed bool // and the inbox with it
}

// doubtful is a datagram that the engine decides about.
type doubtful struct {
	data []byte
	from netip.AddrPort
}

// inboxSize is how many datagrams wait for the engine: next to nothing does but
// what strangers send.
const inboxSize = 4

var doubts = sync.Pool{New: func() any { return &doubtful{data: make([]byte, 0, engine.MaxFromPeer)} }}

func newBehind(s *session) *behind {
	return &behind{session: s, inbox: make(chan *doubtful, inboxSize)}
}

// ask has the engine decide about a datagram, unless it has too much to do.
func (b *behind) ask(p *socket.Packet) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.closed || len(b.inbox) == cap(b.inbox) {
		return
	}
	d := doubts.Get().(*doubtful)
	d.data, d.from = append(d.data[:0], p.Data()...), p.From
	b.inbox <- d // has room: all others only take out
}

// ReadFrom implements net.PacketConn. What the policy denies now is not told.
func (b *behind) ReadFrom(buffer []byte) (int, net.Addr, error) {
	for d := range b.inbox {
		n, from := copy(buffer, d.data), d.from
		doubts.Put(d)
		if b.isHeard(from) {
			return n, net.UDPAddrFromAddrPort(from), nil
		}
	}
	return 0, nil, net.ErrClosed
}

func (b *behind) isHeard(from netip.AddrPort) bool {
	if b.session.gate.rules.Live().Peers == b.session.policy {
		return true
	}
	_, ok := b.session.reaches(from, nil)
	return ok
}

// WriteTo implements net.PacketConn.
func (b *behind) WriteTo(data []byte, to net.Addr) (int, error) {
	if peer, ok := to.(*net.UDPAddr); ok {
		at := peer.AddrPort()
		b.session.toPeer(socket.Message(data), netip.AddrPortFrom(at.Addr().Unmap(), at.Port()), nil, nil)
	}
	return len(data), nil
}

// Close implements net.PacketConn: the allocation has ended.
func (b *behind) Close() error {
	if !b.shut() {
		return nil
	}
	b.session.gate.forget(b.session)
	err := b.session.relay.Close()
	b.session.gate.rules.ledger.remove(b.session)
	return err
}

// shut tells whether it was open.
func (b *behind) shut() bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.closed {
		return false
	}
	b.closed = true
	close(b.inbox)
	return true
}

// sink is where the engine puts what is for the client: what peers sent and a
// permission let in. What strangers send counts for nothing.
func (g *Gate) sink(s *session) func([]byte) {
	return func(packet []byte) {
		size := payload(packet)
		if !s.share.Allow(size) {
			g.rules.count(overBitrate)
			return
		}
		s.fromPeers.add(size)
		g.send(packet, s.tuple, Media, nil)
	}
}

// payload is the length of the data in a ChannelData message or a Data
// indication that the engine made.
func payload(packet []byte) int {
	if packet[0]>>6 == 1 {
		return int(binary.BigEndian.Uint16(packet[2:]))
	}
	for rest := packet[headerSize:]; len(rest) >= attributeSize; {
		kind, size := binary.BigEndian.Uint16(rest), int(binary.BigEndian.Uint16(rest[2:]))
		if stun.AttrType(kind) == stun.AttrData {
			return size
		}
		rest = rest[min(len(rest), attributeSize+(size+3)&^3):]
	}
	return 0
}

// LocalAddr implements net.PacketConn.
func (b *behind) LocalAddr() net.Addr { return net.UDPAddrFromAddrPort(b.session.relay.Advertised()) }

// The engine sets no deadlines.

// SetDeadline implements net.PacketConn.
func (b *behind) SetDeadline(time.Time) error { return nil }

// SetReadDeadline implements net.PacketConn.
func (b *behind) SetReadDeadline(time.Time) error { return nil }

// SetWriteDeadline implements net.PacketConn.
func (b *behind) SetWriteDeadline(time.Time) error { return nil }
