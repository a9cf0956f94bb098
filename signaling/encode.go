package signaling

import (
	"encoding/binary"

	"github.com/gorilla/websocket"
)

// Frames of the server are unmasked (RFC 6455 section 5.1) and whole, so a
// message on the wire is a header of two to ten bytes and the message itself.

// headRoom is kept free before a message that is read, so that it can be passed
// on with a header of ours and without being moved.
const headRoom = 10

// inPlace encodes a message that lies headRoom bytes into buf, there.
func inPlace(buf []byte, kind int) []byte {
	size := len(buf) - headRoom
	switch first := 0x80 | byte(kind); {
	case size < 126:
		out := buf[headRoom-2:]
		out[0], out[1] = first, byte(size)
		return out
	case size < 1<<16:
		out := buf[headRoom-4:]
		out[0], out[1] = first, 126
		binary.BigEndian.PutUint16(out[2:], uint16(size))
		return out
	default:
		out := buf
		out[0], out[1] = first, 127
		binary.BigEndian.PutUint64(out[2:], uint64(size))
		return out
	}
}

// encode makes a message of its own.
func encode(kind int, payload ...string) []byte {
	size := headRoom
	for _, p := range payload {
		size += len(p)
	}
	buf := make([]byte, headRoom, size)
	for _, p := range payload {
		buf = append(buf, p...)
	}
	return inPlace(buf, kind)
}

// textFrame encodes a text message.
func textFrame(payload ...string) []byte { return encode(websocket.TextMessage, payload...) }

// closeFrame encodes the end; a code of zero says nothing.
func closeFrame(end ending) []byte {
	return encode(websocket.CloseMessage, string(websocket.FormatCloseMessage(end.code, string(end.why))))
}
