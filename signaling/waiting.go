package signaling

import "sync/atomic"

// waiting counts the bytes that are kept for clients in outboxes and histories, and of
// theirs in messages that are not whole, all of them together. Sockets are many: what
// each may keep up at quiet times would be gigabytes if all did.
type waiting struct{ atomic.Int64 }

// scarce tells whether so much waits that each may hold up a little only.
func (w *waiting) scarce(limits *Limits) bool { return w.Load() > limits.WaitingBytes }

// excessive tells whether so much does that nothing large is taken in: what clients send is
// there before anybody has looked whether they end it.
func (w *waiting) excessive(limits *Limits) bool { return w.Load() > 2*limits.WaitingBytes }

// room is how many bytes may wait for one client now.
func (w *waiting) room(limits *Limits) int {
	if w.scarce(limits) {
		return min(limits.ScarceBytes, limits.QueueBytes)
	}
	return limits.QueueBytes
}
