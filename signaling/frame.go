package signaling

import (
	"bytes"
	"encoding/json"
	"unicode/utf8"
)

// What clients say.
const (
	cmdJoin      = "join"
	cmdLeave     = "leave"
	cmdOffer     = "offer"
	cmdAnswer    = "answer"
	cmdCandidate = "candidate"
)

// What the server says.
const (
	cmdRespJoin  = "resp-join"
	cmdNewPeer   = "new-peer"
	cmdPeerLeave = "peer-leave"
	cmdRoomFull  = "room-full"
)

// frame is what a client's frame says, and the frame itself.
type frame struct {
	cmd       string
	room, uid name
	remote    name   // of offer, answer and candidate only
	raw       []byte // as it came, and as it is passed on
}

// fields are the members of a frame that the server reads, each as it stands in
// the frame; nil where it is missing.
type fields struct {
	cmd, room, uid, remote json.RawMessage
}

// decode reads a client's frame, or says why it is none.
func decode(raw []byte, limits *Limits) (frame, reason) {
	// A browser fails a socket on bytes that are not UTF-8 (RFC 6455 section
	// 8.1), so passing them on would hurt the receiver; encoding/json lets them
	// through.
	if !utf8.Valid(raw) || !json.Valid(raw) {
		return frame{}, badJSON
	}
	if depth(raw) > limits.FrameDepth {
		return frame{}, tooDeep
	}
	found, ok := members(raw)
	if !ok {
		return frame{}, badFrame
	}
	return found.check(raw, limits.NameBytes)
}

// members picks the fields out of the JSON text raw. It reads member by member
// because json.Unmarshal into a struct would take "UID" for "uid" and the last
// of two equal members in silence. A field that occurs twice is refused: the
// receiver might read the one that was not checked.
func members(raw []byte) (found fields, ok bool) {
	d := json.NewDecoder(bytes.NewReader(raw))
	if open, err := d.Token(); err != nil || open != json.Delim('{') {
		return fields{}, false
	}
	for d.More() {
		key, err := d.Token()
		if err != nil {
			return fields{}, false
		}
		var value json.RawMessage
		if d.Decode(&value) != nil {
			return fields{}, false
		}
		field := found.named(key)
		if field == nil {
			continue // msg, and whatever else clients tell one another
		}
		if *field != nil {
			return fields{}, false
		}
		*field = value
	}
	return found, true
}

// named is the field of that exact member name, or nil.
func (f *fields) named(key json.Token) *json.RawMessage {
	switch key {
	case "cmd":
		return &f.cmd
	case "roomId":
		return &f.room
	case "uid":
		return &f.uid
	case "remoteUid":
		return &f.remote
	default:
		return nil
	}
}

// check makes a frame of the fields that its cmd calls for; the others are not
// looked at.
func (f *fields) check(raw []byte, nameBytes int) (out frame, why reason) {
	// A value that begins with a quote is a string; null would unmarshal too.
	if len(f.cmd) == 0 || f.cmd[0] != '"' || json.Unmarshal(f.cmd, &out.cmd) != nil {
		return frame{}, badFrame
	}
	switch out.cmd {
	case cmdJoin, cmdLeave:
	case cmdOffer, cmdAnswer, cmdCandidate:
		if out.remote, why = parseName(f.remote, nameBytes); why != none {
			return frame{}, why
		}
	default:
		return frame{}, unknownCmd
	}
	if out.room, why = parseName(f.room, nameBytes); why != none {
		return frame{}, why
	}
	if out.uid, why = parseName(f.uid, nameBytes); why != none {
		return frame{}, why
	}
	out.raw = raw
	return out, none
}

// depth is how deep objects and arrays nest in the valid JSON text raw.
func depth(raw []byte) (deepest int) {
	level, quoted := 0, false
	for i := 0; i < len(raw); i++ {
		switch c := raw[i]; {
		case c == '\\':
			i++ // whatever is escaped ends no string
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == '{' || c == '[':
			level++
			deepest = max(deepest, level)
		case c == '}' || c == ']':
			level--
		}
	}
	return deepest
}

// told is the frame by which the server tells cmd about a name, in the spelling
// of the client that chose the name.
func told(cmd string, about name) []byte {
	member := "remoteUid"
	if cmd == cmdRoomFull {
		member = "roomId"
	}
	return []byte(`{"cmd":"` + cmd + `","` + member + `":` + about.raw + `}`)
}
