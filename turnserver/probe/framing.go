package probe

import (
	"bufio"
	"encoding/binary"
	"fmt"
	"io"
	"net"

	"github.com/pion/stun"
)

const (
	stunHeader    = 20
	channelHeader = 4
	minChannel    = 0x4000 // RFC 8656 section 12 ends at 0x4FFF, RFC 5766 at 0x7FFF
	maxChannel    = 0x7FFF
	maxDatagram   = 64 << 10
)

// framing reads one message at a time, STUN or ChannelData. On a reliable
// transport nothing is sent again and ChannelData is padded.
type framing interface {
	next() ([]byte, error)
	reliable() bool
}

func newFraming(conn net.Conn, network string) framing {
	if network == "udp" {
		return datagrams{conn, make([]byte, maxDatagram)}
	}
	return stream{bufio.NewReaderSize(conn, maxDatagram)}
}

// datagrams is UDP: one message each, bounds kept by the network.
type datagrams struct {
	conn net.Conn
	buf  []byte
}

func (d datagrams) reliable() bool { return false }

func (d datagrams) next() ([]byte, error) {
	n, err := d.conn.Read(d.buf)
	if err != nil {
		return nil, err
	}
	return append([]byte(nil), d.buf[:n]...), nil
}

// stream is TCP: messages follow one another, ChannelData padded to four bytes
// (RFC 8656 section 12.5).
type stream struct{ r *bufio.Reader }

func (s stream) reliable() bool { return true }

func (s stream) next() ([]byte, error) {
	head, err := s.r.Peek(channelHeader)
	if err != nil {
		return nil, err
	}
	size, err := frameSize(head)
	if err != nil {
		return nil, err
	}
	frame := make([]byte, size)
	_, err = io.ReadFull(s.r, frame)
	return frame, err
}

// frameSize is the size of the frame that begins with head, padding included.
func frameSize(head []byte) (int, error) {
	kind, length := head[0]>>6, int(binary.BigEndian.Uint16(head[2:]))
	switch {
	case kind == 0 && length%4 != 0: // RFC 8489 section 5
		return 0, fmt.Errorf("%w: STUN length %d is no multiple of 4", ErrMalformed, length)
	case kind == 0:
		return stunHeader + length, nil
	case kind == 1:
		return channelHeader + padded(length), nil
	}
	return 0, fmt.Errorf("%w: a frame begins with %#02x", ErrMalformed, head[0])
}

func padded(n int) int { return (n + 3) &^ 3 }

// isChannelData tells ChannelData from STUN by the first two bits.
func isChannelData(frame []byte) bool { return len(frame) > 0 && frame[0]>>6 == 1 }

// parseChannelData takes ChannelData apart. Over UDP padding is allowed too
// (RFC 8656 section 12.5), any other surplus is not.
func parseChannelData(frame []byte) (Packet, error) {
	if len(frame) < channelHeader {
		return Packet{}, fmt.Errorf("%w: ChannelData of %d bytes", ErrMalformed, len(frame))
	}
	number, length := binary.BigEndian.Uint16(frame), int(binary.BigEndian.Uint16(frame[2:]))
	body := frame[channelHeader:]
	if len(body) != length && len(body) != padded(length) {
		return Packet{}, fmt.Errorf("%w: ChannelData says %d bytes and has %d", ErrMalformed, length, len(body))
	}
	return Packet{Channel: number, Data: body[:length]}, nil
}

// parseMessage decodes a STUN message that fills the frame.
func parseMessage(frame []byte) (*stun.Message, error) {
	m := &stun.Message{Raw: frame}
	if err := m.Decode(); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrMalformed, err)
	}
	if len(frame) != stunHeader+int(m.Length) || m.Length%4 != 0 {
		return nil, fmt.Errorf("%w: STUN length %d in a frame of %d bytes", ErrMalformed, m.Length, len(frame))
	}
	return m, nil
}
