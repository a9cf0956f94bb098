// Package faults holds tests of what real networks and rude clients do to the
// signaling server: processes that are killed, crowds that come and go, bytes
// that are no WebSocket, readers that do not read. Each looks from outside, over
// real sockets, at two things: nothing is left behind (goroutines, descriptors,
// rooms, memory), and a healthy pair that talks all the while does not notice.
//
// It has no code of its own. What needs a clock is tested beside the server, with
// a fake one; what needs other machines in cmd/hosts; heavier load is put on by
// zerortc loadtest signaling.
package faults
