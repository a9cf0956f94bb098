package faults

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"
)

// raw is a WebSocket connection whose bytes we choose.
type raw struct {
	net.Conn
	in *bufio.Reader
}

// handshake is that of RFC 6455 section 1.3.
const handshake = "GET /ws HTTP/1.1\r\nHost: %s\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n" +
	"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"

// dial connects; control, if there is one, is told of the socket first.
func dial(t *testing.T, address string, control func(network, address string, conn syscall.RawConn) error) *raw {
	t.Helper()
	conn, err := (&net.Dialer{Control: control}).Dial("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	conn.SetDeadline(time.Now().Add(patience))
	return &raw{conn, bufio.NewReader(conn)}
}

// upgrade dials and shakes hands.
func upgrade(t *testing.T, address string) *raw {
	t.Helper()
	return shakeHands(t, address, dial(t, address, nil))
}

func shakeHands(t *testing.T, address string, c *raw) *raw {
	t.Helper()
	c.put(t, fmt.Appendf(nil, handshake, address))
	response, err := http.ReadResponse(c.in, nil)
	if err != nil {
		t.Fatal(err)
	}
	if response.StatusCode != http.StatusSwitchingProtocols || response.Header.Get("Sec-Websocket-Accept") != "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=" {
		t.Fatalf("%s, %v", response.Status, response.Header)
	}
	return c
}

func (c *raw) put(t *testing.T, bytes []byte) {
	t.Helper()
	if _, err := c.Write(bytes); err != nil {
		t.Errorf("writing %d bytes: %v", len(bytes), err)
	}
}

func (c *raw) text(t *testing.T, payload string) { c.put(t, frame(final|opText, payload)) }

// ending reads up to the server's close frame and tells its code: 0 if it has
// none, noClose if the connection ended without one. Frames before it are told
// too, those of the server's pings left out.
func (c *raw) ending() (code int, before []string, err error) {
	for {
		op, payload, err := c.next()
		switch {
		case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF), err != nil && strings.Contains(err.Error(), "reset"):
			return noClose, before, nil
		case err != nil:
			return 0, before, err
		case op == opClose && len(payload) < 2:
			return 0, before, nil
		case op == opClose:
			return int(binary.BigEndian.Uint16(payload)), before, nil
		case op == opPing:
		case op == opPong:
			before = append(before, "pong "+string(payload))
		default:
			before = append(before, string(payload))
		}
	}
}

const noClose = -1

// next reads a frame of the server's: never masked, never in fragments.
func (c *raw) next() (op byte, payload []byte, err error) {
	head := make([]byte, 2)
	if _, err := io.ReadFull(c.in, head); err != nil {
		return 0, nil, err
	}
	length := uint64(head[1])
	extra := map[byte]int{126: 2, 127: 8}[head[1]]
	if extra > 0 {
		long := make([]byte, 8)
		if _, err := io.ReadFull(c.in, long[8-extra:]); err != nil {
			return 0, nil, err
		}
		length = binary.BigEndian.Uint64(long)
	}
	if head[0]&0xf0 != final || length > 1<<20 {
		return 0, nil, fmt.Errorf("the server sends a frame that begins with % x", head)
	}
	payload = make([]byte, length)
	_, err = io.ReadFull(c.in, payload)
	return head[0] & 0x0f, payload, err
}

// The first byte of a frame (RFC 6455 section 5.2).
const (
	final = 0x80
	rsv1  = 0x40
	rsv2  = 0x20
	rsv3  = 0x10

	opContinuation = 0
	opText         = 1
	opBinary       = 2
	opClose        = 8
	opPing         = 9
	opPong         = 10
)

var mask = []byte{0x5a, 0x00, 0xff, 0x17}

// frame is a masked frame with the shortest length.
func frame(first byte, payload string) []byte {
	switch n := len(payload); {
	case n <= 125:
		return masked([]byte{first, byte(n)}, payload)
	case n <= 0xffff:
		return masked(binary.BigEndian.AppendUint16([]byte{first, 126}, uint16(n)), payload)
	default:
		return long(first, uint64(n), payload)
	}
}

// long is a masked frame that claims a length in eight bytes.
func long(first byte, claimed uint64, payload string) []byte {
	return masked(binary.BigEndian.AppendUint64([]byte{first, 127}, claimed), payload)
}

func masked(head []byte, payload string) []byte {
	head[1] |= 0x80
	out := slices.Concat(head, mask)
	for i := range len(payload) {
		out = append(out, payload[i]^mask[i%4])
	}
	return out
}

// bye is a close frame with a code and a reason.
func bye(code uint16, reason string) []byte {
	return frame(final|opClose, string(binary.BigEndian.AppendUint16(nil, code))+reason)
}
