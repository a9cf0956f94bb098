package gate

import (
	"errors"
	"net/netip"
	"time"

	"github.com/pion/stun"

	"zerortc/turnserver/quota"
	"zerortc/turnserver/relay"
)

const udpProtocol = 17 // REQUESTED-TRANSPORT's only value here (RFC 8656 section 18.8)

// allocate opens an allocation (RFC 8656 section 7.2).
func (g *Gate) allocate(r *request) ([]stun.Setter, error) {
	s, err := g.authenticate(r)
	if err != nil {
		return nil, err
	}
	if s != nil {
		return s.repeat(r)
	}
	if err := r.checkUnderstood(); err != nil {
		return nil, err
	}
	if g.rules.draining.Load() {
		return nil, g.rules.elsewhere(r)
	}
	wish, err := r.wish()
	if err != nil {
		return nil, err
	}
	s, token, err := g.grant(r, wish)
	if err != nil {
		return nil, err
	}
	s.terms = terms{wish.lifetime, wish.both, token}
	g.rules.allocated(r, Granted)
	return s.granted(), nil
}

// grant opens the allocation if the quotas and the ports allow it.
func (g *Gate) grant(r *request, w wish) (*session, relay.Token, error) {
	ip, err := g.relayAddress(r, w.family)
	if err != nil {
		return nil, relay.Token{}, err
	}
	socket, token, err := g.relayOn(ip, r, w)
	if err != nil {
		return nil, relay.Token{}, g.noRoom(r, err)
	}
	s, err := g.open(r, socket, w.lifetime)
	return s, token, err
}

// noRoom is 486 for what the client itself holds and 508 for what all hold
// (RFC 8656 section 7.2).
func (g *Gate) noRoom(r *request, why error) error {
	g.rules.complain("no relay for a client", "why", why, "client", r.from.Client, "user", Clip(r.user))
	if errors.Is(why, quota.ErrUser) || errors.Is(why, quota.ErrAddress) {
		return allocationQuota
	}
	return insufficientCapacity
}

// repeat answers a request on a 5-tuple that has an allocation: a retransmission
// gets the answer its first copy got, since that may have been lost.
func (s *session) repeat(r *request) ([]stun.Setter, error) {
	if s.transaction == r.TransactionID && s.user == r.user {
		return s.granted(), nil
	}
	return nil, allocationMismatch
}

// wish is what an Allocate request asks for.
type wish struct {
	lifetime time.Duration
	even     bool
	reserve  bool // the port above the even one, for later
	token    *relay.Token
	family   family
	both     bool // families; one is given
}

// wish reads the request in the order of RFC 8656 section 7.2.
func (r *request) wish() (w wish, err error) {
	protocol, ok, err := r.value(stun.AttrRequestedTransport, 4)
	if err != nil || !ok {
		return w, badRequest
	}
	if protocol[0] != udpProtocol {
		return w, unsupportedTransport
	}
	if w.token, err = r.reservation(); err != nil {
		return w, err
	}
	if w.family, err = r.family(); err != nil {
		return w, err
	}
	if w.both, err = r.additional(); err != nil {
		return w, err
	}
	octet, ok, err := r.value(stun.AttrEvenPort, 1)
	if err != nil || ok && w.token != nil {
		return w, badRequest
	}
	w.even, w.reserve = ok, ok && octet[0]&0x80 != 0
	w.lifetime, err = r.lifetime()
	return w, err
}

func (r *request) reservation() (*relay.Token, error) {
	value, ok, err := r.value(stun.AttrReservationToken, len(relay.Token{}))
	if err != nil || !ok {
		return nil, err
	}
	if r.Contains(stun.AttrRequestedAddressFamily) {
		return nil, badRequest
	}
	return (*relay.Token)(value), nil
}

// relayOn takes the relay port that the client wants, and for a new one a share
// of the quota. A reserved port has one already.
func (g *Gate) relayOn(ip netip.Addr, r *request, w wish) (*relay.Socket, relay.Token, error) {
	if w.token != nil {
		socket, err := g.rules.Relays.Redeem(*w.token, r.user)
		return socket, relay.Token{}, err
	}
	share, err := g.share(r)
	if err != nil {
		return nil, relay.Token{}, err
	}
	socket, token, err := g.newRelay(ip, r, w)
	if err != nil {
		share.Release()
		return nil, relay.Token{}, err
	}
	socket.Hold(share)
	return socket, token, nil
}

func (g *Gate) share(r *request) (*quota.Share, error) {
	return g.rules.Quota.Take(r.user, r.from.Client.Addr())
}

func (g *Gate) newRelay(ip netip.Addr, r *request, w wish) (socket *relay.Socket, token relay.Token, err error) {
	switch {
	case w.reserve:
		return g.pair(ip, r)
	case w.even:
		socket, err = g.rules.Relays.TakeEven(ip)
	default:
		socket, err = g.rules.Relays.Take(ip)
	}
	return socket, token, err
}

// pair takes two ports. The one that waits for its allocation counts as one.
func (g *Gate) pair(ip netip.Addr, r *request) (*relay.Socket, relay.Token, error) {
	share, err := g.share(r)
	if err != nil {
		return nil, relay.Token{}, err
	}
	socket, token, err := g.rules.Relays.TakePair(ip, r.user, share)
	if err != nil {
		share.Release()
	}
	return socket, token, err
}

// terms are what the success of an Allocate request tells besides addresses.
type terms struct {
	lifetime time.Duration
	both     bool        // families were asked for
	token    relay.Token // of a port that was reserved
}

// granted is the success of an Allocate request (RFC 8656 section 7.3).
func (s *session) granted() []stun.Setter {
	attributes := []stun.Setter{
		xorAddress{stun.AttrXORRelayedAddress, s.relay.Advertised()},
		lifetimeAttribute(s.terms.lifetime),
	}
	if s.terms.both {
		attributes = append(attributes, oneFamily(familyOf(s.relay.Advertised().Addr())))
	}
	if token := s.terms.token; token != (relay.Token{}) {
		attributes = append(attributes, stun.RawAttribute{Type: stun.AttrReservationToken, Value: token[:]})
	}
	return append(attributes, xorAddress{stun.AttrXORMappedAddress, s.tuple.Client})
}
