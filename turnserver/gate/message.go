package gate

import (
	"encoding/binary"
	"errors"
	"net/netip"
	"sync"

	"github.com/pion/stun"
)

const (
	headerSize    = 20
	attributeSize = 4 // an attribute's header
	integritySize = 20
	magicCookie   = 0x2112A442
)

// request is a STUN message from a client, read strictly: the header fills the
// packet, a FINGERPRINT is right, and nothing but that stood behind
// MESSAGE-INTEGRITY.
type request struct {
	*stun.Message
	from        Tuple
	signed      bool // it carries MESSAGE-INTEGRITY, not yet checked
	fingerprint bool
	known       bool // its sender has had a nonce of ours: the address is no forgery

	// After authentication.
	user string
	key  stun.MessageIntegrity
}

var errMalformed = errors.New("malformed message")

// messages are kept for what requests are read into.
var messages = sync.Pool{New: func() any { return stun.New() }}

func giveBack(m *stun.Message) {
	m.Raw = nil // the packet is not ours
	messages.Put(m)
}

// read takes a packet apart, by way of the message. What is wrong with it does not
// matter: RFC 8489 section 6.3 has such a packet dropped in silence.
func read(m *stun.Message, packet []byte, from Tuple) (*request, error) {
	if len(packet) < headerSize ||
		binary.BigEndian.Uint32(packet[4:]) != magicCookie ||
		headerSize+int(binary.BigEndian.Uint16(packet[2:])) != len(packet) {
		return nil, errMalformed
	}
	// The library computes a MAC into the room behind the message, where the
	// next one of a stream may stand: leave it none.
	packet = packet[:len(packet):len(packet)]
	m.Raw = packet
	r := &request{Message: m, from: from}
	if err := r.Decode(); err != nil {
		return nil, errMalformed
	}
	if r.Contains(stun.AttrFingerprint) {
		if err := stun.Fingerprint.Check(r.Message); err != nil {
			return nil, errMalformed
		}
		r.fingerprint = true
	}
	r.cut()
	return r, nil
}

// cut ends the message behind MESSAGE-INTEGRITY: what follows is not covered by
// it and must be ignored (RFC 8489 section 14.5). The library heeds it.
func (r *request) cut() {
	end := headerSize
	for i, a := range r.Attributes {
		end += attributeSize + (int(a.Length)+3)&^3
		if a.Type != stun.AttrMessageIntegrity {
			continue
		}
		r.signed = true
		r.Attributes = r.Attributes[:i+1]
		r.Raw = r.Raw[:end]
		r.Length = uint32(end - headerSize)
		r.WriteLength()
		return
	}
}

// signedWith tells whether the key made the MESSAGE-INTEGRITY.
func (r *request) signedWith(key []byte) bool {
	value, err := r.Get(stun.AttrMessageIntegrity)
	return err == nil && len(value) == integritySize && stun.MessageIntegrity(key).Check(r.Message) == nil
}

func (r *request) isRequest() bool    { return r.Type.Class == stun.ClassRequest }
func (r *request) isIndication() bool { return r.Type.Class == stun.ClassIndication }

// understood holds the comprehension-required attributes we know; others below
// 0x8000 are refused with 420 (RFC 8489 section 6.3.1). DONT-FRAGMENT is not
// among them, which RFC 8656 section 7.2 allows, and nor are the optional
// security features of RFC 8489, which our nonces do not offer.
var understood = map[stun.AttrType]bool{
	stun.AttrMappedAddress:          true,
	stun.AttrUsername:               true,
	stun.AttrMessageIntegrity:       true,
	stun.AttrErrorCode:              true,
	stun.AttrUnknownAttributes:      true,
	stun.AttrChannelNumber:          true,
	stun.AttrLifetime:               true,
	stun.AttrXORPeerAddress:         true,
	stun.AttrData:                   true,
	stun.AttrRealm:                  true,
	stun.AttrNonce:                  true,
	stun.AttrXORRelayedAddress:      true,
	stun.AttrRequestedAddressFamily: true,
	stun.AttrEvenPort:               true,
	stun.AttrRequestedTransport:     true,
	stun.AttrXORMappedAddress:       true,
	stun.AttrReservationToken:       true,
	stun.AttrPriority:               true, // ICE sends these two to plain STUN servers too
	stun.AttrUseCandidate:           true,
}

// checkUnderstood is 420 with a list of what was not understood. The library's
// own UNKNOWN-ATTRIBUTES is malformed, so it is put together here: two bytes a
// type (RFC 8489 section 14.13).
func (r *request) checkUnderstood() error {
	var list []byte
	for _, a := range r.Attributes {
		if a.Type.Required() && !understood[a.Type] {
			list = binary.BigEndian.AppendUint16(list, uint16(a.Type))
		}
	}
	if list == nil {
		return nil
	}
	return refusal{
		name: unknownAttribute, code: stun.CodeUnknownAttribute, reason: "Unknown Attribute",
		tell: stun.RawAttribute{Type: stun.AttrUnknownAttributes, Value: list},
	}
}

// value is an attribute's value if the attribute is there and of the size.
func (r *request) value(t stun.AttrType, size int) (value []byte, present bool, err error) {
	if !r.Contains(t) {
		return nil, false, nil
	}
	value, err = r.Get(t)
	if err != nil || len(value) != size {
		return nil, true, badRequest
	}
	return value, true, nil
}

// peers reads every XOR-PEER-ADDRESS (RFC 8656 section 18.3). The library's own
// reader trusts the length of the value.
func (r *request) peers() ([]netip.AddrPort, error) {
	var list []netip.AddrPort
	for _, a := range r.Attributes {
		if a.Type != stun.AttrXORPeerAddress {
			continue
		}
		p, ok := readPeer(r.Raw, a.Value)
		if !ok {
			return nil, badRequest
		}
		list = append(list, p)
	}
	if len(list) == 0 {
		return nil, badRequest
	}
	return list, nil
}
