package systemd

import "net"

// Names of sockets, by FileDescriptorName= of their socket unit.
const (
	HTTP = "http" // its stream sockets serve the page, and TURN like every TCP port
	TURN = "turn" // its stream sockets serve TURN, and the page like every TCP port
)

// Sockets are those that the manager opened for us. Datagram sockets are TURN's,
// whatever their name.
type Sockets struct {
	HTTP, TURN []net.Listener
	UDP        []*net.UDPConn
}

// Any tells whether there is one.
func (s Sockets) Any() bool { return len(s.HTTP)+len(s.TURN)+len(s.UDP) > 0 }

// Close closes all of them.
func (s Sockets) Close() {
	for _, l := range append(s.HTTP, s.TURN...) {
		_ = l.Close()
	}
	for _, c := range s.UDP {
		_ = c.Close()
	}
}
