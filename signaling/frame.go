package signaling

import (
	"bytes"
	"encoding/json"
	"strconv"
)

// What clients say.
const (
	cmdJoin      = "join"
	cmdLeave     = "leave"
	cmdOffer     = "offer"
	cmdAnswer    = "answer"
	cmdCandidate = "candidate"
)

// What only clients of the extended dialect say.
const (
	cmdResume = "resume"
	cmdPing   = "ping"
	cmdPong   = "pong" // answered by nothing: the server asks by WebSocket pings
	cmdICE    = "ice"  // the server says it too
)

// frame is what a client's frame says, and the frame itself.
type frame struct {
	cmd       string // as soon as it could be read, even of a frame that is refused
	room, uid name
	remote    name   // of offer, answer and candidate only
	raw       []byte // as it came, and as it is passed on; gone when it has been acted on

	// Of the extended dialect only.
	pin, invite     string // of join
	session, resume string // of resume
	received        uint64 // of resume
	t               string // of ping, as spelled; may be empty
}

// dialect is which frames a client may say.
type dialect bool

const (
	classic  dialect = false
	extended dialect = true
)

// field is a member that the server reads.
type field int

const (
	fieldCmd field = iota
	fieldRoom
	fieldUID
	fieldRemote
	// Of the extended dialect only.
	fieldSession
	fieldResume
	fieldReceived
	fieldPIN
	fieldInvite
	fieldT
	allFields
)

// classicFields are those before the ones that only the extended dialect has.
const classicFields = fieldSession

// fieldNames are exact: encoding/json would take "UID" for "uid".
var fieldNames = [allFields]string{
	"cmd", "roomId", "uid", "remoteUid", "session", "resume", "received", "pin", "invite", "t",
}

// fields are the members of a frame that the server reads, each as it stands in
// the frame; nil where it is missing.
type fields [allFields][]byte

// decode reads a client's frame, or says why it is none.
func decode(raw []byte, limits *Limits, speaks dialect) (frame, reason) {
	known := classicFields
	if speaks == extended {
		known = allFields
	}
	var found fields
	twice := false
	isObject, why := scan(raw, limits.FrameDepth, func(name, value []byte) {
		i, ok := named(name, known)
		if !ok {
			return // msg, and whatever else clients tell one another
		}
		twice = twice || found[i] != nil
		found[i] = value
	})
	switch {
	case why != none:
		return frame{}, why
	case !isObject, twice: // of two equal members the receiver might read the one that was not checked
		return frame{}, badFrame
	default:
		return found.check(raw, limits.NameBytes, speaks)
	}
}

// named is the field of that exact member name.
func named(quoted []byte, known field) (field, bool) {
	bare := quoted[1 : len(quoted)-1]
	if bytes.IndexByte(bare, '\\') >= 0 {
		var text string
		if json.Unmarshal(quoted, &text) != nil {
			return 0, false
		}
		bare = []byte(text)
	}
	for i := range known {
		if string(bare) == fieldNames[i] {
			return i, true
		}
	}
	return 0, false
}

// check makes a frame of the fields that its cmd calls for; the others are not
// looked at.
func (f *fields) check(raw []byte, nameBytes int, speaks dialect) (out frame, why reason) {
	cmd, ok := text(f[fieldCmd])
	if !ok {
		return frame{}, badFrame
	}
	switch out.raw, out.cmd = raw, cmd; cmd {
	case cmdOffer, cmdAnswer, cmdCandidate:
		if out.remote, why = parseName(f[fieldRemote], nameBytes); why != none {
			return out, why
		}
		return out, f.names(&out, nameBytes)
	case cmdLeave:
		return out, f.names(&out, nameBytes)
	case cmdJoin:
		if why := f.names(&out, nameBytes); why != none {
			return out, why
		}
		return out, f.proofs(&out, speaks)
	}
	if speaks == extended {
		return out, f.checkExtended(&out)
	}
	return out, unknownCmd
}

// names reads the two names that say who speaks, and where.
func (f *fields) names(out *frame, nameBytes int) (why reason) {
	if out.room, why = parseName(f[fieldRoom], nameBytes); why != none {
		return why
	}
	out.uid, why = parseName(f[fieldUID], nameBytes)
	return why
}

// proofs reads what a join may need besides its names.
func (f *fields) proofs(out *frame, speaks dialect) reason {
	if speaks == classic {
		return none
	}
	for _, p := range []struct {
		field field
		to    *string
	}{{fieldPIN, &out.pin}, {fieldInvite, &out.invite}} {
		if f[p.field] == nil {
			continue
		}
		var ok bool
		if *p.to, ok = text(f[p.field]); !ok {
			return badFrame
		}
	}
	return none
}

// checkExtended reads the fields of what only the extended dialect says.
func (f *fields) checkExtended(out *frame) reason {
	switch out.cmd {
	case cmdICE, cmdPong:
		return none
	case cmdPing:
		return f.checkPing(out)
	case cmdResume:
		var okSession, okResume bool
		out.session, okSession = text(f[fieldSession])
		out.resume, okResume = text(f[fieldResume])
		received, err := strconv.ParseUint(string(f[fieldReceived]), 10, 53)
		if out.received = received; !okSession || !okResume || err != nil {
			return badFrame
		}
		return none
	default:
		return unknownCmd
	}
}

// longestT is more than any clock needs.
const longestT = 64

// checkPing takes a t that can be said back as it came.
func (f *fields) checkPing(out *frame) reason {
	t := f[fieldT]
	if len(t) > 0 && (len(t) > longestT || t[0] != '"' && t[0] != '-' && (t[0] < '0' || t[0] > '9')) {
		return badFrame
	}
	out.t = string(t)
	return none
}

// text reads a valid JSON value that must be a string.
func text(raw []byte) (string, bool) {
	if len(raw) == 0 || raw[0] != '"' {
		return "", false // null would unmarshal into a string too
	}
	if bare := raw[1 : len(raw)-1]; bytes.IndexByte(bare, '\\') < 0 {
		return string(bare), true
	}
	var out string
	return out, json.Unmarshal(raw, &out) == nil
}
