package socket

import "golang.org/x/sys/unix"

// Room is how many bytes of packets may wait to be read from a socket of a listen
// address, as it was asked for and as the kernel gave it; 0 where that is not known.
// The kernel counts its own overhead in, for which it doubles what it is asked for.
func (u *UDP) Room() (asked, given int) {
	_ = u.use(func(fd int) error {
		doubled, err := unix.GetsockoptInt(fd, unix.SOL_SOCKET, unix.SO_RCVBUF)
		given = doubled / 2
		return err
	})
	return bufferSize, given
}
