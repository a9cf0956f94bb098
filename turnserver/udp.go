package turnserver

import (
	"errors"
	"fmt"
	"net"
	"time"

	"zerortc/turnserver/gate"
	"zerortc/turnserver/socket"
	"zerortc/turnserver/stream"
)

// hiccup is how long a reader rests after an error that may pass.
const hiccup = 5 * time.Millisecond

// serveUDP reads one socket until it is closed. An error of a socket that is
// still open passes: the kernel lacks memory, an interface went away.
func serveUDP(u *socket.UDP, rules *gate.Rules) error {
	g := gate.New(rules, datagrams{u})
	defer g.Close(gate.Stopped)
	b := make([]byte, stream.MaxMessage+1)
	for {
		n, from, at, err := u.Read(b)
		switch {
		case errors.Is(err, net.ErrClosed):
			return fmt.Errorf("reading udp %v: %w", u.Local(), err)
		case err != nil:
			time.Sleep(hiccup)
		case n < len(b): // else it was longer, and is cut off
			g.Handle(b[:n], gate.Tuple{Transport: gate.UDP, Client: from, Server: at})
		}
	}
}

// datagrams sends by a UDP socket. What the kernel will not take is lost.
type datagrams struct{ socket *socket.UDP }

// Send implements gate.Sender.
func (d datagrams) Send(packet []byte, to gate.Tuple, _ gate.Sort) bool {
	return d.socket.Write(packet, to.Client, to.Server) == nil
}
