package signaling

// history is what a client of the extended dialect was sent, as far as it is not
// known to have arrived, so that a broken socket loses nothing. It knows the
// frames by their place among all that were sent on the session, from 1.
type history struct {
	all     *waiting
	arrived uint64 // the frames up to this one are not kept
	frames  [][]byte
	bytes   int
}

// sent is the number of the newest frame.
func (h *history) sent() uint64 { return h.arrived + uint64(len(h.frames)) }

// add keeps a frame.
func (h *history) add(frame []byte) {
	h.frames = append(h.frames, frame)
	h.bytes += len(frame)
	h.all.Add(int64(len(frame)))
}

// over tells whether more is kept than the limits allow. The newest frame always may be.
func (h *history) over(limits *Limits) bool {
	return len(h.frames) > limits.QueueFrames || len(h.frames) > 1 && h.bytes > h.all.room(limits)
}

// half tells whether it is time to learn what has arrived.
func (h *history) half(limits *Limits) bool {
	return len(h.frames) > limits.QueueFrames/2 || h.bytes > h.all.room(limits)/2
}

// confirm forgets the frames up to number n, which have arrived.
func (h *history) confirm(n uint64) {
	for h.arrived < n && len(h.frames) > 0 {
		h.bytes -= len(h.frames[0])
		h.all.Add(-int64(len(h.frames[0])))
		h.frames[0] = nil
		h.frames = h.frames[1:]
		h.arrived++
	}
	if len(h.frames) == 0 {
		h.frames = nil
	}
}

// drop forgets all frames: nobody comes back to them.
func (h *history) drop() {
	h.all.Add(-int64(h.bytes))
	h.frames, h.bytes = nil, 0
}

// after returns the frames behind number n, unless some of them are gone.
func (h *history) after(n uint64) ([][]byte, bool) {
	if n < h.arrived || n > h.sent() {
		return nil, false
	}
	return h.frames[n-h.arrived:], true
}
