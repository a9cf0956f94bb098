package signaling

import "time"

// Event is something an observer is told of: a Joined, CallEnded or RoundTrip.
type Event any

// Joined tells that a client got a seat.
type Joined struct {
	Took time.Duration // from the frame to the answers
}

// CallEnded tells that a room has fewer than two members again.
type CallEnded struct {
	Room    string // a hash of its name
	Members int    // the most there were at a time
	Lasted  time.Duration
	Frames  uint64 // handed across
	Why     string // why the last of them went: "left", or a reason
}

// RoundTrip tells that a client answered a ping.
type RoundTrip struct {
	Took time.Duration
}
