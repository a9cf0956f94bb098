package socket

import (
	"encoding/binary"
	"net/netip"
	"strconv"
	"unsafe"

	"golang.org/x/sys/unix"
)

// name is a socket address as the kernel writes it, of either family.
type name = unix.RawSockaddrInet6

// read reads a name that the kernel wrote; IPv4 never as IPv6.
func readName(n *name) netip.AddrPort {
	if n.Family == unix.AF_INET {
		v4 := (*unix.RawSockaddrInet4)(unsafe.Pointer(n))
		return netip.AddrPortFrom(netip.AddrFrom4(v4.Addr), order(v4.Port))
	}
	a := netip.AddrFrom16(n.Addr).Unmap()
	if n.Scope_id != 0 && a.Is6() {
		a = a.WithZone(strconv.FormatUint(uint64(n.Scope_id), 10))
	}
	return netip.AddrPortFrom(a, order(n.Port))
}

// writeName writes a name for a socket of IPv6, which has IPv4 mapped, or of IPv4,
// and returns its length.
func writeName(n *name, a netip.AddrPort, byIPv6 bool) uint32 {
	if !byIPv6 {
		*(*unix.RawSockaddrInet4)(unsafe.Pointer(n)) = unix.RawSockaddrInet4{
			Family: unix.AF_INET, Port: order(a.Port()), Addr: a.Addr().As4(),
		}
		return unix.SizeofSockaddrInet4
	}
	*n = unix.RawSockaddrInet6{Family: unix.AF_INET6, Port: order(a.Port()), Addr: a.Addr().As16(), Scope_id: scope(a.Addr())}
	return unix.SizeofSockaddrInet6
}

// scope is the interface of a link-local address.
func scope(a netip.Addr) uint32 {
	if a.Zone() == "" {
		return 0
	}
	number, _ := strconv.ParseUint(a.Zone(), 10, 32) // readName wrote it
	return uint32(number)
}

// order turns a port from our order of bytes into the network's, and back.
func order(port uint16) uint16 {
	var b [2]byte
	binary.BigEndian.PutUint16(b[:], port)
	return binary.NativeEndian.Uint16(b[:])
}
