// Package stream cuts a byte stream from a client into STUN and ChannelData
// messages (RFC 8656 sections 3.1 and 12.5).
//
// What comes in is any io.Reader, split anywhere by the network; what goes out
// is one whole message a call. A stream that holds anything else ends: there is
// no way to find the next message in it.
package stream

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
)

const (
	// MaxMessage is the longest message taken. Media is far shorter, and a
	// control request too.
	MaxMessage = 2048

	stunHeader    = 20
	channelHeader = 4
	magicCookie   = 0x2112A442
)

// Errors of a stream that is not TURN.
var (
	ErrNotTURN = errors.New("neither STUN nor ChannelData")
	ErrTooLong = errors.New("message is too long")
)

// bufferSize is what is read at once at the most: a few messages of media.
const bufferSize = 8 << 10

// Reader cuts a stream into messages.
type Reader struct {
	buffered *bufio.Reader
	last     int // length of the message handed out, still in the buffer
}

// NewReader reads from r.
func NewReader(r io.Reader) *Reader {
	return &Reader{buffered: bufio.NewReaderSize(r, bufferSize)}
}

// Next returns the next message, without the padding that follows ChannelData
// on a stream. It is valid until the call after. At the end of the stream the
// error is io.EOF, or io.ErrUnexpectedEOF inside a message.
func (r *Reader) Next() ([]byte, error) {
	if _, err := r.buffered.Discard(r.last); err != nil {
		return nil, err
	}
	r.last = 0
	head, err := r.buffered.Peek(channelHeader)
	if err != nil {
		return nil, cut(err, len(head))
	}
	length, padded, err := r.measure(head)
	if err != nil {
		return nil, err
	}
	message, err := r.buffered.Peek(padded)
	if err != nil {
		return nil, cut(err, len(message))
	}
	r.last = padded
	return message[:length], nil
}

// Again has Next return the last message once more.
func (r *Reader) Again() { r.last = 0 }

// Ready tells whether Next has a whole message, and need not read the stream.
func (r *Reader) Ready() bool {
	rest := r.buffered.Buffered() - r.last
	if rest < stunHeader {
		return false // a ChannelData message may be shorter, and comes a moment later
	}
	ahead, err := r.buffered.Peek(r.last + channelHeader)
	if err != nil {
		return false
	}
	size := int(binary.BigEndian.Uint16(ahead[r.last+2:]))
	if ahead[r.last]>>6 == 0 {
		return stunHeader+size <= rest
	}
	return (channelHeader+size+3)&^3 <= rest
}

// measure tells the length of the message that begins with head, without and
// with padding. Lengths are ints: in 16 bits the longest ones wrap to nothing,
// and a reader that trusts them never moves on.
func (r *Reader) measure(head []byte) (length, padded int, err error) {
	size := int(binary.BigEndian.Uint16(head[2:]))
	switch head[0] >> 6 { // RFC 8656 section 12: the first two bits tell them apart
	case 0:
		if err := r.checkSTUN(size); err != nil {
			return 0, 0, err
		}
		length = stunHeader + size
	case 1:
		length = channelHeader + size
	default:
		return 0, 0, ErrNotTURN
	}
	if padded = (length + 3) &^ 3; padded > MaxMessage {
		return 0, 0, fmt.Errorf("%w: %d bytes, at most %d", ErrTooLong, padded, MaxMessage)
	}
	return length, padded, nil
}

// checkSTUN looks for what RFC 8489 section 5 promises of every header.
func (r *Reader) checkSTUN(size int) error {
	if size%4 != 0 {
		return ErrNotTURN
	}
	header, err := r.buffered.Peek(stunHeader)
	if err != nil {
		return cut(err, len(header))
	}
	if binary.BigEndian.Uint32(header[4:]) != magicCookie {
		return ErrNotTURN
	}
	return nil
}

// cut makes the end of a stream inside a message an error of its own.
func cut(err error, got int) error {
	if errors.Is(err, io.EOF) && got > 0 {
		return io.ErrUnexpectedEOF
	}
	return err
}
