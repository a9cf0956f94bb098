//go:build linux && (amd64 || arm64)

package load

import (
	"fmt"
	"net/netip"
	"syscall"

	"golang.org/x/sys/unix"
)

// buffer is what a socket may hold until we look: 4 MiB are far more than comes
// in the time. Without the right to force it the kernel gives what it allows.
const buffer = 4 << 20

// taken is the descriptor of a connection of Go's for our own use: a copy that
// Go's poller does not know.
func taken(conn syscall.Conn) (int, error) {
	raw, err := conn.SyscallConn()
	if err != nil {
		return -1, err
	}
	fd, fault := -1, error(nil)
	if err := raw.Control(func(theirs uintptr) {
		fd, fault = unix.FcntlInt(theirs, unix.F_DUPFD_CLOEXEC, 0)
	}); err != nil {
		return -1, err
	}
	if fault != nil {
		return -1, fmt.Errorf("copying a descriptor: %w", fault)
	}
	return fd, prepared(fd)
}

// prepared gives a socket its buffers and asks for time stamps.
func prepared(fd int) error {
	for force, plain := range map[int]int{unix.SO_RCVBUFFORCE: unix.SO_RCVBUF, unix.SO_SNDBUFFORCE: unix.SO_SNDBUF} {
		if unix.SetsockoptInt(fd, unix.SOL_SOCKET, force, buffer) == nil {
			continue
		}
		if err := unix.SetsockoptInt(fd, unix.SOL_SOCKET, plain, buffer); err != nil {
			return fmt.Errorf("setting the buffers of a socket: %w", err)
		}
	}
	if err := unix.SetsockoptInt(fd, unix.SOL_SOCKET, unix.SO_TIMESTAMPNS, 1); err != nil {
		return fmt.Errorf("asking for time stamps: %w", err)
	}
	return nil
}

// peer is a UDP socket on a free port of loopback.
func peer() (fd int, at netip.AddrPort, err error) {
	if fd, err = unix.Socket(unix.AF_INET, unix.SOCK_DGRAM|unix.SOCK_CLOEXEC, 0); err != nil {
		return -1, at, fmt.Errorf("opening a peer: %w", err)
	}
	if err = unix.Bind(fd, &unix.SockaddrInet4{Addr: [4]byte{127, 0, 0, 1}}); err == nil {
		err = prepared(fd)
	}
	name, fault := unix.Getsockname(fd)
	if err == nil {
		err = fault
	}
	if err != nil {
		_ = unix.Close(fd)
		return -1, at, fmt.Errorf("opening a peer: %w", err)
	}
	own := name.(*unix.SockaddrInet4)
	return fd, netip.AddrPortFrom(netip.AddrFrom4(own.Addr), uint16(own.Port)), nil
}

// watch is an epoll(7) of sockets; an event tells the socket's place in the list.
func watch(fds []int) (int, error) {
	ep, err := unix.EpollCreate1(unix.EPOLL_CLOEXEC)
	if err != nil {
		return -1, fmt.Errorf("opening an epoll: %w", err)
	}
	for i, fd := range fds {
		if err := unix.EpollCtl(ep, unix.EPOLL_CTL_ADD, fd, &unix.EpollEvent{Events: unix.EPOLLIN, Fd: int32(i)}); err != nil {
			_ = unix.Close(ep)
			return -1, fmt.Errorf("watching a socket: %w", err)
		}
	}
	return ep, nil
}
