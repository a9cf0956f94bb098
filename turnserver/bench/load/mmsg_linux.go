//go:build linux && (amd64 || arm64)

package load

import (
	"encoding/binary"
	"net/netip"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"
)

// batch is room for many datagrams of one system call, sendmmsg(2) or
// recvmmsg(2). What its headers point to is laid out once.
type batch struct {
	headers []header
	vectors []unix.Iovec
	names   []unix.RawSockaddrInet4
	buffers [][]byte
	control [][controlSize]byte
}

// header is struct mmsghdr.
type header struct {
	message unix.Msghdr
	length  uint32
}

// controlSize has room for the time stamp: a header and two words.
const controlSize = 64

func newBatch(count, size int) *batch {
	b := &batch{
		headers: make([]header, count),
		vectors: make([]unix.Iovec, count),
		names:   make([]unix.RawSockaddrInet4, count),
		buffers: make([][]byte, count),
		control: make([][controlSize]byte, count),
	}
	for i := range count {
		b.buffers[i] = make([]byte, size)
		b.vectors[i].Base = &b.buffers[i][0]
		b.headers[i].message.Iov = &b.vectors[i]
		b.headers[i].message.SetIovlen(1)
	}
	return b
}

// receive takes what is there, without waiting; zero: nothing.
func (b *batch) receive(fd int) int {
	for i := range b.headers {
		m := &b.headers[i].message
		m.Name, m.Namelen = (*byte)(unsafe.Pointer(&b.names[i])), unix.SizeofSockaddrInet4
		m.Control = &b.control[i][0]
		m.SetControllen(controlSize)
		b.vectors[i].SetLen(len(b.buffers[i]))
	}
	n, _, errno := unix.RawSyscall6(unix.SYS_RECVMMSG, uintptr(fd), uintptr(unsafe.Pointer(&b.headers[0])), uintptr(len(b.headers)), unix.MSG_DONTWAIT, 0, 0)
	if errno != 0 {
		return 0
	}
	return int(n)
}

// data is the datagram i that was received.
func (b *batch) data(i int) []byte { return b.buffers[i][:b.headers[i].length] }

// from is where it came from.
func (b *batch) from(i int) netip.AddrPort {
	name := &b.names[i]
	return netip.AddrPortFrom(netip.AddrFrom4(name.Addr), swapped(name.Port))
}

// at is when it arrived: the kernel's stamp, or else now.
func (b *batch) at(i int, now time.Time) time.Time {
	m := &b.headers[i].message
	c := (*unix.Cmsghdr)(unsafe.Pointer(&b.control[i][0]))
	if m.Controllen < unix.SizeofCmsghdr+16 || c.Level != unix.SOL_SOCKET || c.Type != unix.SCM_TIMESTAMPNS {
		return now
	}
	stamp := b.control[i][unix.SizeofCmsghdr:]
	return time.Unix(int64(binary.NativeEndian.Uint64(stamp)), int64(binary.NativeEndian.Uint64(stamp[8:])))
}

// prepare makes datagram i one of size bytes to an address; nil: where the
// socket is connected to.
func (b *batch) prepare(i, size int, to *unix.RawSockaddrInet4) {
	m := &b.headers[i].message
	m.Name, m.Namelen = nil, 0
	if to != nil {
		m.Name, m.Namelen = (*byte)(unsafe.Pointer(to)), unix.SizeofSockaddrInet4
	}
	m.Control = nil
	m.SetControllen(0)
	b.vectors[i].SetLen(size)
}

// answer makes datagram i, just received, one back to where it came from.
func (b *batch) answer(i int) { b.prepare(i, int(b.headers[i].length), &b.names[i]) }

// send sends the first count datagrams and tells how many went out.
func (b *batch) send(fd, count int) (int, error) {
	sent := 0
	for sent < count {
		n, _, errno := unix.RawSyscall6(unix.SYS_SENDMMSG, uintptr(fd), uintptr(unsafe.Pointer(&b.headers[sent])), uintptr(count-sent), unix.MSG_DONTWAIT, 0, 0)
		if errno != 0 {
			return sent, errno
		}
		sent += int(n)
	}
	return sent, nil
}

// sockaddr is an address as the kernel has it.
func sockaddr(a netip.AddrPort) unix.RawSockaddrInet4 {
	return unix.RawSockaddrInet4{Family: unix.AF_INET, Port: swapped(a.Port()), Addr: a.Addr().As4()}
}

// swapped is a port between the host's order and the network's, either way.
func swapped(port uint16) uint16 {
	var b [2]byte
	binary.BigEndian.PutUint16(b[:], port)
	return binary.NativeEndian.Uint16(b[:])
}
