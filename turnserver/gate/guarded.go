package gate

import (
	"encoding/binary"
	"net"
	"net/netip"

	"github.com/pion/stun"

	"zerortc/turnserver/policy"
	"zerortc/turnserver/relay"
)

// guarded is a relay socket whose packets are judged once more when they leave:
// a permission is for an address with all its ports, while on our own addresses
// only those of relays may be reached, and only while the relays live.
type guarded struct {
	*relay.Socket
	gate    *Gate
	session *session
}

// WriteTo implements net.PacketConn. A packet that cannot be sent is lost, as
// packets are; there is nobody to tell.
func (c *guarded) WriteTo(b []byte, to net.Addr) (int, error) {
	rules := c.gate.rules
	peer, ok := to.(*net.UDPAddr)
	switch {
	case !ok || !rules.judge(peer.AddrPort(), c.session).Allowed:
		rules.count(peerDenied)
	case !c.session.share.Allow(len(b)):
		rules.count(overBitrate)
	default:
		c.session.toPeers.add(len(b))
		_, _ = c.Socket.WriteTo(b, to)
	}
	return len(b), nil
}

// ReadFrom implements net.PacketConn. What a permission lets in was judged when
// the client asked for the permission. If the policy has changed since, it is
// judged again: a peer that is denied now is not heard for as long as the
// permission lasts.
func (c *guarded) ReadFrom(b []byte) (int, net.Addr, error) {
	for {
		n, from, err := c.Socket.ReadFrom(b)
		peer, ok := from.(*net.UDPAddr)
		if err != nil || !ok || c.gate.rules.Live().Peers == c.session.policy ||
			c.gate.rules.judge(peer.AddrPort(), c.session).Allowed {
			return n, from, err
		}
	}
}

// Close implements net.PacketConn: the allocation has ended.
func (c *guarded) Close() error {
	c.gate.forget(c.session)
	err := c.Socket.Close()
	c.gate.rules.ledger.remove(c.session)
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
		g.send(packet, s.tuple, Media)
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

// judge asks the policy about a peer of a session's relay.
func (r *Rules) judge(peer netip.AddrPort, s *session) policy.Verdict {
	v := r.Live().Peers.Permit(netip.AddrPortFrom(peer.Addr().Unmap(), peer.Port()), s.relay.Addresses(), r.Machine)
	if !v.Allowed {
		r.deniedPeers.count(policy.Denial(v))
	}
	return v
}
