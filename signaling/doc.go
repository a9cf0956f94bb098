// Package signaling introduces two WebRTC clients to one another over WebSocket:
// it seats them in rooms and hands their offers, answers and candidates across.
// The wire is described in PROTOCOL.md, whose examples are played by a test.
//
// What comes in and goes out, along the way of one frame:
//
//	client A → socket.read → decode → hub (one lock) → B's queue → socket.write → client B
//
// Every socket runs two goroutines, a reader and a writer, and nothing else.
// The hub's lock guards the registry of rooms and the order in which frames
// enter queues; no I/O happens under it, because a queue never waits: a member
// whose queue is full is closed. A relayed frame is the very bytes received.
//
//	server.go    the HTTP side: refuse or upgrade; start and stop
//	admission.go how many sockets, in all and per address
//	origin.go    which web pages may connect
//	socket.go    the reader, the writer and the end of a socket
//	queue.go     frames waiting for one writer
//	hub.go       the lock: decisions are taken and carried out in one order
//	registry.go  who sits where; pure, checked against a model
//	frame.go     what a client's frame says
//	name.go      roomId and uid, compared by value
//	limits.go    every limit with its default
//	reason.go    the stable name of every refusal
//	stats.go     the counters
//	sampler.go   log lines that strangers can cause, thinned out
package signaling
