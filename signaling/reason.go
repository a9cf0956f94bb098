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
	unknownCmd  reason = "unknown-cmd"   // a cmd that clients do not send
	notJoined   reason = "not-joined"    // not seated in the room it names
	notAllowed  reason = "not-allowed"   // names a uid that is not the sender's
	unknownPeer reason = "unknown-peer"  // nobody else of that uid in the room
	roomFull    reason = "room-full"     // no seat left; the client is told
)

// Sockets that are closed.
const (
	tooBig    reason = "too-big"    // a frame beyond Limits.FrameBytes
	tooFast   reason = "too-fast"   // frames beyond Limits.FramesPerSecond
	peerSlow  reason = "peer-slow"  // reads slower than others write to it
	noPong    reason = "no-pong"    // silent for Limits.GoneAfter
	takenOver reason = "taken-over" // another socket of its client took the seat
	stopping  reason = "stopping"   // the server stops; also refuses upgrades
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
		badJSON, badFrame, notText, tooDeep, nameTooLong, unknownCmd, notJoined, notAllowed, unknownPeer, roomFull,
		tooBig, tooFast, peerSlow, noPong, takenOver, stopping,
		badOrigin, socketsFull, addressFull,
	}
}

// ending is how a socket ends: the close code (RFC 6455 section 7.4.1), zero for
// none, and the reason, which is none when the client went by itself.
type ending struct {
	code int
	why  reason
}

// end is the ending that goes with a reason for closing.
func (r reason) end() ending {
	switch r {
	case tooBig:
		return ending{websocket.CloseMessageTooBig, r}
	case stopping:
		return ending{websocket.CloseGoingAway, r}
	default:
		return ending{websocket.ClosePolicyViolation, r}
	}
}
