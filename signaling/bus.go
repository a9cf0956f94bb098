package signaling

// bus carries events between the nodes that share rooms. What one node sends to
// another arrives in the order in which it was sent, so that an offer cannot
// overtake the event that introduces its sender.
type bus interface {
	// Send hands an event over without waiting for its effect. What the event
	// refers to may be used again when Send returns.
	Send(to nodeID, e event)
}

// event is something that happened in a room. Exactly one of its two sides is
// there.
type event struct {
	room value

	// The room has changed and is now so. A node that missed an event, or gets
	// two in the wrong order, is none the worse: each tells the whole.
	changed *record

	// from sends to a frame, encoded for the wire.
	from, to seatID
	frame    []byte
}

// loop is the bus of a node that is alone.
type loop struct {
	deliver func(event)
}

// Send implements bus.
func (l loop) Send(_ nodeID, e event) { l.deliver(e) }
