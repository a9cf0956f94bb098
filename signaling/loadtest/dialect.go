package loadtest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strconv"
	"time"
)

// subprotocol asks for the extended dialect.
const subprotocol = "zerortc.v2"

// What servers say.
const (
	cmdWelcome  = "welcome"
	cmdJoined   = "joined"
	cmdRespJoin = "resp-join"
	cmdNewPeer  = "new-peer"
)

// cmdOf is the cmd of a server's frame.
func cmdOf(raw []byte) string {
	var f struct{ Cmd, Code string }
	if json.Unmarshal(raw, &f) != nil {
		return "no JSON"
	}
	if f.Cmd == "error" {
		return "error " + f.Code
	}
	return f.Cmd
}

// seat is a place in a room of two.
type seat struct{ room, uid, other string }

func (s seat) join() []byte {
	return fmt.Appendf(nil, `{"cmd":"join","roomId":%q,"uid":%q}`, s.room, s.uid)
}

// letter makes frames from a seat to the other one: all alike but for a stamp of
// 16 digits at the same place.
//
//	{"cmd":"candidate",…,"msg":"0000000001312d00xxxx…"}
type letter struct {
	frame []byte
	stamp int // where it stands
}

const stampDigits = 16

// smallest is the size below which no frame can be.
var smallest = len(newLetter(seat{roomName("00000000", 999_999), "a", "b"}, 0).frame)

// roomName is unlike that of any other run.
func roomName(run string, n int) string { return fmt.Sprintf("load-%s-%d", run, n) }

// newLetter pads the frame to the size, if it is not that big without.
func newLetter(from seat, size int) letter {
	head := fmt.Appendf(nil, `{"cmd":"candidate","roomId":%q,"uid":%q,"remoteUid":%q,"msg":"`, from.room, from.uid, from.other)
	const tail = `"}`
	pad := max(0, size-len(head)-stampDigits-len(tail))
	frame := append(bytes.Clone(head), bytes.Repeat([]byte{'x'}, stampDigits+pad)...)
	return letter{append(frame, tail...), len(head)}
}

// write puts a stamp onto the frame and returns it; the next call writes over it.
func (l *letter) write(stamp time.Duration) []byte {
	copy(l.frame[l.stamp:], fmt.Sprintf("%0*x", stampDigits, int64(stamp)))
	return l.frame
}

// read is the stamp of a frame that came, if it is like those of this letter,
// byte for byte.
func (l *letter) read(raw []byte) (stamp time.Duration, ok bool) {
	end := l.stamp + stampDigits
	if len(raw) != len(l.frame) || !bytes.Equal(raw[:l.stamp], l.frame[:l.stamp]) || !bytes.Equal(raw[end:], l.frame[end:]) {
		return 0, false
	}
	n, err := strconv.ParseInt(string(raw[l.stamp:end]), 16, 64)
	return time.Duration(n), err == nil
}
