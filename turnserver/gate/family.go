package gate

import (
	"net/netip"

	"github.com/pion/stun"
)

// family is the value of REQUESTED-ADDRESS-FAMILY (RFC 8656 section 18.6).
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
