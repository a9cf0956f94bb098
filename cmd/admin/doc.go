// Package admin is the control socket: how an operator on the same machine asks a
// running server things, and tells it to do things.
//
// It is HTTP over a unix socket which only the user of the server, and root, can
// open (socket.go, peer_linux.go). wire.go says what goes over it, routes.go serves
// it by what a Process can do, client.go asks. Changes are logged with the user who
// asked for them.
//
// Who runs: the goroutines of net/http. What a Process does, it does on those.
package admin
