package socket

import (
	"encoding/binary"
	"net/netip"
	"unsafe"

	"golang.org/x/sys/unix"
)

// controlSize is room for the control messages of one packet: the local address
// of either family, and the size of the parts that the kernel shall cut.
const controlSize = 64

// control is what goes with a packet in control messages (struct cmsghdr).
type control struct {
	bytes [controlSize]byte
	used  int
}

// add makes a message and returns its data, to be filled.
func (c *control) add(level, kind int32, size int) []byte {
	message := c.bytes[c.used : c.used+unix.CmsgSpace(size)]
	clear(message)
	*(*unix.Cmsghdr)(unsafe.Pointer(&message[0])) = cmsghdr(level, kind, size)
	c.used += len(message)
	return message[unix.CmsgLen(0):]
}

func cmsghdr(level, kind int32, size int) (h unix.Cmsghdr) {
	h.Level, h.Type = level, kind
	h.SetLen(unix.CmsgLen(size))
	return h
}

// leaveFrom has a packet leave from the address; the interface stays the kernel's
// choice. A socket of IPv6 wants IPv4 mapped.
func (c *control) leaveFrom(a netip.Addr, byIPv6 bool) {
	if !a.IsValid() {
		return
	}
	if !byIPv6 {
		as4 := a.As4()
		copy(c.add(unix.IPPROTO_IP, unix.IP_PKTINFO, unix.SizeofInet4Pktinfo)[4:], as4[:])
		return
	}
	as16 := a.As16()
	copy(c.add(unix.IPPROTO_IPV6, unix.IPV6_PKTINFO, unix.SizeofInet6Pktinfo), as16[:])
}

// cut has the kernel cut a packet into parts of the size.
func (c *control) cut(size int) {
	binary.NativeEndian.PutUint16(c.add(unix.IPPROTO_UDP, unix.UDP_SEGMENT, 2), uint16(size))
}

// reached finds the local address a packet was sent to in what the kernel wrote.
func reached(messages []byte, from netip.AddrPort) netip.Addr {
	for len(messages) >= unix.CmsgLen(0) {
		header := (*unix.Cmsghdr)(unsafe.Pointer(&messages[0]))
		length := int(header.Len)
		if length < unix.CmsgLen(0) || length > len(messages) {
			break
		}
		if a, ok := packetInfo(header, messages[unix.CmsgLen(0):length]); ok {
			return a
		}
		messages = messages[min(len(messages), unix.CmsgSpace(length-unix.CmsgLen(0))):]
	}
	return routed(from)
}

func packetInfo(header *unix.Cmsghdr, data []byte) (netip.Addr, bool) {
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
