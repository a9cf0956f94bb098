package turnserver

import (
	"net"
	"net/netip"
	"runtime"
	"slices"
	"strconv"

	"zerortc/turnserver/socket"
)

// Opened are sockets that somebody else has opened for the server: a service
// manager has ports that a service may not take. One with the port of a listen
// address takes its place, the others are served besides.
type Opened struct {
	UDP []*net.UDPConn
	TCP []net.Listener
}

// takeUDP takes the sockets with the port of the address; several share it.
func (o *Opened) takeUDP(address string) (taken []*net.UDPConn) {
	o.UDP = slices.DeleteFunc(o.UDP, func(c *net.UDPConn) bool {
		fits := isPort(c.LocalAddr(), address)
		if fits {
			taken = append(taken, c)
		}
		return fits
	})
	return taken
}

// takeTCP takes the listener with the port of the address, if there is one.
func (o *Opened) takeTCP(address string) net.Listener {
	at := slices.IndexFunc(o.TCP, func(l net.Listener) bool { return isPort(l.Addr(), address) })
	if at < 0 {
		return nil
	}
	taken := o.TCP[at]
	o.TCP = slices.Delete(o.TCP, at, at+1)
	return taken
}

func (o *Opened) close() {
	for _, c := range o.UDP {
		_ = c.Close()
	}
	for _, l := range o.TCP {
		_ = l.Close()
	}
}

// isPort tells whether a socket has the port of a listen address.
func isPort(bound net.Addr, address string) bool {
	_, port, err := net.SplitHostPort(address)
	at, parseErr := netip.ParseAddrPort(bound.String())
	return err == nil && parseErr == nil && port == strconv.Itoa(int(at.Port()))
}

// listenUDP opens the sockets of an address, or takes those that are open.
func (s *Server) listenUDP(address string) ([]*socket.UDP, error) {
	if taken := s.opened.takeUDP(address); len(taken) > 0 {
		return adopt(taken)
	}
	return socket.ListenUDP(address, runtime.GOMAXPROCS(0))
}

// adopt makes sockets ours. After an error they are closed.
func adopt(conns []*net.UDPConn) (sockets []*socket.UDP, err error) {
	for i, c := range conns {
		u, err := socket.Adopt(c)
		if err != nil {
			closeSockets(sockets)
			(&Opened{UDP: conns[i:]}).close()
			return nil, err
		}
		sockets = append(sockets, u)
	}
	return sockets, nil
}

// adoptRest serves the sockets that no listen address has taken. Clients are told
// of them first: somebody took pains to have those ports.
func (s *Server) adoptRest() error {
	sockets, err := adopt(s.opened.UDP)
	s.opened.UDP = nil
	if err != nil {
		return err
	}
	s.udp = append(s.udp, sockets...)
	var first []netip.AddrPort
	for _, u := range sockets {
		if !slices.Contains(first, u.Local()) { // several may share one
			first = append(first, u.Local())
		}
	}
	s.addrs = append(first, s.addrs...)
	s.tcp = append(s.tcp, s.opened.TCP...)
	s.opened.TCP = nil
	return nil
}
