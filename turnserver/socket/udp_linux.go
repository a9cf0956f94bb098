package socket

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"os"
	"sync"
	"sync/atomic"
	"syscall"

	"golang.org/x/sys/unix"
)

// canShare: several sockets may have one address.
const canShare = true

// UDP is one socket.
type UDP struct {
	descriptor
	local    netip.AddrPort // what it is bound to, maybe a wildcard
	isIPv6   bool
	wildcard bool
	loops    atomic.Pointer[Loops] // that read it
	once     sync.Once
}

// bind opens a socket at an address. One of IPv6 leaves IPv4 alone.
func bind(at netip.AddrPort, shared bool) (*UDP, error) {
	isIPv6 := at.Addr().Is6()
	family := unix.AF_INET
	if isIPv6 {
		family = unix.AF_INET6
	}
	fd, err := unix.Socket(family, unix.SOCK_DGRAM|unix.SOCK_NONBLOCK|unix.SOCK_CLOEXEC, unix.IPPROTO_UDP)
	if err != nil {
		return nil, os.NewSyscallError("socket", err)
	}
	u := &UDP{descriptor: descriptor{fd: fd}, local: at, isIPv6: isIPv6, wildcard: at.Addr().IsUnspecified()}
	if err := u.prepare(at, shared); err != nil {
		_ = unix.Close(fd)
		return nil, err
	}
	return u, nil
}

// prepare sets options, binds, and learns the port.
func (u *UDP) prepare(at netip.AddrPort, shared bool) error {
	if shared {
		if err := u.set(unix.SOL_SOCKET, unix.SO_REUSEPORT, 1); err != nil {
			return err
		}
	}
	if u.isIPv6 {
		if err := u.set(unix.IPPROTO_IPV6, unix.IPV6_V6ONLY, 1); err != nil {
			return err
		}
	}
	if err := u.tellLocal(); err != nil {
		return err
	}
	if err := unix.Bind(u.fd, sockaddr(at)); err != nil {
		return os.NewSyscallError("bind", err)
	}
	bound, err := boundTo(u.fd)
	u.local = netip.AddrPortFrom(at.Addr(), bound.Port())
	return err
}

func (u *UDP) set(level, option, value int) error {
	return os.NewSyscallError("setsockopt", unix.SetsockoptInt(u.fd, level, option, value))
}

// tellLocal has each packet come with the local address it was sent to, where the
// socket is bound to all of them.
func (u *UDP) tellLocal() error {
	switch {
	case !u.wildcard:
		return nil
	case u.isIPv6:
		return u.set(unix.IPPROTO_IPV6, unix.IPV6_RECVPKTINFO, 1)
	default:
		return u.set(unix.IPPROTO_IP, unix.IP_PKTINFO, 1)
	}
}

// buffered asks for room for bursts: what an administrator may have, where we are
// one, and else what the system grants.
func (u *UDP) buffered(size int) *UDP {
	for _, option := range [][2]int{{unix.SO_RCVBUFFORCE, unix.SO_RCVBUF}, {unix.SO_SNDBUFFORCE, unix.SO_SNDBUF}} {
		if u.set(unix.SOL_SOCKET, option[0], size) != nil {
			_ = u.set(unix.SOL_SOCKET, option[1], size)
		}
	}
	return u
}

// Adopt makes a socket ours that somebody else has opened.
func Adopt(conn *net.UDPConn) (*UDP, error) {
	bound := conn.LocalAddr().(*net.UDPAddr).AddrPort()
	u := &UDP{local: netip.AddrPortFrom(bound.Addr().Unmap(), bound.Port())}
	u.wildcard = u.local.Addr().IsUnspecified()
	if err := u.take(conn); err != nil {
		return nil, fmt.Errorf("adopting udp %s: %w", bound, err)
	}
	return u.buffered(bufferSize), nil
}

// take takes the descriptor away from the runtime, whose poller would wake for
// each packet too.
func (u *UDP) take(conn *net.UDPConn) error {
	raw, err := conn.SyscallConn()
	if err != nil {
		return err
	}
	var failed error
	err = raw.Control(func(fd uintptr) {
		u.fd, failed = unix.FcntlInt(fd, unix.F_DUPFD_CLOEXEC, 0)
	})
	if err := errors.Join(err, failed); err != nil {
		return err
	}
	_ = conn.Close()
	domain, err := unix.GetsockoptInt(u.fd, unix.SOL_SOCKET, unix.SO_DOMAIN)
	u.isIPv6 = domain == unix.AF_INET6
	if err = errors.Join(err, u.tellLocal()); err != nil {
		_ = unix.Close(u.fd)
	}
	return err
}

func (u *UDP) writeNow(d departure) error {
	return u.use(func(int) error { return u.write(d) })
}

// CloseThen closes the socket, which is read no more, and calls then: at once, or
// when who is just using it is done.
func (u *UDP) CloseThen(then func()) error {
	err := net.ErrClosed
	u.once.Do(func() {
		err = nil
		if l := u.loops.Load(); l != nil {
			l.forget(u)
		}
		u.close(then)
	})
	return err
}

func sockaddr(a netip.AddrPort) unix.Sockaddr {
	if a.Addr().Is4() {
		return &unix.SockaddrInet4{Port: int(a.Port()), Addr: a.Addr().As4()}
	}
	return &unix.SockaddrInet6{Port: int(a.Port()), Addr: a.Addr().As16(), ZoneId: zoneOf(a.Addr())}
}

// zoneOf is the interface of a link-local address that a setting names.
func zoneOf(a netip.Addr) uint32 {
	card, err := net.InterfaceByName(a.Zone())
	if err != nil {
		return scope(a)
	}
	return uint32(card.Index)
}

func boundTo(fd int) (netip.AddrPort, error) {
	bound, err := unix.Getsockname(fd)
	if err != nil {
		return netip.AddrPort{}, os.NewSyscallError("getsockname", err)
	}
	switch a := bound.(type) {
	case *unix.SockaddrInet4:
		return netip.AddrPortFrom(netip.AddrFrom4(a.Addr), uint16(a.Port)), nil
	case *unix.SockaddrInet6:
		return netip.AddrPortFrom(netip.AddrFrom16(a.Addr), uint16(a.Port)), nil
	default:
		return netip.AddrPort{}, syscall.EAFNOSUPPORT
	}
}
