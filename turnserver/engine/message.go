package engine

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"time"

	"github.com/pion/stun"
)

// messageOverhead is what a Send indication adds to its data at most: header,
// XOR-PEER-ADDRESS of IPv6, DATA header and padding.
const messageOverhead = 20 + 24 + 4 + 4

// RFC 8656 section 18: attribute values that pion/stun has no setters for.
type (
	lifetimeAttribute time.Duration
	channelAttribute  uint16
	peerAttribute     netip.AddrPort
	udpRelay          struct{}
)

func (l lifetimeAttribute) AddTo(m *stun.Message) error {
	m.Add(stun.AttrLifetime, binary.BigEndian.AppendUint32(nil, uint32(time.Duration(l)/time.Second)))
	return nil
}

func (c channelAttribute) AddTo(m *stun.Message) error {
	m.Add(stun.AttrChannelNumber, []byte{byte(c >> 8), byte(c), 0, 0})
	return nil
}

func (p peerAttribute) AddTo(m *stun.Message) error {
	a := netip.AddrPort(p)
	x := stun.XORMappedAddress{IP: a.Addr().AsSlice(), Port: int(a.Port())}
	return x.AddToAs(m, stun.AttrXORPeerAddress)
}

func (udpRelay) AddTo(m *stun.Message) error {
	const udp = 17 // RFC 8656 section 18.8: the IP protocol number
	m.Add(stun.AttrRequestedTransport, []byte{udp, 0, 0, 0})
	return nil
}

// refused is an error answer of the library.
type refused stun.ErrorCode

func (r refused) Error() string { return fmt.Sprintf("the table refused with %d", int(r)) }

// request sends a signed request for the client and returns nil on success, a
// refused error, or ErrGone when the library stays silent, which it does when
// it knows no allocation of that client. The caller holds mu.
func (e *Engine) request(client *net.UDPAddr, method stun.Method, attributes ...stun.Setter) error {
	err := e.attempt(client, method, attributes)
	if errors.Is(err, refused(stun.CodeStaleNonce)) || errors.Is(err, refused(stun.CodeUnauthorized)) {
		err = e.attempt(client, method, attributes) // with the nonce the refusal brought
	}
	return err
}

func (e *Engine) attempt(client *net.UDPAddr, method stun.Method, attributes []stun.Setter) error {
	setters := append([]stun.Setter{stun.TransactionID, stun.NewType(method, stun.ClassRequest)}, attributes...)
	if len(e.nonce) > 0 {
		setters = append(setters, stun.NewUsername(user), stun.NewRealm(realm), e.nonce, e.key)
	} else if method != stun.MethodAllocate {
		return ErrGone // an unsigned request is all we can make, and nothing was ever allocated
	}
	if err := e.ask.Build(setters...); err != nil {
		return fmt.Errorf("building a request for the table: %w", err)
	}
	raw, err := e.conn.exchange(message{e.ask.Raw, client})
	if err != nil {
		return err
	}
	return e.read(raw)
}

// read turns the library's answer into an error or nil and keeps the nonce it
// brings.
func (e *Engine) read(raw []byte) error {
	if len(raw) == 0 {
		return ErrGone
	}
	answer := &e.told
	answer.Raw = raw
	if err := answer.Decode(); err != nil {
		return fmt.Errorf("reading the table's answer: %w", err)
	}
	if answer.Type.Class == stun.ClassSuccessResponse {
		return nil
	}
	var nonce stun.Nonce
	if nonce.GetFrom(answer) == nil {
		e.nonce = bytes.Clone(nonce)
	}
	var code stun.ErrorCodeAttribute
	if err := code.GetFrom(answer); err != nil {
		return fmt.Errorf("reading the table's error answer: %w", err)
	}
	return refused(code.Code)
}
