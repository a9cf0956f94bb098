package gate

import (
	"net/netip"
	"time"

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
	addresses := make([]netip.Addr, len(peers))
	for i, p := range peers {
		addresses[i] = p.Addr()
	}
	return nil, s.install(addresses, g.rules.Live().MaxPermissions)
}

// permissionTime is how long a permission lasts (RFC 8656 section 9).
const permissionTime = 5 * time.Minute

// install has the engine permit the addresses if the client may hold so many.
func (s *session) install(addresses []netip.Addr, most int) error {
	now := time.Now() // the engine counts from later on
	if !s.grants.permissionsFit(addresses, most, now) {
		return permissionLimit
	}
	for _, a := range addresses {
		if err := s.allocation.Permit(a); err != nil {
			return gone(err)
		}
		s.grants.permit(a, now.Add(permissionTime), now)
	}
	return nil
}

// permit is 443 for a peer of another family than the relay, 403 for one that
// the policy denies. Browsers bear a 403; anything else makes Firefox give up
// the relay.
func (g *Gate) permit(s *session, peer netip.AddrPort) error {
	if peer.Addr().Is4() != s.relay.Advertised().Addr().Is4() {
		return peerFamilyMismatch
	}
	if v := g.rules.judge(peer, s); !v.Allowed {
		g.rules.complain("peer denied", "peer", peer, "why", v.Reason, "client", s.tuple.Client, "user", Clip(s.user))
		return forbidden
	}
	return nil
}
