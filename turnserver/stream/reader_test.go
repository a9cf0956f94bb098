package stream

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/pion/stun"
)

func binding() []byte { return stun.MustBuild(stun.TransactionID, stun.BindingRequest).Raw }

func channelData(payload string) []byte {
	b := []byte{0x40, 0x01, 0, 0}
	binary.BigEndian.PutUint16(b[2:], uint16(len(payload)))
	return append(b, payload...)
}

// pad fills ChannelData up to a multiple of four bytes, as on a stream.
func pad(message []byte) []byte {
	return append(message, make([]byte, -len(message)&3)...)
}

// A message of every kind, however the network splits it. A channel message
// with four bytes or less is whole after eight.
func TestMessagesComeOutWhole(t *testing.T) {
	want := [][]byte{binding(), channelData(""), channelData("a"), channelData("abcd"), channelData("abcde"), binding(),
		channelData(strings.Repeat("x", MaxMessage-channelHeader))}
	var wire []byte
	for _, m := range want {
		wire = append(wire, pad(bytes.Clone(m))...)
	}
	for name, split := range map[string]func(io.Reader) io.Reader{
		"at once":     func(r io.Reader) io.Reader { return r },
		"byte a byte": iotest.OneByteReader,
		"in halves":   iotest.HalfReader,
		"with an EOF": iotest.DataErrReader,
	} {
		t.Run(name, func(t *testing.T) {
			r := NewReader(split(bytes.NewReader(wire)))
			for i, m := range want {
				if got, err := r.Next(); err != nil || !bytes.Equal(got, m) {
					t.Fatalf("message %d: % x, %v, want % x", i, got, err, m)
				}
			}
			if _, err := r.Next(); err != io.EOF {
				t.Errorf("at the end: %v, want EOF", err)
			}
		})
	}
}

// A whole message is handed out at once, not when more bytes come.
func TestNothingIsWaitedFor(t *testing.T) {
	for _, m := range [][]byte{binding(), pad(channelData("a"))} {
		in, out := io.Pipe()
		go func() { _, _ = out.Write(m) }()
		if _, err := NewReader(in).Next(); err != nil {
			t.Errorf("% x: %v", m, err)
		}
		_ = in.Close()
	}
}

func TestBadStreamsEnd(t *testing.T) {
	stunOf := func(size uint16, cookie uint32) []byte {
		b := make([]byte, stunHeader)
		binary.BigEndian.PutUint16(b[2:], size)
		binary.BigEndian.PutUint32(b[4:], cookie)
		return b
	}
	for name, c := range map[string]struct {
		wire []byte
		want error
	}{
		"nothing":                              {nil, io.EOF},
		"half a header":                        {[]byte{0, 1}, io.ErrUnexpectedEOF},
		"half a STUN header":                   {binding()[:12], io.ErrUnexpectedEOF},
		"half a message":                       {channelData("abcdefgh")[:7], io.ErrUnexpectedEOF},
		"channel data without its padding":     {channelData("a"), io.ErrUnexpectedEOF},
		"HTTP":                                 {[]byte("GET / HTTP/1.1\r\n\r\n"), ErrTooLong},
		"TLS":                                  {[]byte{22, 3, 1, 2, 0, 1, 0, 1, 252, 3, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0}, ErrNotTURN},
		"first bits 10":                        {[]byte{0x80, 0, 0, 0}, ErrNotTURN},
		"first bits 11":                        {[]byte{0xff, 0xff, 0xff, 0xff}, ErrNotTURN},
		"STUN without its cookie":              {stunOf(0, 0), ErrNotTURN},
		"STUN of odd length":                   {stunOf(2, magicCookie), ErrNotTURN},
		"STUN whose length wraps to 0 in 16 b": {stunOf(0xFFEC, magicCookie), ErrTooLong},
		"channel whose length wraps to 0":      {[]byte{0x40, 0, 0xFF, 0xFC, 0, 0, 0, 0, 0}, ErrTooLong},
		"channel of the greatest length":       {[]byte{0x40, 0, 0xFF, 0xFF, 0, 0, 0, 0, 0}, ErrTooLong},
		"one byte more than the most":          {channelData(strings.Repeat("x", MaxMessage-channelHeader+1)), ErrTooLong},
	} {
		if _, err := NewReader(bytes.NewReader(c.wire)).Next(); !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", name, err, c.want)
		}
	}
}

// What comes out of any stream, split anywhere, is messages that follow one
// another on it, and the end comes.
func FuzzReader(f *testing.F) {
	f.Add(append(binding(), pad(channelData("abc"))...), uint8(1))
	f.Add([]byte{0x40, 0, 0xFF, 0xFC, 0, 0, 0, 0, 0}, uint8(0))
	f.Add([]byte{0, 1, 0xFF, 0xEC, 0x21, 0x12, 0xA4, 0x42, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}, uint8(3))
	f.Fuzz(func(t *testing.T, wire []byte, step uint8) {
		whole, split := NewReader(bytes.NewReader(wire)), NewReader(&steps{wire, int(step)%7 + 1})
		for taken := 0; ; {
			a, errA := whole.Next()
			b, errB := split.Next()
			if !bytes.Equal(a, b) || (errA == nil) != (errB == nil) {
				t.Fatalf("% x, %v at once but % x, %v in steps of %d", a, errA, b, errB, step)
			}
			if errA != nil {
				return
			}
			if len(a) < channelHeader || !bytes.HasPrefix(wire[taken:], a) {
				t.Fatalf("% x does not follow byte %d", a, taken)
			}
			taken += (len(a) + 3) &^ 3
		}
	})
}

// steps reads a few bytes at a time.
type steps struct {
	left []byte
	step int
}

func (s *steps) Read(b []byte) (int, error) {
	if len(s.left) == 0 {
		return 0, io.EOF
	}
	n := copy(b[:min(len(b), s.step)], s.left)
	s.left = s.left[n:]
	return n, nil
}
