package gate

import (
	"encoding/binary"
	"errors"
	"net/netip"
	"time"

	"github.com/pion/stun"

	"zerortc/turnserver/engine"
)

// channelBind binds a channel to a peer (RFC 8656 section 12.2).
func (g *Gate) channelBind(r *request) ([]stun.Setter, error) {
	s, err := g.holder(r)
	if err != nil {
		return nil, err
	}
	value, ok, err := r.value(stun.AttrChannelNumber, 4)
	if err != nil || !ok {
		return nil, badRequest
	}
	number := binary.BigEndian.Uint16(value)
	if number < engine.MinChannel || number > engine.MaxChannel {
		return nil, badRequest
	}
	peers, err := r.peers()
	if err != nil || len(peers) != 1 {
		return nil, badRequest
	}
	if err := g.permit(s, peers[0]); err != nil {
		return nil, err
	}
	return nil, s.bind(number, peers[0], g.rules.Live())
}

// channelTime is how long a channel stays bound (RFC 8656 section 12).
const channelTime = 10 * time.Minute

// bind has the engine bind the channel, which permits the peer too, if the
// client may hold so many of either.
func (s *session) bind(number uint16, peer netip.AddrPort, live *Live) error {
	now := time.Now() // the engine counts from later on
	if !s.grants.channelFits(number, live.MaxChannels, now) {
		return channelLimit
	}
	if !s.grants.permissionsFit([]netip.Addr{peer.Addr()}, live.MaxPermissions, now) {
		return permissionLimit
	}
	err := s.allocation.Bind(number, peer)
	if errors.Is(err, engine.ErrChannelUsed) {
		return badRequest
	}
	if err != nil {
		return gone(err)
	}
	s.grants.bind(number, peer, now.Add(channelTime), now)
	s.grants.permit(peer.Addr(), now.Add(permissionTime), now)
	return nil
}

// channelData relays a ChannelData message (RFC 8656 section 12.6). On a
// datagram there may be padding behind the data, and other bytes too; they are
// no part of it.
func (g *Gate) channelData(packet []byte, from Tuple) {
	if len(packet) < channelHeader {
		g.rules.count(malformed)
		return
	}
	size := channelHeader + int(binary.BigEndian.Uint16(packet[2:]))
	if size > len(packet) {
		g.rules.count(malformed)
		return
	}
	s := g.session(from)
	if s == nil {
		g.rules.count(noAllocation)
		return
	}
	_ = s.allocation.SendChannel(packet[:size]) // it ended a moment ago: nobody to tell
}

// indication relays the data of a Send indication (RFC 8656 section 11.2).
// Others, Binding indications that keep a NAT open among them, ask for nothing.
func (g *Gate) indication(r *request) {
	if r.Type.Method != stun.MethodSend {
		return
	}
	s := g.session(r.from)
	if s == nil {
		g.rules.count(noAllocation)
		return
	}
	data, err := r.Get(stun.AttrData)
	peers, errPeers := r.peers()
	if err != nil || errPeers != nil || len(peers) != 1 || r.checkUnderstood() != nil {
		g.rules.count(malformed)
		return
	}
	_ = s.allocation.Send(peers[0], data) // as above
}
