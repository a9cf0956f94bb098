package socket

import (
	"encoding/binary"
	"errors"
	"net/netip"
	"syscall"
	"unsafe"

	"golang.org/x/sys/unix"
)

// The local address of a packet comes and goes as a control message: IP_PKTINFO
// (ip(7)) or IPV6_PKTINFO (RFC 3542 section 6).

const (
	canShare = true
	oobSize  = 64 // one control message of either kind, with room to spare
)

// prepare sets the options that must be set before the socket is bound.
func prepare(c syscall.RawConn, at netip.Addr, shared bool) error {
	var failed error
	err := c.Control(func(fd uintptr) {
		set := func(level, option int) {
			if failed == nil {
				failed = unix.SetsockoptInt(int(fd), level, option, 1)
			}
		}
		if shared {
			set(unix.SOL_SOCKET, unix.SO_REUSEPORT)
		}
		if at.Is6() {
			set(unix.IPPROTO_IPV6, unix.IPV6_V6ONLY)
		}
	})
	if err != nil || failed != nil {
		return errors.Join(err, failed)
	}
	return tellLocal(c, at)
}

// tellLocal has a socket bound to a wildcard tell the local address of packets.
func tellLocal(c syscall.RawConn, at netip.Addr) error {
	level, option := unix.IPPROTO_IP, unix.IP_PKTINFO
	if at.Is6() {
		level, option = unix.IPPROTO_IPV6, unix.IPV6_RECVPKTINFO
	}
	if !at.IsUnspecified() {
		return nil
	}
	var failed error
	err := c.Control(func(fd uintptr) { failed = unix.SetsockoptInt(int(fd), level, option, 1) })
	return errors.Join(err, failed)
}

// reached reads the local address of a packet from its control messages.
func reached(oob []byte, from netip.AddrPort) netip.Addr {
	for len(oob) >= unix.CmsgLen(0) {
		header, data, rest, err := unix.ParseOneSocketControlMessage(oob)
		if err != nil {
			break
		}
		if a, ok := packetInfo(header, data); ok {
			return a
		}
		oob = rest
	}
	return routed(from)
}

func packetInfo(header unix.Cmsghdr, data []byte) (netip.Addr, bool) {
	switch {
	case header.Level == unix.IPPROTO_IP && header.Type == unix.IP_PKTINFO && len(data) >= unix.SizeofInet4Pktinfo:
		// struct in_pktinfo: interface, address to answer from, address of the
		// packet. The second differs from the third for a broadcast only.
		return netip.AddrFrom4([4]byte(data[4:8])), true
	case header.Level == unix.IPPROTO_IPV6 && header.Type == unix.IPV6_PKTINFO && len(data) >= unix.SizeofInet6Pktinfo:
		return netip.AddrFrom16([16]byte(data[:16])).Unmap(), true // a socket of both families has IPv4 mapped
	}
	return netip.Addr{}, false
}

// leaveFrom writes the control message that makes a packet leave from the
// address, by a socket of IPv6 or not: one of both families wants IPv4 mapped.
// The interface stays the kernel's choice.
func leaveFrom(a netip.Addr, byIPv6 bool) []byte {
	if !byIPv6 {
		oob := controlMessage(unix.IPPROTO_IP, unix.IP_PKTINFO, unix.SizeofInet4Pktinfo)
		copy(oob[unix.CmsgLen(0)+4:], a.AsSlice())
		return oob
	}
	oob := controlMessage(unix.IPPROTO_IPV6, unix.IPV6_PKTINFO, unix.SizeofInet6Pktinfo)
	as16 := a.As16()
	copy(oob[unix.CmsgLen(0):], as16[:])
	return oob
}

// controlMessage makes an empty control message: struct cmsghdr and its data.
func controlMessage(level, kind uint32, size int) []byte {
	oob := make([]byte, unix.CmsgSpace(size))
	length := unsafe.Sizeof(unix.Cmsghdr{}.Len)
	if length == 8 {
		binary.NativeEndian.PutUint64(oob, uint64(unix.CmsgLen(size)))
	} else {
		binary.NativeEndian.PutUint32(oob, uint32(unix.CmsgLen(size)))
	}
	binary.NativeEndian.PutUint32(oob[length:], level)
	binary.NativeEndian.PutUint32(oob[length+4:], kind)
	return oob
}
