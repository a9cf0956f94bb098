package gate

import (
	"net/netip"

	"github.com/pion/stun"
)

// family is the value of REQUESTED-ADDRESS-FAMILY (RFC 8656 section 18.6), and a
// part of each address (RFC 8489 section 14.1).
type family byte

const (
	anyFamily family = 0 // the attribute is missing
	ipv4      family = 1
	ipv6      family = 2
)

func familyOf(a netip.Addr) family {
	if a.Is4() {
		return ipv4
	}
	return ipv6
}

// family reads the attribute; a family nobody knows is 440.
func (r *request) family() (family, error) {
	value, ok, err := r.value(stun.AttrRequestedAddressFamily, 4)
	if err != nil || !ok {
		return anyFamily, err
	}
	if f := family(value[0]); f == ipv4 || f == ipv6 {
		return f, nil
	}
	return anyFamily, unsupportedFamily
}

// additional reads ADDITIONAL-ADDRESS-FAMILY (RFC 8656 section 7.2 step 9): a
// client that would like a relay of each family. It may name IPv6 only, and not
// together with what decides about one relay.
func (r *request) additional() (bool, error) {
	value, ok, err := r.value(attrAdditionalFamily, 4)
	if err != nil || !ok {
		return false, err
	}
	octet, even, err := r.value(stun.AttrEvenPort, 1)
	if err != nil || family(value[0]) != ipv6 || even && octet[0]&0x80 != 0 ||
		r.Contains(stun.AttrRequestedAddressFamily) || r.Contains(stun.AttrReservationToken) {
		return false, badRequest
	}
	return true, nil
}

// Attributes of RFC 8656 sections 18.11 and 18.12 that the library has no names
// for.
const (
	attrAdditionalFamily stun.AttrType = 0x8000
	attrAddressErrorCode stun.AttrType = 0x8001
)

// oneFamily is the ADDRESS-ERROR-CODE that goes with one relay to a client that
// would have liked two: an allocation here has one, and a client that wants the
// other family too opens a second allocation with REQUESTED-ADDRESS-FAMILY.
func oneFamily(given family) stun.Setter {
	const class, number = 4, 40 // 440
	missing := ipv4 + ipv6 - given
	return stun.RawAttribute{Type: attrAddressErrorCode, Value: []byte{byte(missing), 0, class, number}}
}

// relayAddress is the address to open a relay on: the one the client reached,
// so that a server with several networks relays in the right one. Where the
// client wants the other family it is the sibling of that, or 440.
//
// Without the attribute RFC 8656 section 7.2 means IPv4. For a client that came
// by IPv6 that may be an address of a network it is not in, so it too gets the
// address it reached.
func (g *Gate) relayAddress(r *request, want family) (netip.Addr, error) {
	reached := r.from.Server.Addr()
	if want == anyFamily || want == familyOf(reached) {
		return reached, nil
	}
	sibling, ok := g.rules.Sibling(reached)
	if !ok {
		return sibling, unsupportedFamily
	}
	return sibling, nil
}
