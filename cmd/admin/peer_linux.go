package admin

import (
	"net"
	"syscall"
)

// userOf is who opened the other end of a connection.
func userOf(conn *net.UnixConn) (uid int, known bool) {
	raw, err := conn.SyscallConn()
	if err != nil {
		return 0, false
	}
	var who *syscall.Ucred
	if raw.Control(func(fd uintptr) {
		who, err = syscall.GetsockoptUcred(int(fd), syscall.SOL_SOCKET, syscall.SO_PEERCRED)
	}) != nil || err != nil {
		return 0, false
	}
	return int(who.Uid), true
}
