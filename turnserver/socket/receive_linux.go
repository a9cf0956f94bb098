package socket

import (
	"errors"
	"net/netip"
	"unsafe"

	"golang.org/x/sys/unix"
)

// How many packets of one socket are read at a time. Others wait meanwhile.
const (
	leastAtOnce = 2
	readAtOnce  = 32
)

// mmsghdr is struct mmsghdr (recvmmsg(2)), which x/sys does not have.
type mmsghdr struct {
	header unix.Msghdr
	length uint32
}

// receiver reads packets from sockets into slots of its own.
type receiver struct {
	slots   [][]byte // each as long as a packet with the room around it
	free    int      // the first slot that holds no packet
	headers [readAtOnce]mmsghdr
	vectors [readAtOnce]unix.Iovec
	names   [readAtOnce]name
	control [readAtOnce][controlSize]byte
	packets [readAtOnce]Packet
	next    int // how many are asked for: what comes one by one is not asked for in dozens
}

// slot is room for a packet, and a byte more: a packet that fills it is longer.
const slot = headroom + MaxPacket + 1 + tailroom

// newReceiver makes a receiver whose slots are enough for several readings.
func newReceiver() *receiver {
	r := &receiver{next: leastAtOnce}
	room := make([]byte, 2*readAtOnce*slot)
	for len(room) > 0 {
		r.slots = append(r.slots, room[:slot:slot])
		room = room[slot:]
	}
	return r
}

// full tells whether the slots must be given back before the next reading.
func (r *receiver) full() bool { return len(r.slots)-r.free < readAtOnce }

// reuse gives all slots back.
func (r *receiver) reuse() { r.free = 0 }

// receive reads what the socket has, and tells whether there may be more. The packets
// are valid until their slots are used again.
func (r *receiver) receive(u *UDP) (packets []Packet, more bool, err error) {
	if !u.acquire() {
		return nil, false, nil
	}
	defer u.release()
	r.prepare(u, r.next)
	got, err := manyMessages(unix.SYS_RECVMMSG, u.fd, r.headers[:r.next])
	if err != nil {
		return nil, !errors.Is(err, unix.EAGAIN), err
	}
	if more = got == r.next; more {
		r.next = min(4*r.next, readAtOnce)
	} else {
		r.next = max(r.next/2, leastAtOnce)
	}
	packets = r.packets[:0]
	for i := range got {
		h := &r.headers[i]
		n := int(h.length)
		if h.header.Flags&unix.MSG_TRUNC != 0 || n > MaxPacket {
			continue
		}
		from, at := readName(&r.names[i]), u.local
		if u.wildcard {
			at = netip.AddrPortFrom(reached(r.control[i][:h.header.Controllen], from), at.Port())
		}
		packets = append(packets, Packet{From: from, At: at, slot: r.slots[r.free+i], begin: headroom, end: headroom + n})
	}
	r.free += got
	return packets, more, nil
}

// prepare points the headers at free slots. The kernel overwrites their lengths.
func (r *receiver) prepare(u *UDP, count int) {
	for i := range count {
		v := &r.vectors[i]
		v.Base = &r.slots[r.free+i][headroom]
		v.SetLen(MaxPacket + 1)
		h := &r.headers[i].header
		h.Iov = v
		h.SetIovlen(1)
		h.Name = (*byte)(unsafe.Pointer(&r.names[i]))
		h.Namelen = unix.SizeofSockaddrInet6
		h.Control = nil
		h.SetControllen(0)
		if u.wildcard {
			h.Control = &r.control[i][0]
			h.SetControllen(controlSize)
		}
	}
}

// manyMessages is recvmmsg(2) or sendmmsg(2), which never wait here.
func manyMessages(call uintptr, fd int, headers []mmsghdr) (int, error) {
	for {
		n, _, errno := unix.Syscall6(call, uintptr(fd), uintptr(unsafe.Pointer(&headers[0])), uintptr(len(headers)), unix.MSG_DONTWAIT, 0, 0)
		switch errno {
		case 0:
			return int(n), nil
		case unix.EINTR:
		default:
			return 0, errno
		}
	}
}
