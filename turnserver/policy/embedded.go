package policy

import "net/netip"

// The IPv6 ranges that carry an IPv4 address, to which a translator or a tunnel
// somewhere on the way delivers.
var (
	compatible = netip.MustParsePrefix("::/96")           // RFC 4291 section 2.5.5.1
	translated = netip.MustParsePrefix("::ffff:0:0:0/96") // RFC 2765 section 2.1
	nat64      = netip.MustParsePrefix("64:ff9b::/96")    // RFC 6052 section 2.1
	sixToFour  = netip.MustParsePrefix("2002::/16")       // RFC 3056 section 2
	teredo     = netip.MustParsePrefix("2001::/32")       // RFC 4380 section 4
)

// embedded lists the IPv4 addresses inside an IPv6 address. IPv4-mapped ones
// never come here, they are unmapped before.
//
// 64:ff9b:1::/48 (RFC 8215) is not among them: where its IPv4 address stands is
// the choice of each network (RFC 6052 section 2.2 knows six places), so we
// cannot read it. That range is denied whole, until the operator allows it.
func embedded(addr netip.Addr) []netip.Addr {
	if !addr.Is6() || addr == netip.IPv6Loopback() || addr.IsUnspecified() {
		return nil
	}
	b := addr.As16()
	switch {
	case compatible.Contains(addr), translated.Contains(addr), nat64.Contains(addr):
		return []netip.Addr{netip.AddrFrom4([4]byte(b[12:]))}
	case sixToFour.Contains(addr):
		return []netip.Addr{netip.AddrFrom4([4]byte(b[2:6]))}
	case teredo.Contains(addr):
		// The server first, then the client, whose bits are flipped.
		client := [4]byte{^b[12], ^b[13], ^b[14], ^b[15]}
		return []netip.Addr{netip.AddrFrom4([4]byte(b[4:8])), netip.AddrFrom4(client)}
	}
	return nil
}
