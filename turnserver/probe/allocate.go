package probe

import (
	"context"
	"fmt"
	"net/netip"
	"time"

	"github.com/pion/stun"
)

// EvenPort says which port an allocation asks for (RFC 8656 section 18.7).
type EvenPort int

// The ways to ask: any port, an even one, an even one with the next reserved.
const (
	AnyPort EvenPort = iota
	Even
	EvenAndNext
)

// Family is the value of REQUESTED-ADDRESS-FAMILY (RFC 8656 section 18.6).
type Family byte

// The families; the zero value asks for none.
const (
	IPv4 Family = 1
	IPv6 Family = 2
)

// UDP is the protocol number of REQUESTED-TRANSPORT that TURN relays over.
const UDP = 17

// AllocateOptions shapes an Allocate request; the zero value is the plain one.
type AllocateOptions struct {
	Lifetime     time.Duration // zero: the server's choice
	EvenPort     EvenPort
	Reservation  []byte // RESERVATION-TOKEN of an allocation made with EvenAndNext
	Transport    byte   // zero: UDP
	Family       Family
	DontFragment bool
}

// Allocation is what the server granted.
type Allocation struct {
	Relayed     netip.AddrPort // where peers reach us
	Mapped      netip.AddrPort // where the server sees us
	Lifetime    time.Duration
	Reservation []byte // RESERVATION-TOKEN, when asked for with EvenAndNext
}

// Allocate asks for a relayed address (RFC 8656 section 6).
func (c *Client) Allocate(ctx context.Context, o AllocateOptions) (Allocation, error) {
	res, err := c.ask(ctx, stun.MethodAllocate, o.attributes()...)
	if err != nil {
		return Allocation{}, err
	}
	return allocationOf(res, o)
}

func (o AllocateOptions) attributes() []stun.Setter {
	transport := o.Transport
	if transport == 0 {
		transport = UDP
	}
	list := []stun.Setter{RequestedTransport(transport)}
	add := func(wanted bool, t stun.AttrType, value ...byte) {
		if wanted {
			list = append(list, stun.RawAttribute{Type: t, Value: value})
		}
	}
	if o.Lifetime != 0 {
		list = append(list, Lifetime(o.Lifetime))
	}
	add(o.Family != 0, stun.AttrRequestedAddressFamily, byte(o.Family), 0, 0, 0)
	add(o.DontFragment, stun.AttrDontFragment)
	add(o.EvenPort == Even, stun.AttrEvenPort, 0)
	add(o.EvenPort == EvenAndNext, stun.AttrEvenPort, 0x80)
	add(o.Reservation != nil, stun.AttrReservationToken, o.Reservation...)
	return list
}

// RequestedTransport is the REQUESTED-TRANSPORT attribute.
func RequestedTransport(protocol byte) stun.RawAttribute {
	return stun.RawAttribute{Type: stun.AttrRequestedTransport, Value: []byte{protocol, 0, 0, 0}}
}

// allocationOf reads a success response and holds it against what was asked
// for: an even port when even was asked, a token with R and never without.
func allocationOf(m *stun.Message, o AllocateOptions) (a Allocation, err error) {
	if a.Relayed, err = xorAddress(m, stun.AttrXORRelayedAddress); err != nil {
		return a, err
	}
	if a.Mapped, err = xorAddress(m, stun.AttrXORMappedAddress); err != nil {
		return a, err
	}
	if a.Lifetime, err = lifetimeOf(m); err != nil {
		return a, err
	}
	token, given := m.Attributes.Get(stun.AttrReservationToken)
	a.Reservation = token.Value
	switch {
	case a.Relayed.Port() == 0 || a.Relayed.Addr().IsUnspecified():
		return a, fmt.Errorf("%w: the relayed address is %v", ErrMalformed, a.Relayed)
	case o.EvenPort != AnyPort && a.Relayed.Port()%2 != 0:
		return a, fmt.Errorf("%w: asked for an even port, got %d", ErrMalformed, a.Relayed.Port())
	case given != (o.EvenPort == EvenAndNext):
		return a, fmt.Errorf("%w: RESERVATION-TOKEN given: %t", ErrMalformed, given)
	case given && len(token.Value) != 8:
		return a, fmt.Errorf("%w: RESERVATION-TOKEN of %d bytes", ErrMalformed, len(token.Value))
	}
	return a, nil
}
