// Package policy decides which peers a client may reach through the relay. A
// TURN server stands inside the network it serves, so without a policy it is a
// door: to the programs that listen on loopback only, to the link-local address
// where clouds keep their credentials, to other services of its own machine.
//
// In comes the peer a permission or a channel is asked for, out comes a verdict
// with a short name for the log. The decision is pure: what it has to know of
// the running process (our own addresses, our live relays) is passed in as a
// Machine. A Policy never changes once made and holds no lock.
package policy

import (
	"cmp"
	"net/netip"
	"slices"
	"strings"
)

// Verdict is a decision and the stable short name of what decided it.
type Verdict struct {
	Allowed bool
	Reason  string
}

// Reasons that are not the name of a built-in range (see ranges.go) nor an
// operator's rule ("turn.peers-deny 10.0.0.0/8").
const (
	Default    = "default"     // nothing speaks against the peer
	OwnAddress = "own-address" // a live relay of ours when allowed, anything else of ours when denied
	Private    = "private"     // a private network that the relay, on a public address, does not stand in
	Strict     = "strict"      // turn.peers-mode strict: no relay of ours
	Zone       = "zone"        // an address with a zone id names an interface of ours, not a peer
	Invalid    = "invalid"     // no address at all
)

// Machine is what the policy has to know of the machine it stands on.
type Machine struct {
	Own func(netip.Addr) bool // whether packets to the address end here
	// Attached tells whether the interface that has the local address stands in
	// the peer's network.
	Attached func(local, peer netip.Addr) bool
	Live     func(netip.AddrPort) bool // whether it is a relay that a client of this process holds
	// Version changes whenever Own or Attached may answer differently.
	Version func() uint64
}

// Relay is the relay that wants to reach a peer: the address it stands on, and
// the one it is advertised under.
type Relay struct{ Local, Advertised netip.Addr }

// Policy holds the operator's rules, longest prefix first.
type Policy struct {
	strict bool
	rules  []rule
}

type rule struct {
	prefix netip.Prefix
	allow  bool
}

// New makes the policy with the operator's rules (turn.peers-allow and
// turn.peers-deny) in front of what is built in. A strict one leads to relays
// of this server and nowhere else.
func New(strict bool, allow, deny []netip.Prefix) *Policy {
	p := &Policy{strict: strict}
	p.add(deny, false) // before the allowing ones, so that a stable sort leaves deny in front in a tie
	p.add(allow, true)
	slices.SortStableFunc(p.rules, func(a, b rule) int {
		return cmp.Compare(b.prefix.Bits(), a.prefix.Bits())
	})
	return p
}

func (p *Policy) add(prefixes []netip.Prefix, allow bool) {
	for _, prefix := range prefixes {
		if prefix = unmap(prefix); prefix.IsValid() {
			p.rules = append(p.rules, rule{prefix, allow})
		}
	}
}

// Permit decides for one peer of a relay. The port of the peer matters for our own addresses only: there a peer
// is allowed where address and port are a live relay of this process. (RFC 8656 section 9 ignores the port of a
// permission; a client that wants to reach another of our clients has to send
// it all the same, and clients do, since they copy the peer's candidate.)
//
// An address that carries an IPv4 address inside is denied whenever that IPv4
// address is, so that no spelling gets around a rule.
func (p *Policy) Permit(peer netip.AddrPort, relay Relay, m Machine) Verdict {
	addr := peer.Addr()
	if !addr.IsValid() {
		return Verdict{false, Invalid}
	}
	if addr.Zone() != "" {
		return Verdict{false, Zone}
	}
	peer = netip.AddrPortFrom(addr.Unmap(), peer.Port())
	explicit, ruled := p.explicit(peer.Addr())
	if ruled && !explicit.Allowed {
		return explicit
	}
	otherwise := p.unruled(peer.Addr(), relay, m)
	for _, v4 := range embedded(peer.Addr()) {
		otherwise = p.Permit(netip.AddrPortFrom(v4, peer.Port()), relay, m)
		if !otherwise.Allowed {
			return otherwise
		}
	}
	switch {
	case ruled:
		return explicit
	case m.Own(peer.Addr()):
		return Verdict{m.Live(peer), OwnAddress}
	default:
		return otherwise
	}
}

// unruled is the verdict on a peer that is not ours and about which the
// operator said nothing.
func (p *Policy) unruled(peer netip.Addr, relay Relay, m Machine) Verdict {
	switch {
	case p.strict:
		return Verdict{false, Strict}
	case isPrivate(peer) && isPublic(relay.Advertised) && !m.Attached(relay.Local, peer):
		return Verdict{false, Private}
	default:
		return builtin(peer)
	}
}

// explicit is the verdict of the first, that is the longest, matching rule.
func (p *Policy) explicit(addr netip.Addr) (v Verdict, ruled bool) {
	for _, r := range p.rules {
		if r.prefix.Contains(addr) {
			return Verdict{r.allow, r.String()}, true
		}
	}
	return Verdict{}, false
}

func (r rule) String() string {
	if r.allow {
		return "turn.peers-allow " + r.prefix.String()
	}
	return "turn.peers-deny " + r.prefix.String()
}

// unmap turns a rule written as IPv4-mapped IPv6 (::ffff:10.0.0.0/104) into the
// IPv4 rule it means, since peers are unmapped before they are compared.
func unmap(p netip.Prefix) netip.Prefix {
	if p.Addr().Is4In6() && p.Bits() >= 96 {
		p = netip.PrefixFrom(p.Addr().Unmap(), p.Bits()-96)
	}
	return p.Masked()
}

// String describes the policy in force in one line, for the log at start.
func (p *Policy) String() string {
	var parts []string
	for _, r := range p.rules {
		parts = append(parts, r.String())
	}
	parts = append(parts, "own addresses: live relays only")
	if p.strict {
		return strings.Join(append(parts, "all others denied"), "; ")
	}
	return strings.Join(append(parts, "denied: "+strings.Join(deniedNames(), ", "),
		"private networks: denied to relays on public addresses unless attached", "all others allowed"), "; ")
}
