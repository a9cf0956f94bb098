// Package signaling introduces WebRTC clients to one another over WebSocket: it
// seats them in rooms and hands their offers, answers and candidates across. The
// wire is described in PROTOCOL.md, whose examples are played by a test.
//
// What comes in and goes out, along the way of one frame:
//
//	client A → socket.read → decode → hub → bus → view (the room's lock) → B's outbox → client B
//
// Every socket has one goroutine, its reader. A frame for B is written by A's
// reader as far as B's connection takes it at once; the rest is left to a
// goroutine of B's outbox that lives until it is written. So nobody waits for a
// slow client, whose queue fills until it is closed. A relayed frame is the very
// bytes received.
//
// Who sits where is the registry's business alone: every change goes through its
// Update, room by room. What was changed, and what is relayed, goes over the bus to
// the nodes concerned; each has a view of the rooms its clients are in, and tells
// them what is new. Registry and bus live in memory here, behind interfaces that
// do not say so. Locks are taken in the order registry, view, session, outbox, and
// nothing waits under any of them: what has to be written goes into errands, which
// are run when the locks are given back.
//
//	server.go    the HTTP side: refuse or upgrade; start and stop
//	admission.go how many sockets, in all and per address
//	enter.go     who may enter a room, for others to ask
//	guests.go    joins, rooms and wrong PINs per address
//	origin.go    which web pages may connect
//	socket.go    the reader and the end of a socket
//	crowd.go     the clock that looks after all sockets
//	outbox.go    frames on their way to one connection
//	straight_*.go writing without waiting
//	encode.go    frames of WebSocket
//	session.go   whom a seat belongs to, and errands
//	sessions.go  the sessions of the extended dialect, by name
//	history.go   what a client may have missed
//	waiting.go   what waits for, and from, all clients together
//	hub.go       what becomes of a frame
//	join.go      taking a seat
//	resume.go    coming back to it
//	told.go      what the server says
//	extended.go  what only the extended dialect says
//	ice.go       ICE servers for it
//	registry.go  who sits in which room
//	bus.go       what nodes tell one another
//	view.go      a room as this node sees it
//	rooms.go     the rooms for operators
//	frame.go     what a client's frame says
//	scan.go      JSON in one pass
//	name.go      roomId and uid, compared by value
//	pin.go       what guards a room
//	limits.go    every limit with its default
//	reason.go    the stable name of every refusal
//	stats.go     the counters
//	closings.go  how sockets ended
//	event.go     what an observer is told
//	alive.go     whether all this still moves
//	sampler.go   log lines that strangers can cause, thinned out
package signaling
