package gate

import (
	"net/netip"

	"github.com/pion/stun"
)

// createPermission lets peers in (RFC 8656 section 10): all of those the request
// names, or none.
func (g *Gate) createPermission(r *request) ([]stun.Setter, error) {
	s, err := g.holder(r)
	if err != nil {
		return nil, err
	}
	peers, err := r.peers()
	if err != nil {
		return nil, err
	}
	for _, p := range peers {
		if err := g.permit(s, p); err != nil {
			return nil, err
		}
	}
	for _, p := range peers {
		if err := s.allocation.Permit(p.Addr()); err != nil {
			return nil, gone(err)
		}
	}
	return nil, nil
}

// permit is 443 for a peer of another family than the relay, 403 for one that
// the policy denies. Browsers bear a 403; anything else makes Firefox give up
// the relay.
func (g *Gate) permit(s *session, peer netip.AddrPort) error {
	if peer.Addr().Is4() != s.relay.Advertised().Addr().Is4() {
		return peerFamilyMismatch
	}
	if v := g.rules.judge(peer); !v.Allowed {
		g.rules.complain("peer denied", "peer", peer, "why", v.Reason, "client", s.tuple.Client, "user", clip(s.user))
		return forbidden
	}
	return nil
}
