package gate

import (
	"errors"
	"time"

	"github.com/pion/stun"

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
	wish, err := r.wish()
	if err != nil {
		return nil, err
	}
	socket, token, err := g.relayFor(r, wish)
	if err != nil {
		g.rules.complain("no relay for a client", "client", r.from.Client, "user", clip(r.user), "err", err)
		return nil, insufficientCapacity
	}
	s, err = g.open(r, socket, wish.lifetime)
	if err != nil {
		return nil, err
	}
	s.granted = granted(r, socket, wish.lifetime, token)
	return s.granted, nil
}

// repeat answers a request on a 5-tuple that has an allocation: a retransmission
// gets the answer its first copy got, since that may have been lost.
func (s *session) repeat(r *request) ([]stun.Setter, error) {
	if s.transaction == r.TransactionID {
		return s.granted, nil
	}
	return nil, allocationMismatch
}

// wish is what an Allocate request asks for.
type wish struct {
	lifetime time.Duration
	even     bool
	reserve  bool // the port above the even one, for later
	token    *relay.Token
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
	if err := r.checkFamily(); err != nil {
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

// checkFamily is 440 for a relay of another family than the address the client
// reached. Without the attribute RFC 8656 section 7.2 means IPv4; for a client
// that came by IPv6 that would be a relay on an address it did not ask, so it
// gets what it reached.
func (r *request) checkFamily() error {
	const ipv4, ipv6 = 1, 2
	value, ok, err := r.value(stun.AttrRequestedAddressFamily, 4)
	if err != nil || !ok {
		return err
	}
	if value[0] == ipv4 && r.from.Server.Addr().Is4() || value[0] == ipv6 && r.from.Server.Addr().Is6() {
		return nil
	}
	return unsupportedFamily
}

// relayFor takes a relay port on the address the client reached.
func (g *Gate) relayFor(r *request, w wish) (*relay.Socket, relay.Token, error) {
	var (
		ip     = r.from.Server.Addr()
		socket *relay.Socket
		token  relay.Token
		err    error
	)
	switch {
	case w.token != nil:
		socket, err = g.rules.Relays.Redeem(*w.token, r.user)
	case w.reserve:
		socket, token, err = g.rules.Relays.TakePair(ip, r.user)
	case w.even:
		socket, err = g.rules.Relays.TakeEven(ip)
	case !ip.IsValid():
		err = errors.New("the address the client reached is not known")
	default:
		socket, err = g.rules.Relays.Take(ip)
	}
	return socket, token, err
}

// granted is the success of an Allocate request (RFC 8656 section 7.3).
func granted(r *request, socket *relay.Socket, lifetime time.Duration, token relay.Token) []stun.Setter {
	attributes := []stun.Setter{
		xorAddress{stun.AttrXORRelayedAddress, socket.Advertised()},
		lifetimeAttribute(lifetime),
	}
	if token != (relay.Token{}) {
		attributes = append(attributes, stun.RawAttribute{Type: stun.AttrReservationToken, Value: token[:]})
	}
	return append(attributes, xorAddress{stun.AttrXORMappedAddress, r.from.Client})
}
