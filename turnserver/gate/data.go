package gate

import (
	"net/netip"

	"zerortc/turnserver/engine"
	"zerortc/turnserver/socket"
)

// The way of data, from clients to peers and back. What the engine has granted is
// known here (grants.go), so that data passes without it, without a lock that
// others hold for long, and without memory. Where anything is in doubt the packet
// goes the long way: to Handle from a client, to the engine from a peer (behind.go).

// Relay passes a client's data on if what is granted says where to. It tells false
// for all other packets: they are for Handle. Several goroutines may call it, each
// with packets and an Out of its own.
func (g *Gate) Relay(p *socket.Packet, from Tuple, out *socket.Out) bool {
	m, ok := readData(p.Data())
	if !ok {
		return false
	}
	s := g.session(from)
	if s == nil || s.over(out.Now()) {
		return false
	}
	var granted *grant
	if m.channel != 0 {
		if granted = s.grants.channel(m.channel, out.Now()); granted != nil {
			m.peer = granted.peer
		}
	} else {
		granted = s.grants.permission(m.peer.Addr(), out.Now())
	}
	if granted == nil {
		return false
	}
	p.Trim(m.begin, m.end)
	s.toPeer(p, m.peer, granted, out)
	return true
}

// toPeer sends data to a peer by the relay: by way of the network, or if the peer
// is another relay of ours to its client. The grant and the Out may be missing.
func (s *session) toPeer(p *socket.Packet, peer netip.AddrPort, granted *grant, out *socket.Out) {
	rules, size := s.gate.rules, len(p.Data())
	own, ok := s.reaches(peer, granted)
	switch {
	case !ok:
		rules.count(peerDenied)
		return
	case !s.share.Allow(size):
		rules.count(overBitrate)
		return
	}
	s.toPeers.add(size)
	if own && out != nil && s.toRelay(p, peer, out) {
		return
	}
	_ = s.relay.Send(p.Data(), peer, out) // it is lost, as packets are: there is nobody to tell
}

// toRelay hands data to the allocation that has the relay at the address. This also
// serves where a NAT does not lead back in what is sent to our public address.
func (s *session) toRelay(p *socket.Packet, at netip.AddrPort, out *socket.Out) bool {
	user := s.gate.rules.Relays.UserOf(at)
	if user == nil {
		return false
	}
	p.From = s.relay.Advertised()
	return user.FromRelay(p, out)
}

// FromRelay implements relay.User.
func (s *session) FromRelay(p *socket.Packet, out *socket.Out) bool {
	return len(p.Data()) > engine.MaxFromPeer || s.toClient(p, out)
}

// fromPeer takes what the relay's socket received.
func (s *session) fromPeer(p *socket.Packet, out *socket.Out) {
	if len(p.Data()) <= engine.MaxFromPeer && !s.toClient(p, out) {
		s.behind.ask(p)
	}
}

// toClient sends a peer's data to the client if what is granted lets it in. What a
// permission lets in was judged when the client asked for the permission. If the
// policy has changed since, it is judged again: a peer that is denied now is not
// heard for as long as the permission lasts.
func (s *session) toClient(p *socket.Packet, out *socket.Out) bool {
	if s.over(out.Now()) {
		return false
	}
	granted := s.grants.from(p.From, out.Now())
	if granted == nil {
		return false
	}
	rules, size := s.gate.rules, len(p.Data())
	if rules.Live().Peers != s.policy {
		if _, ok := s.reaches(p.From, granted); !ok {
			return true
		}
	}
	if !s.share.Allow(size) {
		rules.count(overBitrate)
		return true
	}
	s.fromPeers.add(size)
	s.gate.send(frame(p, granted.number, s.tuple.Transport), s.tuple, Media, out)
	return true
}
