package signaling

import "sync"

// queue holds the frames that wait for one writer. Pushing never waits: a full
// queue says so.
type queue struct {
	maxFrames, maxBytes int

	ready chan struct{} // holds a token whenever frames may be waiting

	mu     sync.Mutex // guards what follows
	frames [][]byte
	bytes  int
}

func newQueue(limits *Limits) *queue {
	return &queue{
		maxFrames: limits.QueueFrames,
		maxBytes:  limits.QueueBytes,
		ready:     make(chan struct{}, 1),
	}
}

// push appends a frame, or reports that it does not fit. Many may push.
func (q *queue) push(frame []byte) bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	if len(q.frames) >= q.maxFrames || q.bytes+len(frame) > q.maxBytes {
		return false
	}
	q.frames = append(q.frames, frame)
	q.bytes += len(frame)
	select {
	case q.ready <- struct{}{}:
	default:
	}
	return true
}

// pop takes the oldest frame, if there is one. Only the writer pops.
func (q *queue) pop() ([]byte, bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if len(q.frames) == 0 {
		return nil, false
	}
	frame := q.frames[0]
	q.frames[0] = nil // the backing array must not keep a written frame alive
	q.frames = q.frames[1:]
	q.bytes -= len(frame)
	if len(q.frames) == 0 {
		q.frames = nil // an idle socket keeps no array
	}
	return frame, true
}
