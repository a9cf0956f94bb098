package gate

import (
	"encoding/binary"
	"math/rand/v2"
	"net/netip"

	"github.com/pion/stun"

	"zerortc/turnserver/socket"
)

// channelHeader is the length of a ChannelData header (RFC 8656 section 12.4).
const channelHeader = 4

// data is where a client's data stands in a packet, and where it is to go.
type data struct {
	channel    uint16         // or
	peer       netip.AddrPort // of a Send indication
	begin, end int
}

// readData reads a ChannelData message or a Send indication that has an address and
// data and nothing else, as Firefox sends them. Whatever is odd about a packet, it
// is not for this reader.
func readData(packet []byte) (d data, ok bool) {
	switch {
	case len(packet) < channelHeader:
		return d, false
	case packet[0]>>6 == 1:
		d.channel = binary.BigEndian.Uint16(packet)
		d.begin, d.end = channelHeader, channelHeader+int(binary.BigEndian.Uint16(packet[2:]))
		return d, d.end <= len(packet)
	default:
		return readIndication(packet)
	}
}

// IsData tells whether a packet looks like data rather than a request.
func IsData(packet []byte) bool {
	return len(packet) > 1 && (packet[0]>>6 == 1 || binary.BigEndian.Uint16(packet) == sendIndication)
}

const sendIndication = 0x0016 // RFC 8656 section 17

func readIndication(packet []byte) (d data, ok bool) {
	if len(packet) < headerSize || binary.BigEndian.Uint16(packet) != sendIndication ||
		binary.BigEndian.Uint32(packet[4:]) != magicCookie ||
		headerSize+int(binary.BigEndian.Uint16(packet[2:])) != len(packet) {
		return d, false
	}
	for at := headerSize; at < len(packet); {
		if len(packet)-at < attributeSize {
			return d, false
		}
		kind, size := stun.AttrType(binary.BigEndian.Uint16(packet[at:])), int(binary.BigEndian.Uint16(packet[at+2:]))
		begin, end := at+attributeSize, at+attributeSize+size
		if end > len(packet) {
			return d, false
		}
		switch {
		case kind == stun.AttrXORPeerAddress && !d.peer.IsValid():
			if d.peer, ok = readPeer(packet, packet[begin:end]); !ok {
				return d, false
			}
		case kind == stun.AttrData && d.begin == 0:
			d.begin, d.end = begin, end
		default:
			return d, false
		}
		at = attributeSize + at + (size+3)&^3
	}
	return d, d.peer.IsValid() && d.begin != 0
}

// readPeer reads the value of an XOR-PEER-ADDRESS (RFC 8489 section 14.2): a zero
// byte, the family, the port, the address, the last two XORed with the cookie and
// the transaction id, which the header holds in a row. An IPv4-mapped address is
// the IPv4 address it spells.
func readPeer(message, value []byte) (netip.AddrPort, bool) {
	if len(value) != 8 && len(value) != 20 {
		return netip.AddrPort{}, false
	}
	mask := message[4:headerSize]
	port := binary.BigEndian.Uint16(value[2:]) ^ binary.BigEndian.Uint16(mask)
	var plain [16]byte
	for i, b := range value[4:] {
		plain[i] = b ^ mask[i]
	}
	switch {
	case family(value[1]) == ipv4 && len(value) == 8:
		return netip.AddrPortFrom(netip.AddrFrom4([4]byte(plain[:4])), port), true
	case family(value[1]) == ipv6 && len(value) == 20:
		return netip.AddrPortFrom(netip.AddrFrom16(plain).Unmap(), port), true
	default:
		return netip.AddrPort{}, false
	}
}

// frame makes a peer's data what a client is to get: ChannelData by a channel that
// has a number, and else a Data indication. On a stream ChannelData is padded (RFC
// 8656 section 12.5).
func frame(p *socket.Packet, channel uint16, by Transport) []byte {
	size := len(p.Data())
	if channel == 0 {
		return frameIndication(p, size)
	}
	padding := 0
	if by != UDP {
		padding = -size & 3
	}
	message := p.Framed(channelHeader, padding)
	binary.BigEndian.PutUint16(message, channel)
	binary.BigEndian.PutUint16(message[2:], uint16(size))
	return message
}

const dataIndication = 0x0017

// frameIndication writes a Data indication (RFC 8656 section 11.3): header,
// XOR-PEER-ADDRESS, DATA. Its transaction id is not to be guessed, and no more.
func frameIndication(p *socket.Packet, size int) []byte {
	header := headerSize + attributeSize + 4 + p.From.Addr().BitLen()/8 + attributeSize
	message := p.Framed(header, -size&3)
	binary.BigEndian.PutUint16(message, dataIndication)
	binary.BigEndian.PutUint16(message[2:], uint16(len(message)-headerSize))
	binary.BigEndian.PutUint32(message[4:], magicCookie)
	binary.BigEndian.PutUint64(message[8:], rand.Uint64())
	binary.BigEndian.PutUint32(message[16:], rand.Uint32())
	putPeer(message, p.From)
	binary.BigEndian.PutUint16(message[header-attributeSize:], uint16(stun.AttrData))
	binary.BigEndian.PutUint16(message[header-attributeSize+2:], uint16(size))
	return message
}

// putPeer writes an XOR-PEER-ADDRESS behind the header.
func putPeer(message []byte, peer netip.AddrPort) {
	attribute, mask := message[headerSize:], message[4:headerSize]
	length, address := 16, peer.Addr().As16()
	if peer.Addr().Is4() {
		length = 4
		copy(address[:], address[12:]) // mapped
	}
	binary.BigEndian.PutUint16(attribute, uint16(stun.AttrXORPeerAddress))
	binary.BigEndian.PutUint16(attribute[2:], uint16(attributeSize+length))
	attribute[4], attribute[5] = 0, byte(familyOf(peer.Addr()))
	binary.BigEndian.PutUint16(attribute[6:], peer.Port()^binary.BigEndian.Uint16(mask))
	for i := range length {
		attribute[8+i] = address[i] ^ mask[i]
	}
}
