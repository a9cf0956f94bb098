package signaling

// What the server says.
const (
	cmdRespJoin  = "resp-join"
	cmdNewPeer   = "new-peer"
	cmdPeerLeave = "peer-leave"
	cmdRoomFull  = "room-full"
)

// What the server says in the extended dialect only.
const (
	cmdWelcome  = "welcome"
	cmdJoined   = "joined"
	cmdResumed  = "resumed"
	cmdPeerAway = "peer-away"
	cmdPeerBack = "peer-back"
	cmdError    = "error"
	cmdClosing  = "closing"
)

// told is the frame by which the server tells cmd about a name, in the spelling
// of the client that chose the name.
func told(cmd string, about name) []byte {
	if cmd == cmdRoomFull {
		return textFrame(`{"cmd":"`, cmd, `","roomId":`, about.raw, `}`)
	}
	return textFrame(`{"cmd":"`, cmd, `","remoteUid":`, about.raw, `}`)
}
