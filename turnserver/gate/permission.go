package gate

import (
	"net/netip"
	"slices"
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
	peers = merged(peers, netip.AddrPort.Compare)
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

// merged is a list with each of its members once.
func merged[T comparable](list []T, by func(T, T) int) []T {
	slices.SortFunc(list, by)
	return slices.Compact(list)
}

// permissionTime is how long a permission lasts (RFC 8656 section 9), and renewed
// what of it may be over without another request renewing it. Whoever has a
// credential can send a request with a packet full of peers again and again: the
// engine, which takes them one by one, is asked for each once in that time. Clients
// that live from one second of five minutes to the next there are none: they ask
// again after two to four.
const (
	permissionTime = 5 * time.Minute
	renewed        = 5 * time.Second
)

// install has the engine permit the addresses if the client may hold so many.
func (s *session) install(addresses []netip.Addr, most int) error {
	now := time.Now() // the engine counts from later on
	if !s.grants.permissionsFit(addresses, most, now) {
		return permissionLimit
	}
	for _, a := range s.grants.due(addresses, now) {
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
