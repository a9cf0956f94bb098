package gate

import (
	"net/netip"

	"zerortc/turnserver/policy"
)

// clearance is the policy's word that a relay may send to an address, whatever the
// port. It holds until the policy or this machine's addresses change.
type clearance struct {
	policy  *policy.Policy
	machine uint64 // the version
	own     bool   // the address is one of this machine
}

// reaches tells whether the session's relay may send to the peer now, and whether
// the peer is on this machine: maybe another relay. The grant, if any, remembers
// what was found out about the address.
//
// A permission is for an address with all its ports, while on our own addresses
// only those of relays may be reached, and only while the relays live. So each
// packet there is judged by itself, unless a rule of the operator's is above that.
func (s *session) reaches(peer netip.AddrPort, g *grant) (own, ok bool) {
	rules := s.gate.rules
	live, version := rules.Live().Peers, rules.Machine.Version()
	if g != nil {
		if c := g.cleared.Load(); c != nil && c.policy == live && c.machine == version {
			return c.own, true
		}
	}
	own = rules.Machine.Own(peer.Addr())
	verdict := rules.judge(peer, s)
	if g != nil && verdict.Allowed && verdict.Reason != policy.OwnAddress {
		g.cleared.Store(&clearance{policy: live, machine: version, own: own})
	}
	return own, verdict.Allowed
}

// judge asks the policy about a peer of a session's relay.
func (r *Rules) judge(peer netip.AddrPort, s *session) policy.Verdict {
	v := r.Live().Peers.Permit(netip.AddrPortFrom(peer.Addr().Unmap(), peer.Port()), s.relay.Addresses(), r.Machine)
	if !v.Allowed {
		r.deniedPeers.count(policy.Denial(v))
	}
	return v
}
