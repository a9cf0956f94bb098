package mdns

import (
	"fmt"
	"net"
	"os"

	"golang.org/x/net/ipv4"
	"golang.org/x/sys/unix"
)

// open is a socket for the group alone: it is bound to the group's address, so that
// what is sent to this machine itself reaches others who share the port, and nothing
// from beyond the link reaches us. Package net would bind it to every address.
func open() (*ipv4.PacketConn, error) {
	fd, err := unix.Socket(unix.AF_INET, unix.SOCK_DGRAM|unix.SOCK_CLOEXEC|unix.SOCK_NONBLOCK, 0)
	if err != nil {
		return nil, fmt.Errorf("opening a socket for the group %s: %w", group, err)
	}
	file := os.NewFile(uintptr(fd), "mdns")
	defer file.Close() // package net has one of its own
	if err := unix.SetsockoptInt(fd, unix.SOL_SOCKET, unix.SO_REUSEADDR, 1); err != nil {
		return nil, fmt.Errorf("sharing udp %d: %w", port, err)
	}
	if err := unix.Bind(fd, &unix.SockaddrInet4{Port: port, Addr: group.As4()}); err != nil {
		return nil, fmt.Errorf("listening on udp %s:%d: %w", group, port, err)
	}
	conn, err := net.FilePacketConn(file)
	if err != nil {
		return nil, fmt.Errorf("listening on udp %s:%d: %w", group, port, err)
	}
	p := ipv4.NewPacketConn(conn)
	for _, set := range []func() error{
		func() error { return p.SetControlMessage(ipv4.FlagInterface, true) },
		func() error { return p.SetMulticastTTL(255) }, // RFC 6762 section 11
		// Ours shall not come back to us: what this machine says while we ask is
		// another program's.
		func() error { return p.SetMulticastLoopback(false) },
	} {
		if err := set(); err != nil {
			_ = p.Close()
			return nil, fmt.Errorf("setting up udp %s:%d: %w", group, port, err)
		}
	}
	return p, nil
}
