package socket

import "net/netip"

// Sizes of a packet that a loop reads, and of the room in front of it: a Data
// indication's header, XOR-PEER-ADDRESS of IPv6 and the head of DATA.
const (
	MaxPacket = 2048
	headroom  = 20 + 24 + 4
	tailroom  = 4 // the padding of an attribute
)

// Packet is a datagram, or a message of a stream, with whatever room there is
// around it: headers are written there rather than the data copied behind them.
type Packet struct {
	From, At netip.AddrPort // the sender, and the local address it was sent to

	slot       []byte
	begin, end int
}

// Message makes a packet of a message that has no room around it but the bytes of
// its own header.
func Message(b []byte) *Packet { return &Packet{slot: b, end: len(b)} }

// Place makes the packet one of a message that is copied into a slot, with room in
// front of it.
func (p *Packet) Place(slot []byte, at int, message []byte) {
	p.slot, p.begin, p.end = slot, at, at+copy(slot[at:], message)
}

// Data is the packet's bytes.
func (p *Packet) Data() []byte { return p.slot[p.begin:p.end] }

// Trim leaves of the data what stands between begin and end.
func (p *Packet) Trim(begin, end int) { p.begin, p.end = p.begin+begin, p.begin+end }

// Framed puts a header of some length in front of the data and padding behind it.
// The header is the first bytes of what is returned, for the caller to fill, and
// the padding is zero. The bytes around the data are lost. Without the room for
// it the result is a copy.
func (p *Packet) Framed(header, padding int) []byte {
	if header <= p.begin && p.end+padding <= len(p.slot) {
		clear(p.slot[p.end : p.end+padding])
		return p.slot[p.begin-header : p.end+padding]
	}
	framed := make([]byte, header+p.end-p.begin+padding)
	copy(framed[header:], p.Data())
	return framed
}
