package probe

import (
	"encoding/binary"
	"fmt"
	"net/netip"

	"github.com/pion/stun"
)

const magicCookie = 0x2112A442

// xorAddress reads one of the XOR-…-ADDRESS attributes (RFC 8489 section 14.2).
// The library's own reader is not used: it panics on values below four bytes.
func xorAddress(m *stun.Message, t stun.AttrType) (netip.AddrPort, error) {
	a, ok := m.Attributes.Get(t)
	if !ok {
		return netip.AddrPort{}, fmt.Errorf("%w: %s without %s", ErrMalformed, m.Type, t)
	}
	v := a.Value
	wellFormed := len(v) == 8 && v[1] == 1 || len(v) == 20 && v[1] == 2
	if !wellFormed {
		return netip.AddrPort{}, fmt.Errorf("%w: %s of %d bytes", ErrMalformed, t, len(v))
	}
	addr, _ := netip.AddrFromSlice(mask(v[4:], m.TransactionID))
	return netip.AddrPortFrom(addr, binary.BigEndian.Uint16(v[2:])^magicCookie>>16), nil
}

// Peer is XOR-PEER-ADDRESS. An IPv4-mapped IPv6 address is sent as IPv6, as it
// stands.
type Peer netip.AddrPort

// AddTo implements stun.Setter.
func (p Peer) AddTo(m *stun.Message) error {
	a := netip.AddrPort(p)
	if !a.Addr().IsValid() {
		return fmt.Errorf("probe: a peer without address")
	}
	ip, family := a.Addr().AsSlice(), byte(1)
	if len(ip) == 16 {
		family = 2
	}
	v := binary.BigEndian.AppendUint16([]byte{0, family}, a.Port()^magicCookie>>16)
	m.Add(stun.AttrXORPeerAddress, append(v, mask(ip, m.TransactionID)...))
	return nil
}

// mask is ip XOR the magic cookie and the transaction id, both ways.
func mask(ip []byte, id txID) []byte {
	pad := append(binary.BigEndian.AppendUint32(nil, magicCookie), id[:]...)
	masked := make([]byte, len(ip))
	for i := range ip {
		masked[i] = ip[i] ^ pad[i]
	}
	return masked
}

// moved is an attribute of a message of one transaction as it reads in another:
// IPv6 peers are masked with the transaction id.
func moved(a stun.RawAttribute, from, to txID) stun.RawAttribute {
	if a.Type == stun.AttrXORPeerAddress && len(a.Value) == 20 {
		a.Value = append(append([]byte(nil), a.Value[:4]...), mask(mask(a.Value[4:], from), to)...)
	}
	return a
}
