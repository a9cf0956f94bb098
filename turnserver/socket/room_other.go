//go:build !linux

package socket

// Room is not known here.
func (u *UDP) Room() (asked, given int) { return bufferSize, 0 }
