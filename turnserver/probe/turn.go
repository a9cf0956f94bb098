package probe

import (
	"context"
	"encoding/binary"
	"fmt"
	"net/netip"
	"time"

	"github.com/pion/stun"
)

// Request makes an unsigned request for Do.
func Request(method stun.Method, attributes ...stun.Setter) (*stun.Message, error) {
	setters := append([]stun.Setter{stun.TransactionID, stun.NewType(method, stun.ClassRequest)}, attributes...)
	m, err := stun.Build(setters...)
	if err != nil {
		return nil, fmt.Errorf("probe: making a request: %w", err)
	}
	return m, nil
}

// ask makes a signed request and sends it.
func (c *Client) ask(ctx context.Context, method stun.Method, attributes ...stun.Setter) (*stun.Message, error) {
	m, err := Request(method, attributes...)
	if err != nil {
		return nil, err
	}
	return c.Do(ctx, m, Signed())
}

// Binding asks for the address the server sees us under (RFC 8489 section 12).
func (c *Client) Binding(ctx context.Context) (netip.AddrPort, error) {
	m, err := Request(stun.MethodBinding, stun.Fingerprint)
	if err != nil {
		return netip.AddrPort{}, err
	}
	res, err := c.Do(ctx, m)
	if err != nil {
		return netip.AddrPort{}, err
	}
	return xorAddress(res, stun.AttrXORMappedAddress)
}

// Refresh asks for another lifetime, zero to give the allocation back (RFC 8656
// section 7.1), and tells what the server granted.
func (c *Client) Refresh(ctx context.Context, lifetime time.Duration) (time.Duration, error) {
	res, err := c.ask(ctx, stun.MethodRefresh, Lifetime(lifetime))
	if err != nil {
		return 0, err
	}
	return lifetimeOf(res)
}

// CreatePermission lets the peers send to us (RFC 8656 section 9.1).
func (c *Client) CreatePermission(ctx context.Context, peers ...netip.AddrPort) error {
	var attributes []stun.Setter
	for _, p := range peers {
		attributes = append(attributes, Peer(p))
	}
	_, err := c.ask(ctx, stun.MethodCreatePermission, attributes...)
	return err
}

// ChannelBind ties a channel number to a peer (RFC 8656 section 12.1).
func (c *Client) ChannelBind(ctx context.Context, number uint16, peer netip.AddrPort) error {
	_, err := c.ask(ctx, stun.MethodChannelBind, Channel(number), Peer(peer))
	return err
}

// Lifetime is the LIFETIME attribute, in whole seconds.
func Lifetime(d time.Duration) stun.RawAttribute {
	return stun.RawAttribute{Type: stun.AttrLifetime, Value: binary.BigEndian.AppendUint32(nil, uint32(d/time.Second))}
}

// Channel is the CHANNEL-NUMBER attribute.
func Channel(number uint16) stun.RawAttribute {
	return stun.RawAttribute{Type: stun.AttrChannelNumber, Value: []byte{byte(number >> 8), byte(number), 0, 0}}
}

func lifetimeOf(m *stun.Message) (time.Duration, error) {
	a, ok := m.Attributes.Get(stun.AttrLifetime)
	if !ok || len(a.Value) != 4 {
		return 0, fmt.Errorf("%w: %s without a whole LIFETIME", ErrMalformed, m.Type)
	}
	return time.Duration(binary.BigEndian.Uint32(a.Value)) * time.Second, nil
}
