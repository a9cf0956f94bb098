//go:build !linux

package admin

import "net"

// userOf leaves it to the mode of the socket who may connect.
func userOf(*net.UnixConn) (uid int, known bool) { return 0, false }
