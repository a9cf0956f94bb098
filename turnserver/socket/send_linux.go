package socket

import (
	"unsafe"

	"golang.org/x/sys/unix"
)

// One packet that the kernel cuts (UDP_SEGMENT, udp(7)) goes through its network
// code once instead of once for each part, which is most of the cost of a packet.
const (
	mostParts    = 64    // the least that any kernel with UDP_SEGMENT takes
	longestToCut = 65000 // in bytes, headers aside
	uncutAtOnce  = 1000  // packets that are not put together after some were refused
)

// sender holds what the kernel reads when packets are sent.
type sender struct {
	room *sendRoom
	// Whole packets of parts this long or longer were refused: they do not fit the path
	// of some receiver, where they are fragmented, or nothing can be cut here at all.
	tooLong int
	uncut   int // how many more packets of this length are sent as they are
}

// sendRoom is made at the first packet.
type sendRoom struct {
	headers  [maxWaiting]mmsghdr
	vectors  [maxWaiting]unix.Iovec
	names    [maxWaiting]name
	controls [maxWaiting]control
	first    [maxWaiting + 1]int // of a message, its first departure
}

// send sends packets that leave by this socket and returns how many were lost.
func (u *UDP) send(s *sender, list []departure) (lost int) {
	if !u.acquire() {
		return 0 // its user is gone, and what it sent with it
	}
	defer u.release()
	if s.room == nil {
		s.room = &sendRoom{}
	}
	messages := s.arrange(u, list)
	for done := 0; done < messages; {
		n, err := manyMessages(unix.SYS_SENDMMSG, u.fd, s.room.headers[done:messages])
		if done += n; err == nil {
			continue
		}
		// The error is of the first message that is left.
		failed := list[s.room.first[done]:s.room.first[done+1]]
		done++
		missed := len(failed)
		if len(failed) > 1 {
			missed = u.sendEach(failed)
		}
		if missed < len(failed) { // it was the whole that was refused
			s.tooLong, s.uncut = len(failed[0].data), uncutAtOnce
		}
		lost += missed
	}
	return lost
}

// arrange makes messages of departures and returns how many.
func (s *sender) arrange(u *UDP, list []departure) (messages int) {
	for at := 0; at < len(list); messages++ {
		n := s.together(list[at:])
		s.room.first[messages] = at
		s.compose(u, messages, list[at:at+n], at)
		at += n
	}
	s.room.first[messages] = len(list)
	return messages
}

// together tells how many of the first departures can be one packet: those to one
// receiver, of one size but for the last, which may be shorter.
func (s *sender) together(list []departure) int {
	size := len(list[0].data)
	if size == 0 || s.refused(size) {
		return 1
	}
	n, total := 1, size
	for n < min(len(list), mostParts) {
		next := &list[n]
		if next.to != list[0].to || next.from != list[0].from || len(next.data) > size || len(next.data) == 0 || total+len(next.data) > longestToCut {
			break
		}
		n, total = n+1, total+len(next.data)
		if len(next.data) < size {
			break
		}
	}
	return n
}

// compose writes one message. Its vectors stand where its departures do.
func (s *sender) compose(u *UDP, message int, list []departure, at int) {
	r := s.room
	for i, d := range list {
		v := &r.vectors[at+i]
		v.Base = unsafe.SliceData(d.data)
		v.SetLen(len(d.data))
	}
	h := &r.headers[message].header
	h.Iov = &r.vectors[at]
	h.SetIovlen(len(list))
	h.Name = (*byte)(unsafe.Pointer(&r.names[message]))
	h.Namelen = writeName(&r.names[message], list[0].to, u.isIPv6)
	c := &r.controls[message]
	c.used = 0
	if u.wildcard {
		c.leaveFrom(list[0].from.Addr(), u.isIPv6)
	}
	if len(list) > 1 {
		c.cut(len(list[0].data))
	}
	h.Control = nil
	if c.used > 0 {
		h.Control = &c.bytes[0]
	}
	h.SetControllen(c.used)
}

// refused tells whether packets of the size are to be sent as they are, for a while.
func (s *sender) refused(size int) bool {
	if s.uncut == 0 || size < s.tooLong {
		return false
	}
	s.uncut--
	return true
}

// sendEach sends packets one by one.
func (u *UDP) sendEach(list []departure) (lost int) {
	for _, d := range list {
		if u.write(d) != nil {
			lost++
		}
	}
	return lost
}

// write sends one packet now.
func (u *UDP) write(d departure) error {
	var (
		n name
		c control
		v unix.Iovec
		h unix.Msghdr
	)
	v.Base = unsafe.SliceData(d.data)
	v.SetLen(len(d.data))
	h.Iov = &v
	h.SetIovlen(1)
	h.Name = (*byte)(unsafe.Pointer(&n))
	h.Namelen = writeName(&n, d.to, u.isIPv6)
	if u.wildcard {
		c.leaveFrom(d.from.Addr(), u.isIPv6)
	}
	if c.used > 0 {
		h.Control = &c.bytes[0]
		h.SetControllen(c.used)
	}
	for {
		_, _, errno := unix.Syscall(unix.SYS_SENDMSG, uintptr(u.fd), uintptr(unsafe.Pointer(&h)), unix.MSG_DONTWAIT)
		switch errno {
		case 0:
			return nil
		case unix.EINTR:
		default:
			return errno
		}
	}
}
