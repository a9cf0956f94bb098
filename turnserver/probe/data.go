package probe

import (
	"context"
	"encoding/binary"
	"fmt"
	"net/netip"

	"github.com/pion/stun"
)

// Packet is what a peer sent us through the relay: in a Data indication, which
// names the peer, or over a channel, which is a number.
type Packet struct {
	Peer    netip.AddrPort // zero for a channel
	Channel uint16         // zero for a Data indication
	Data    []byte
}

// Send sends data to a peer in a Send indication (RFC 8656 section 11.1). The
// server answers nothing, not even when it drops the data.
func (c *Client) Send(peer netip.AddrPort, data []byte) error {
	m, err := stun.Build(stun.TransactionID, stun.NewType(stun.MethodSend, stun.ClassIndication),
		Peer(peer), stun.RawAttribute{Type: stun.AttrData, Value: data})
	if err != nil {
		return fmt.Errorf("probe: making a Send indication: %w", err)
	}
	return c.Write(m.Raw)
}

// SendChannel sends data over a channel (RFC 8656 section 12.4).
func (c *Client) SendChannel(number uint16, data []byte) error {
	frame := binary.BigEndian.AppendUint16(nil, number)
	frame = binary.BigEndian.AppendUint16(frame, uint16(len(data)))
	frame = append(frame, data...)
	if c.frames.reliable() {
		frame = append(frame, make([]byte, padded(len(data))-len(data))...)
	}
	return c.Write(frame)
}

// Receive waits for the next packet from a peer.
func (c *Client) Receive(ctx context.Context) (Packet, error) {
	select {
	case p := <-c.packets:
		return p, nil
	default:
	}
	select {
	case p := <-c.packets:
		return p, nil
	case <-ctx.Done():
		return Packet{}, fmt.Errorf("probe: waiting for a packet: %w", ctx.Err())
	case <-c.done:
		return Packet{}, c.err // written before done was closed
	}
}

// indication takes a Data indication apart; other indications are for agents
// that are not clients of TURN and are passed over.
func (c *Client) indication(m *stun.Message) error {
	if m.Type.Method != stun.MethodData {
		return nil
	}
	if err := checkAttributes(m); err != nil {
		return err
	}
	peer, err := xorAddress(m, stun.AttrXORPeerAddress)
	if err != nil {
		return err
	}
	data, ok := m.Attributes.Get(stun.AttrData)
	if !ok {
		return fmt.Errorf("%w: Data indication without DATA", ErrMalformed)
	}
	c.deliver(Packet{Peer: peer, Data: data.Value})
	return nil
}
