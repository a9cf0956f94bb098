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
type behind struct {
	session *session
	inbox   chan doubtful
	closed  chan struct{}
	once    sync.Once
}

// doubtful is a datagram that the engine decides about.
type doubtful struct {
	data *[]byte // of the pool
	from netip.AddrPort
}

// inboxSize is how many datagrams wait for the engine: next to nothing does but
// what strangers send.
const inboxSize = 4

var datagrams = sync.Pool{New: func() any { b := make([]byte, 0, engine.MaxFromPeer); return &b }}

func newBehind(s *session) *behind {
	return &behind{session: s, inbox: make(chan doubtful, inboxSize), closed: make(chan struct{})}
}

// ask has the engine decide about a datagram, unless it has too much to do.
func (b *behind) ask(p *socket.Packet) {
	if len(b.inbox) == cap(b.inbox) {
		return
	}
	data := datagrams.Get().(*[]byte)
	*data = append((*data)[:0], p.Data()...)
	select {
	case b.inbox <- doubtful{data, p.From}:
	default:
		datagrams.Put(data)
	}
}

// ReadFrom implements net.PacketConn. What the policy denies now is not told.
func (b *behind) ReadFrom(buffer []byte) (int, net.Addr, error) {
	for {
		select {
		case <-b.closed:
			return 0, nil, net.ErrClosed
		case d := <-b.inbox:
			n := copy(buffer, *d.data)
			datagrams.Put(d.data)
			if b.session.gate.rules.Live().Peers != b.session.policy {
				if _, ok := b.session.reaches(d.from, nil); !ok {
					continue
				}
			}
			return n, net.UDPAddrFromAddrPort(d.from), nil
		}
	}
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
func (b *behind) Close() (err error) {
	b.once.Do(func() {
		close(b.closed)
		b.session.gate.forget(b.session)
		err = b.session.relay.Close()
		b.session.gate.rules.ledger.remove(b.session)
	})
	return err
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
