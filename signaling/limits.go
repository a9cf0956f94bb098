package signaling

import (
	"time"

	"zerortc/config"
)

// Limits is every limit of the signaling server. 0 is none, where that makes sense. The word in brackets is the
// reason under which going beyond it is refused, closed, logged and counted.
type Limits struct {
	// RoomCapacity is how many may sit in one room [room-full].
	RoomCapacity int

	// FrameBytes is the size of the largest frame a client may send [too-big].
	FrameBytes int
	// FrameDepth is how deep objects and arrays may nest in a frame [too-deep].
	// The server would not mind; a receiver that parses recursively would.
	FrameDepth int
	// NameBytes is the length of the longest roomId or uid, as spelled in JSON
	// with its quotes [name-too-long].
	NameBytes int
	// FramesPerSecond is how fast a client may send in the long run, pings and
	// pongs counted, and FramesBurst how many at once [too-fast].
	FramesPerSecond float64
	FramesBurst     int

	// QueueFrames and QueueBytes bound what waits for one client [peer-slow].
	// The frames exceed FramesBurst, so that no permitted burst of one client
	// ends another that does read, but while room is scarce.
	QueueFrames int
	QueueBytes  int
	// WaitingBytes is how much may wait for all of them together, what is being
	// written, what is kept to resume with and what has come in of large messages that are
	// not whole included. While more does, ScarceBytes takes the place of QueueBytes, of
	// more frames than one, and bounds a message that takes long to come in, or, while
	// twice as much does, any that comes in [peer-slow].
	WaitingBytes int64
	ScarceBytes  int
	// WriteTimeout is how long one write to a client may take [peer-slow].
	WriteTimeout time.Duration

	// PingEvery is the time between two pings, and GoneAfter the silence after
	// which a client is given up [no-pong].
	PingEvery time.Duration
	GoneAfter time.Duration
	// PongWithin is how long an answer to a ping may take before the ping
	// counts as missed, which makes the seat free for its uid to take over.
	PongWithin time.Duration

	// Sockets is how many clients may be connected in all [sockets-full].
	Sockets int
	// SocketsPerAddress is how many of them from one IPv4 address or one IPv6
	// /64 [address-full].
	SocketsPerAddress int
	// JoinsPerAddress is how many joins a second, in the long run [too-many-joins].
	JoinsPerAddress int
	// RoomsPerAddress is how many rooms there may be that were made from one
	// address [too-many-rooms].
	RoomsPerAddress int

	// Resume is how long the seat of an extended client is kept after its socket
	// broke [resume-expired].
	Resume time.Duration
	// PINs lets whoever makes a room guard it with one [not-allowed].
	PINs bool

	// HandshakeTimeout is how long the answer to an upgrade may take to write.
	HandshakeTimeout time.Duration
	// CloseGrace is how long a socket that is being closed may take to read the
	// close frame and answer it before the connection is cut.
	CloseGrace time.Duration
}

// DefaultLimits are generous for people and tight for floods: a call needs
// about thirty frames of a few kilobytes, and an office behind one address has
// fewer than four thousand calls open at once.
func DefaultLimits() Limits {
	return Limits{
		RoomCapacity:      2,
		FrameBytes:        64 << 10,
		FrameDepth:        64,
		NameBytes:         512,
		FramesPerSecond:   50,
		FramesBurst:       200,
		QueueFrames:       256,
		QueueBytes:        256 << 10,
		WaitingBytes:      64 << 20,
		ScarceBytes:       16 << 10,
		WriteTimeout:      5 * time.Second,
		PingEvery:         15 * time.Second,
		GoneAfter:         30 * time.Second,
		PongWithin:        5 * time.Second,
		Sockets:           10_000,
		SocketsPerAddress: 4_000,
		JoinsPerAddress:   200,
		RoomsPerAddress:   2_000,
		Resume:            30 * time.Second,
		HandshakeTimeout:  5 * time.Second,
		CloseGrace:        time.Second,
	}
}

// with are the limits with what the operator says about them.
func (l Limits) with(cfg config.Rooms) *Limits {
	l.RoomCapacity = cfg.Capacity
	l.Sockets = cfg.MaxSockets
	l.SocketsPerAddress = cfg.MaxSocketsPerAddress
	l.JoinsPerAddress = cfg.MaxJoinsPerAddress
	l.RoomsPerAddress = cfg.MaxRoomsPerAddress
	l.Resume = cfg.Resume
	l.PINs = cfg.PINs
	return &l
}
