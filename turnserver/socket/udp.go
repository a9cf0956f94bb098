// Package socket holds the UDP sockets clients reach the server on.
//
// A listen address is served by several sockets that share it (SO_REUSEPORT,
// where the system has it); the kernel pins a client to one of them, so each
// can be read by its own goroutine with its own state. A wildcard address is
// one set of sockets per address family, and every packet comes with the local
// address it was sent to: the answer leaves from there, as a client behind a
// firewall or a NAT expects, and a relay is opened there.
package socket

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"syscall"
)

// bufferSize is asked for in both directions: bursts of video from many clients
// must wait in the kernel while a packet is handled. The system may grant less.
const bufferSize = 4 << 20

// UDP is one socket of a listen address.
type UDP struct {
	conn  *net.UDPConn
	local netip.AddrPort // what it is bound to, maybe a wildcard
	oob   []byte         // the reader's
}

// ListenUDP opens the sockets for host:port; an empty host is every address of
// both families. With port 0 the system chooses a port, the same for all. A
// taken port is an error that matches syscall.EADDRINUSE, also when the one who
// holds it would share.
func ListenUDP(address string, shards int) ([]*UDP, error) {
	hosts, port, err := split(address)
	if err != nil {
		return nil, fmt.Errorf("listening on %s: %w", address, err)
	}
	var sockets []*UDP
	for _, host := range hosts {
		set, err := listenHost(netip.AddrPortFrom(host, port), shards)
		if len(hosts) > 1 && host.Is6() && isMissing(err) {
			continue
		}
		if err != nil {
			closeAll(sockets)
			return nil, fmt.Errorf("listening on udp %s: %w", address, err)
		}
		port = set[0].local.Port()
		sockets = append(sockets, set...)
	}
	return sockets, nil
}

// split resolves host:port into the addresses to bind.
func split(address string) ([]netip.Addr, uint16, error) {
	if _, _, err := net.SplitHostPort(address); err != nil {
		return nil, 0, err // an empty address resolves to a wildcard
	}
	resolved, err := net.ResolveUDPAddr("udp", address)
	if err != nil {
		return nil, 0, err
	}
	at := resolved.AddrPort()
	if resolved.IP == nil {
		return []netip.Addr{netip.IPv4Unspecified(), netip.IPv6Unspecified()}, at.Port(), nil
	}
	return []netip.Addr{at.Addr().Unmap()}, at.Port(), nil
}

// listenHost opens the sockets of one address. A first socket that shares with
// nobody finds out whether the port is free, and which one port 0 gives.
func listenHost(at netip.AddrPort, shards int) ([]*UDP, error) {
	probe, err := bind(at, false)
	if err != nil {
		return nil, err
	}
	if shards == 1 || !canShare {
		return []*UDP{probe}, nil
	}
	at = probe.local
	if err := probe.conn.Close(); err != nil {
		return nil, err
	}
	var sockets []*UDP
	for range shards {
		s, err := bind(at, true)
		if err != nil {
			closeAll(sockets)
			return nil, err
		}
		sockets = append(sockets, s)
	}
	return sockets, nil
}

func bind(at netip.AddrPort, shared bool) (*UDP, error) {
	network := "udp4"
	if at.Addr().Is6() {
		network = "udp6"
	}
	control := net.ListenConfig{Control: func(_, _ string, c syscall.RawConn) error {
		return prepare(c, at.Addr(), shared)
	}}
	packets, err := control.ListenPacket(context.Background(), network, at.String())
	if err != nil {
		return nil, err
	}
	conn := packets.(*net.UDPConn)
	_ = conn.SetReadBuffer(bufferSize) // the default serves, only with less patience
	_ = conn.SetWriteBuffer(bufferSize)
	bound := conn.LocalAddr().(*net.UDPAddr).AddrPort()
	return &UDP{conn: conn, local: netip.AddrPortFrom(at.Addr(), bound.Port()), oob: make([]byte, oobSize)}, nil
}

// Adopt takes a socket that somebody else has bound. One of IPv6 may serve both
// families.
func Adopt(conn *net.UDPConn) (*UDP, error) {
	bound := conn.LocalAddr().(*net.UDPAddr).AddrPort()
	bound = netip.AddrPortFrom(bound.Addr().Unmap(), bound.Port())
	raw, err := conn.SyscallConn()
	if err != nil {
		return nil, fmt.Errorf("adopting udp %s: %w", bound, err)
	}
	if err := tellLocal(raw, bound.Addr()); err != nil {
		return nil, fmt.Errorf("adopting udp %s: %w", bound, err)
	}
	_ = conn.SetReadBuffer(bufferSize)
	_ = conn.SetWriteBuffer(bufferSize)
	return &UDP{conn: conn, local: bound, oob: make([]byte, oobSize)}, nil
}

// Local is the address the socket is bound to.
func (u *UDP) Local() netip.AddrPort { return u.local }

// Read waits for a packet: who sent it, and the local address it was sent to.
// One goroutine at a time may read.
func (u *UDP) Read(b []byte) (n int, from, at netip.AddrPort, err error) {
	n, oobn, _, from, err := u.conn.ReadMsgUDPAddrPort(b, u.oob)
	if err != nil {
		return 0, from, at, err
	}
	from = netip.AddrPortFrom(from.Addr().Unmap(), from.Port())
	at = u.local
	if at.Addr().IsUnspecified() {
		at = netip.AddrPortFrom(reached(u.oob[:oobn], from), at.Port())
	}
	return n, from, at, nil
}

// Write sends a packet from the local address given, which Read told. Several
// goroutines may write.
func (u *UDP) Write(b []byte, to, from netip.AddrPort) error {
	var oob []byte
	if u.local.Addr().IsUnspecified() {
		oob = leaveFrom(from.Addr(), u.local.Addr().Is6())
	}
	_, _, err := u.conn.WriteMsgUDPAddrPort(b, oob, to)
	return err
}

// Close ends Read and Write with net.ErrClosed.
func (u *UDP) Close() error { return u.conn.Close() }

func closeAll(sockets []*UDP) {
	for _, s := range sockets {
		_ = s.Close()
	}
}

// isMissing tells that a machine has no IPv6, as opposed to a port in use.
func isMissing(err error) bool {
	return errors.Is(err, syscall.EAFNOSUPPORT) || errors.Is(err, syscall.EADDRNOTAVAIL)
}
