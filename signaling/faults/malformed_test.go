package faults

import (
	"fmt"
	"net"
	"slices"
	"strings"
	"testing"
)

// offer is what a sound client says; peerHears is what its peer gets of it.
const offer = `{"cmd":"offer","roomId":"rude","uid":"rude","remoteUid":"peer","msg":""}`

// TestMalformed sends what RFC 6455 does not allow, and some things that it does,
// from a member with a peer. The peer hears of the end if there is one, and gets
// what was sound before it.
func TestMalformed(t *testing.T) {
	address := start(t)
	const (
		wrong  = 1002 // protocol error
		tooBig = 1009
		normal = 1000
	)
	sound := frame(final|opText, offer)
	for _, test := range []struct {
		name   string
		bytes  []byte
		code   int  // of the server's close frame
		offers int  // that the peer hears of before it
		pongs  bool // come before it
		cut    bool // we end the connection behind the bytes
	}{
		{name: "reserved bit 1", bytes: frame(final|rsv1|opText, offer), code: wrong},
		{name: "reserved bit 2", bytes: frame(final|rsv2|opText, offer), code: wrong},
		{name: "reserved bit 3", bytes: frame(final|rsv3|opText, offer), code: wrong},
		{name: "reserved bits on a ping", bytes: frame(final|rsv1|rsv2|rsv3|opPing, ""), code: wrong},
		{name: "sound, then a reserved bit", bytes: slices.Concat(sound, frame(final|rsv1|opText, offer)), code: wrong, offers: 1},
		{name: "opcode 3", bytes: frame(final|3, offer), code: wrong},
		{name: "opcode 7", bytes: frame(final|7, offer), code: wrong},
		{name: "opcode 11", bytes: frame(final|11, ""), code: wrong},
		{name: "opcode 15", bytes: frame(final|15, ""), code: wrong},
		{name: "not masked", bytes: append([]byte{final | opText, byte(len(offer))}, offer...), code: wrong},
		{name: "ping not masked", bytes: []byte{final | opPing, 0}, code: wrong},
		{name: "close not masked", bytes: []byte{final | opClose, 2, 3, 232}, code: wrong},
		{name: "ping in fragments", bytes: frame(opPing, "half"), code: wrong},
		{name: "close in fragments", bytes: frame(opClose, "\x03\xe8"), code: wrong},
		{name: "ping of 126 bytes", bytes: frame(final|opPing, strings.Repeat("x", 126)), code: wrong},
		{name: "pong of 65536 bytes", bytes: frame(final|opPong, strings.Repeat("x", 65536)), code: wrong},
		{name: "close of 126 bytes", bytes: frame(final|opClose, strings.Repeat("\x03", 126)), code: wrong},
		{name: "continuation of nothing", bytes: frame(final|opContinuation, offer), code: wrong},
		{name: "continuation after the end", bytes: slices.Concat(sound, frame(final|opContinuation, "x")), code: wrong, offers: 1},
		{name: "text amid a text", bytes: slices.Concat(frame(opText, offer[:9]), frame(final|opText, offer)), code: wrong},
		{name: "binary amid a text", bytes: slices.Concat(frame(opText, offer[:9]), frame(final|opBinary, offer)), code: wrong},

		{name: "close 999", bytes: bye(999, ""), code: wrong},
		{name: "close 1004", bytes: bye(1004, ""), code: wrong},
		{name: "close 1005", bytes: bye(1005, ""), code: wrong},
		{name: "close 1006", bytes: bye(1006, ""), code: wrong},
		{name: "close 1015", bytes: bye(1015, ""), code: wrong},
		{name: "close 2999", bytes: bye(2999, ""), code: wrong},
		{name: "close 5000", bytes: bye(5000, ""), code: wrong},
		{name: "close 65535", bytes: bye(65535, ""), code: wrong},
		{name: "close, reason not UTF-8", bytes: bye(1000, "\xff\xfe"), code: wrong},
		{name: "close, reason cut amid a rune", bytes: bye(1000, "caf\xc3"), code: wrong},
		{name: "close without a code", bytes: frame(final|opClose, ""), code: 0},
		{name: "close with half a code", bytes: frame(final|opClose, "\x03"), code: 0},
		{name: "close 1000", bytes: bye(1000, "bye"), code: normal},
		{name: "close 3000", bytes: bye(3000, ""), code: 3000},
		{name: "close 4999", bytes: bye(4999, strings.Repeat("x", 123)), code: 4999},
		{name: "frames after the close", bytes: slices.Concat(bye(1000, ""), sound, sound), code: normal},

		{name: "length 2^63", bytes: long(final|opText, 1<<63, offer), code: tooBig},
		{name: "length 2^64-1", bytes: long(final|opText, 1<<64-1, offer), code: tooBig},
		{name: "length 2^63 of a ping", bytes: long(final|opPing, 1<<63, ""), code: wrong},
		{name: "65537 bytes", bytes: frame(final|opText, strings.Repeat(" ", 65537)), code: tooBig},
		{name: "65537 bytes in fragments", bytes: slices.Concat(frame(opText, strings.Repeat(" ", 65536)), frame(final|opContinuation, " ")), code: tooBig},

		// What hurts nobody is not held against the client.
		{name: "length not the shortest", bytes: slices.Concat(long(final|opText, uint64(len(offer)), offer), bye(1000, "")), code: normal, offers: 1},
		{name: "not UTF-8", bytes: slices.Concat(frame(final|opText, strings.Replace(offer, `""`, "\"\xff\"", 1)), sound, bye(1000, "")), code: normal, offers: 1},
		{name: "binary", bytes: slices.Concat(frame(final|opBinary, offer), sound, bye(1000, "")), code: normal, offers: 1},
		{name: "empty text", bytes: slices.Concat(frame(final|opText, ""), sound, bye(1000, "")), code: normal, offers: 1},
		{name: "a byte a fragment, pings between", bytes: slices.Concat(crumbs(offer), bye(1000, "")), code: normal, offers: 1, pongs: true},
		{name: "empty fragments", bytes: slices.Concat(frame(opText, ""), frame(opContinuation, offer), frame(final|opContinuation, ""), bye(1000, "")), code: normal, offers: 1},
		{name: "ping of 125 bytes", bytes: slices.Concat(frame(final|opPing, strings.Repeat("x", 125)), bye(1000, "")), code: normal, pongs: true},
		{name: "pong that nobody asked for", bytes: slices.Concat(frame(final|opPong, "?"), sound, bye(1000, "")), code: normal, offers: 1},

		// What breaks off ends without a word.
		{name: "half a header", bytes: []byte{final | opText}, cut: true, code: noClose},
		{name: "no mask", bytes: []byte{final | opText, 0x80 | 5}, cut: true, code: noClose},
		{name: "half a length", bytes: []byte{final | opText, 0x80 | 127, 0, 0, 0}, cut: true, code: noClose},
		{name: "half a payload", bytes: sound[:len(sound)-1], cut: true, code: noClose},
		{name: "half a message", bytes: frame(opText, offer), cut: true, code: noClose},
		{name: "nothing at all", cut: true, code: noClose},
	} {
		t.Run(test.name, func(t *testing.T) {
			peer := connect(t, address)
			defer peer.close()
			peer.say(t, `{"cmd":"join","roomId":"rude","uid":"peer"}`)
			peer.settle(t)
			rude := upgrade(t, address)
			defer rude.Close()
			rude.text(t, `{"cmd":"join","roomId":"rude","uid":"rude"}`)
			peer.hears(t, `{"cmd":"new-peer","remoteUid":"rude"}`)
			if _, got, err := rude.next(); err != nil || string(got) != `{"cmd":"resp-join","remoteUid":"peer"}` {
				t.Fatalf("%s, %v", got, err)
			}

			rude.put(t, test.bytes)
			if test.cut {
				rude.Close()
			} else {
				code, before, err := rude.ending()
				if code != test.code || err != nil || len(before) > 0 != test.pongs {
					t.Errorf("the server ends with %d behind %q (%v), want %d", code, before, err, test.code)
				}
			}
			for range test.offers {
				peer.hears(t, offer)
			}
			peer.hears(t, `{"cmd":"peer-leave","remoteUid":"rude"}`)
			peer.hearsOnly(t)
		})
	}
}

// crumbs is a text in fragments of a byte, with a ping behind every tenth.
func crumbs(text string) (out []byte) {
	for i := range len(text) {
		first := byte(opContinuation)
		if i == 0 {
			first = opText
		}
		if i == len(text)-1 {
			first |= final
		}
		out = append(out, frame(first, text[i:i+1])...)
		if i%10 == 5 {
			out = append(out, frame(final|opPing, fmt.Sprint(i))...)
		}
	}
	return out
}

// TestBadHandshakes: what is no WebSocket does not become one, and is gone soon.
func TestBadHandshakes(t *testing.T) {
	address := start(t)
	sound := fmt.Sprintf(handshake, address)
	for name, bytes := range map[string]string{
		"garbage":             "\x00\x01\x02\x03\r\n\r\n",
		"no version":          strings.Replace(sound, "Sec-WebSocket-Version: 13\r\n", "", 1),
		"another version":     strings.Replace(sound, "Version: 13", "Version: 8", 1),
		"no key":              strings.Replace(sound, "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n", "", 1),
		"short key":           strings.Replace(sound, "dGhlIHNhbXBsZSBub25jZQ==", "c2hvcnQ=", 1),
		"POST":                strings.Replace(sound, "GET", "POST", 1),
		"a frame comes first": string(frame(final|opText, offer)),
		"no host":             strings.Replace(sound, "Host: "+address+"\r\n", "", 1),
	} {
		t.Run(name, func(t *testing.T) {
			c := dial(t, address, nil)
			defer c.Close()
			c.put(t, []byte(bytes))
			c.Conn.(*net.TCPConn).CloseWrite()
			status, err := c.in.ReadString('\n')
			if strings.Contains(status, " 101 ") || err == nil && !strings.Contains(status, " 4") {
				t.Errorf("%q, %v", status, err)
			}
		})
	}
	// Half a handshake is nobody's, and is over with its connection.
	c := dial(t, address, nil)
	c.put(t, []byte(sound[:len(sound)-2]))
	c.Close()
}
