package signaling

import "sync/atomic"

// waiting counts the bytes that are kept for clients in outboxes and histories, all of
// them together. Sockets are many: what each may keep up at quiet times would be
// gigabytes if all did.
type waiting struct{ atomic.Int64 }

// room is how many bytes may wait for one client now.
func (w *waiting) room(limits *Limits) int {
	if w.Load() > limits.WaitingBytes {
		return min(limits.ScarceBytes, limits.QueueBytes)
	}
	return limits.QueueBytes
}
