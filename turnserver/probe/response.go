package probe

import (
	"fmt"
	"slices"

	"github.com/pion/stun"
)

// understood are the comprehension-required attributes of RFC 8489 and RFC 8656
// that may stand in a response; any other makes a response void (RFC 8489
// section 6.3.3).
var understood = []stun.AttrType{
	stun.AttrMappedAddress, stun.AttrUsername, stun.AttrMessageIntegrity, stun.AttrErrorCode,
	stun.AttrUnknownAttributes, stun.AttrChannelNumber, stun.AttrLifetime, stun.AttrXORPeerAddress,
	stun.AttrData, stun.AttrRealm, stun.AttrNonce, stun.AttrXORRelayedAddress,
	stun.AttrRequestedAddressFamily, stun.AttrEvenPort, stun.AttrRequestedTransport,
	stun.AttrDontFragment, stun.AttrXORMappedAddress, stun.AttrReservationToken,
}

// unsigned are the errors a server may send unsigned to a signed request: it
// could not tell who asked, or sends the client elsewhere.
var unsigned = []int{300, 400, 401, 438}

// checkResponse looks through an answer and turns an error response into Error.
func checkResponse(req, res *stun.Message, key stun.MessageIntegrity) error {
	if res.Type.Method != req.Type.Method {
		return fmt.Errorf("%w: %s answers %s", ErrMalformed, res.Type, req.Type)
	}
	if err := checkAttributes(res); err != nil {
		return err
	}
	var refused error
	if res.Type.Class == stun.ClassErrorResponse {
		e, err := errorOf(res)
		if err != nil {
			return err
		}
		refused = e
	}
	if err := checkIntegrity(res, key, slices.Contains(unsigned, Code(refused))); err != nil {
		return fmt.Errorf("%s: %w", res.Type, err)
	}
	return refused
}

// checkAttributes looks at what stands in the message and in which order:
// FINGERPRINT last, and nothing else behind MESSAGE-INTEGRITY (RFC 8489
// sections 14.5 and 14.7).
func checkAttributes(m *stun.Message) error {
	sealed := false
	for i, a := range m.Attributes {
		switch {
		case a.Type == stun.AttrFingerprint && i != len(m.Attributes)-1:
			return fmt.Errorf("%w: FINGERPRINT is not last", ErrMalformed)
		case a.Type == stun.AttrFingerprint:
			if err := stun.Fingerprint.Check(m); err != nil {
				return fmt.Errorf("%w: %w", ErrMalformed, err)
			}
		case sealed:
			return fmt.Errorf("%w: %s behind MESSAGE-INTEGRITY", ErrMalformed, a.Type)
		case a.Type == stun.AttrMessageIntegrity:
			sealed = true
		case a.Type.Required() && !slices.Contains(understood, a.Type):
			return fmt.Errorf("%w: unknown attribute %s", ErrMalformed, a.Type)
		}
	}
	return nil
}

// checkIntegrity looks at the signature of the answer to a signed request (RFC
// 8489 section 9.2.5). A normal client would drop what fails here and wait; we
// tell.
func checkIntegrity(m *stun.Message, key stun.MessageIntegrity, mayLack bool) error {
	mac, signed := m.Attributes.Get(stun.AttrMessageIntegrity)
	switch {
	case len(key) == 0, !signed && mayLack:
		return nil
	case !signed:
		return fmt.Errorf("%w is missing", ErrIntegrity)
	case len(mac.Value) != 20:
		return fmt.Errorf("%w has %d bytes", ErrIntegrity, len(mac.Value))
	}
	if err := key.Check(m); err != nil {
		return fmt.Errorf("%w is wrong", ErrIntegrity)
	}
	return nil
}

// errorOf reads ERROR-CODE (RFC 8489 section 14.8): a class of 3 to 6 and a
// number below 100.
func errorOf(m *stun.Message) (Error, error) {
	a, ok := m.Attributes.Get(stun.AttrErrorCode)
	if !ok || len(a.Value) < 4 {
		return Error{}, fmt.Errorf("%w: %s without a whole ERROR-CODE", ErrMalformed, m.Type)
	}
	class, number := int(a.Value[2]&7), int(a.Value[3])
	if class < 3 || class > 6 || number > 99 {
		return Error{}, fmt.Errorf("%w: error class %d, number %d", ErrMalformed, class, number)
	}
	return Error{m.Type.Method, class*100 + number, string(a.Value[4:])}, nil
}
