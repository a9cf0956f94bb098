// Package socket moves UDP packets between the network and the rest of the server:
// those of clients and those of peers.
//
// A listen address is served by several sockets that share it (SO_REUSEPORT,
// where the system has it); the kernel pins a client to one of them, so that under
// load several loops can read clients, each in its order. A wildcard address is one set
// of sockets per address family, and every packet comes with the local address
// it was sent to: the answer leaves from there, as a client behind a firewall or
// a NAT expects, and a relay is opened there.
//
// What comes in is handed on by Loops, which read many sockets on one goroutine, or a
// few under load, many packets at a time (loops_linux.go; elsewhere a goroutine reads
// each socket). What goes out meanwhile is collected in an Out and sent before
// the loop reads on. Packets are changed in place (packet.go): none is copied, and
// no memory is taken for one.
//
// They also tell of TCP connections that there is something to read, and nobody
// ever waits to write to one (Line, line_linux.go).
package socket

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"syscall"
)

// Buffers asked for in both directions: bursts of video must wait in the kernel
// while a packet is handled, on a listen address those of many clients. The
// system may grant less. It is a limit: what is not used takes no memory.
const (
	bufferSize      = 4 << 20
	relayBufferSize = 1 << 20
)

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

// listenHost opens the sockets of one address. The first attempt does not share
// the port: it finds out whether somebody else has it.
func listenHost(at netip.AddrPort, shards int) ([]*UDP, error) {
	probe, err := bind(at, false)
	if err != nil {
		return nil, err
	}
	if shards == 1 || !canShare {
		return []*UDP{probe.buffered(bufferSize)}, nil
	}
	at = probe.local
	if err := probe.Close(); err != nil {
		return nil, err
	}
	var sockets []*UDP
	for range shards {
		s, err := bind(at, true)
		if err != nil {
			closeAll(sockets)
			return nil, err
		}
		sockets = append(sockets, s.buffered(bufferSize))
	}
	return sockets, nil
}

// Open opens a socket of its own, which sends to no whole network at once. A taken
// port is an error that matches syscall.EADDRINUSE.
func Open(at netip.AddrPort) (*UDP, error) {
	u, err := bind(at, false)
	if err != nil {
		return nil, fmt.Errorf("opening udp %v: %w", at, err)
	}
	return u.buffered(relayBufferSize), nil
}

// Local is the bound address, maybe a wildcard.
func (u *UDP) Local() netip.AddrPort { return u.local }

// Write sends one packet now, from the local address where that is not fixed.
func (u *UDP) Write(b []byte, to, from netip.AddrPort) error {
	return u.writeNow(departure{data: b, to: to, from: from})
}

// Close closes the socket.
func (u *UDP) Close() error { return u.CloseThen(nil) }

func closeAll(sockets []*UDP) {
	for _, s := range sockets {
		_ = s.Close()
	}
}

// isMissing tells whether the machine lacks the address family.
func isMissing(err error) bool {
	return errors.Is(err, syscall.EAFNOSUPPORT) || errors.Is(err, syscall.EADDRNOTAVAIL)
}
