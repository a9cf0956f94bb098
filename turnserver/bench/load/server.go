package load

import (
	"context"
	"crypto/tls"
	"net"
	"time"

	"zerortc/turnserver/probe"
)

// Server is where the load goes.
type Server struct {
	Address  string // host:port of UDP and TCP
	TLS      string // host:port of TLS
	Username string
	Password string
	Realm    string
}

// sources is how many addresses of loopback the clients share: no server has a
// limit that all of them together would meet.
const sources = 32

// dial connects client number n. The address of the peers and of the server is
// not among its own, so that nobody's ports are in the way of the relays.
func (s Server) dial(ctx context.Context, transport Transport, n int) (net.Conn, error) {
	from := net.IPv4(127, 0, 1, byte(1+n%sources))
	d := net.Dialer{LocalAddr: &net.TCPAddr{IP: from}, Timeout: 10 * time.Second}
	switch transport {
	case UDP:
		d.LocalAddr = &net.UDPAddr{IP: from}
		return d.DialContext(ctx, "udp4", s.Address)
	case TCP:
		return d.DialContext(ctx, "tcp4", s.Address)
	}
	// The certificate is made for the run, by whoever serves.
	over := tls.Dialer{NetDialer: &d, Config: &tls.Config{InsecureSkipVerify: true}}
	return over.DialContext(ctx, "tcp4", s.TLS)
}

func (s Server) config(transport Transport) probe.Config {
	network := "tcp"
	if transport == UDP {
		network = "udp"
	}
	return probe.Config{Network: network, Username: s.Username, Password: s.Password, Realm: s.Realm}
}
