package signaling

import "github.com/gorilla/websocket"

// reason is the stable name of one kind of refusal. The same word is the close
// reason, the log field and the counter, and PROTOCOL.md explains it; names are
// added, never changed.
type reason string

// none is the reason of what was not refused.
const none reason = ""

// Frames that are dropped; the socket stays open.
const (
	badJSON     reason = "bad-json"      // not one whole JSON text in UTF-8
	badFrame    reason = "bad-frame"     // JSON, but not a frame of the protocol
	notText     reason = "not-text"      // a binary WebSocket message
	tooDeep     reason = "too-deep"      // nested deeper than Limits.FrameDepth
	nameTooLong reason = "name-too-long" // longer than Limits.NameBytes
	badName     reason = "bad-name"      // holds a control character
	unknownCmd  reason = "unknown-cmd"   // a cmd that clients do not send
	notJoined   reason = "not-joined"    // not seated in the room it names
	notAllowed  reason = "not-allowed"   // names a uid that is not the sender's; lacks the proof that a room or the server asks for
	unknownPeer reason = "unknown-peer"  // nobody else of that uid in the room
	roomFull    reason = "room-full"     // no seat left; the client is told

	alreadyJoined  reason = "already-joined"   // has that seat; has one and would resume another
	tooManyRooms   reason = "too-many-rooms"   // Limits.RoomsPerAddress reached
	tooManyJoins   reason = "too-many-joins"   // Limits.JoinsPerAddress reached
	tooManyGuesses reason = "too-many-guesses" // wrong PINs from one address
	resumeExpired  reason = "resume-expired"   // there is nothing to resume, or the proof of it is wrong
	unavailable    reason = "unavailable"      // the server is about to go, or has no ICE servers to give
)

// Sockets that are closed.
const (
	tooBig     reason = "too-big"     // a frame beyond Limits.FrameBytes
	tooFast    reason = "too-fast"    // frames beyond Limits.FramesPerSecond
	peerSlow   reason = "peer-slow"   // reads slower than others write to it, or sends slowly while room is scarce
	noPong     reason = "no-pong"     // silent for Limits.GoneAfter
	takenOver  reason = "taken-over"  // another socket of its client took the seat
	roomClosed reason = "room-closed" // the operator closed the room
	stopping   reason = "stopping"    // the server stops; also refuses upgrades
)

// Upgrades that are refused with an HTTP status.
const (
	badOrigin   reason = "bad-origin"   // a web page of a stranger
	socketsFull reason = "sockets-full" // Limits.Sockets reached
	addressFull reason = "address-full" // Limits.SocketsPerAddress reached
)

// reasons lists them all, so that a counter exists before it first counts.
func reasons() []reason {
	return []reason{
		badJSON, badFrame, notText, tooDeep, nameTooLong, badName, unknownCmd, notJoined, notAllowed, unknownPeer, roomFull,
		alreadyJoined, tooManyRooms, tooManyJoins, tooManyGuesses, resumeExpired, unavailable,
		tooBig, tooFast, peerSlow, noPong, takenOver, roomClosed, stopping,
		badOrigin, socketsFull, addressFull,
	}
}

// Error lets a change of a room be refused for a reason.
func (r reason) Error() string { return string(r) }

// inWords says a reason to people.
func (r reason) inWords() string {
	switch r {
	case badJSON:
		return "this is not one JSON text in UTF-8"
	case badFrame:
		return "this is not a frame of the protocol: a member is missing, of the wrong type, or there twice"
	case notText:
		return "only text messages are understood"
	case tooDeep:
		return "this nests too deep"
	case nameTooLong:
		return "a roomId or uid is too long"
	case badName:
		return "a roomId or uid holds a control character"
	case unknownCmd:
		return "there is no such cmd"
	case notJoined:
		return "you have no seat in that room"
	case notAllowed:
		return "you may not: the uid is not yours, or a PIN or invite is wrong or missing"
	case unknownPeer:
		return "nobody else of that uid is in the room"
	case roomFull:
		return "the room is full"
	case alreadyJoined:
		return "you have a seat already"
	case tooManyRooms:
		return "your address has made as many rooms as it may"
	case tooManyJoins:
		return "your address joins too fast; try again in a second"
	case tooManyGuesses:
		return "your address gave too many wrong PINs; try again in a minute"
	case resumeExpired:
		return "there is nothing to resume; join again"
	case unavailable:
		return "not now; the server is about to go, or has nothing to give"
	default:
		return string(r)
	}
}

// ending is how a socket ends.
type ending struct {
	code int    // of the close frame (RFC 6455 section 7.4.1); zero for none
	why  reason // none when the client went by itself
	last string // a close frame ready to be sent, in place of code and why
	bye  bool   // the client ended the conversation, so it is not expected back
}

// broken tells whether the connection ended without a word, so that the client
// may come back on another.
func (e ending) broken() bool {
	return e.why == noPong || e == ending{}
}

// end is the ending that goes with a reason for closing.
func (r reason) end() ending {
	switch r {
	case tooBig:
		return ending{code: websocket.CloseMessageTooBig, why: r}
	case stopping:
		return ending{code: websocket.CloseGoingAway, why: r}
	default:
		return ending{code: websocket.ClosePolicyViolation, why: r}
	}
}
