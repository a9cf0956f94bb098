package load

import (
	"encoding/binary"
	"net/netip"
	"time"
)

// mark is what the payload of each packet begins with.
type mark struct {
	run    uint16 // of the clients, so that nothing late counts in the next
	flow   uint32 // which sender it is of
	number uint64 // counted through all flows
	sent   time.Time
}

const (
	markSize  = 24
	markMagic = 0x7a72
)

func (m mark) put(payload []byte) {
	binary.BigEndian.PutUint16(payload, markMagic)
	binary.BigEndian.PutUint16(payload[2:], m.run)
	binary.BigEndian.PutUint32(payload[4:], m.flow)
	binary.BigEndian.PutUint64(payload[8:], m.number)
	binary.BigEndian.PutUint64(payload[16:], uint64(m.sent.UnixNano()))
}

func markOf(payload []byte) (m mark, ok bool) {
	if len(payload) < markSize || binary.BigEndian.Uint16(payload) != markMagic {
		return mark{}, false
	}
	return mark{
		run:    binary.BigEndian.Uint16(payload[2:]),
		flow:   binary.BigEndian.Uint32(payload[4:]),
		number: binary.BigEndian.Uint64(payload[8:]),
		sent:   time.Unix(0, int64(binary.BigEndian.Uint64(payload[16:]))),
	}, true
}

const (
	channelNumber  = 0x4000 // each client binds one
	channelHeader  = 4
	stunHeader     = 20
	sendIndication = 0x0016
	dataIndication = 0x0017
	attrPeer       = 0x0012
	attrData       = 0x0013
	cookie         = 0x2112A442

	// maxHead is the longest of what stands before the payload: STUN header,
	// XOR-PEER-ADDRESS of IPv4, header of DATA.
	maxHead = stunHeader + 12 + 4
)

// headOf is what a client puts before a payload of a size, which is a multiple
// of four, to have it sent to peer.
func headOf(kind Kind, peer netip.AddrPort, payload int) []byte {
	if kind == Channel {
		return binary.BigEndian.AppendUint16(binary.BigEndian.AppendUint16(nil, channelNumber), uint16(payload))
	}
	head := binary.BigEndian.AppendUint16(nil, sendIndication)
	head = binary.BigEndian.AppendUint16(head, uint16(maxHead-stunHeader+payload))
	head = binary.BigEndian.AppendUint32(head, cookie)
	head = append(head, "zerortcbench"...) // the transaction id: nobody answers
	head = append(head, 0, attrPeer, 0, 8, 0, 1)
	head = binary.BigEndian.AppendUint16(head, peer.Port()^cookie>>16)
	ip := peer.Addr().As4()
	head = binary.BigEndian.AppendUint32(head, binary.BigEndian.Uint32(ip[:])^cookie)
	return binary.BigEndian.AppendUint16(append(head, 0, attrData), uint16(payload))
}

// payloadOf takes the payload out of what the server sent to a client. Whatever
// is not as the scenario has it gives nil.
func payloadOf(kind Kind, message []byte) []byte {
	if kind == Channel {
		if len(message) < channelHeader || binary.BigEndian.Uint16(message) != channelNumber {
			return nil
		}
		size := int(binary.BigEndian.Uint16(message[2:]))
		if channelHeader+size > len(message) {
			return nil
		}
		return message[channelHeader : channelHeader+size]
	}
	if len(message) < stunHeader || binary.BigEndian.Uint16(message) != dataIndication {
		return nil
	}
	return dataOf(message[stunHeader:])
}

// dataOf finds DATA among attributes.
func dataOf(attributes []byte) []byte {
	for len(attributes) >= 4 {
		size := int(binary.BigEndian.Uint16(attributes[2:]))
		if 4+size > len(attributes) {
			return nil
		}
		if binary.BigEndian.Uint16(attributes) == attrData {
			return attributes[4 : 4+size]
		}
		attributes = attributes[min(len(attributes), 4+(size+3)&^3):]
	}
	return nil
}
