// Package systemd is how the process speaks with the service manager: it takes
// sockets that were opened for it (sockets.go), tells when it is ready, how it is
// doing and when it stops (notify.go), and shows that it is alive (watch.go).
//
// Everything comes by environment variables and a socket, described in
// sd_listen_fds(3) and sd_notify(3). Without the variables nothing is done, and
// so it is on other systems than Linux. The protocol is a handful of lines; the
// usual library reads the environment of the process itself and gives datagram
// sockets without their names.
//
// One goroutine runs, that of Serve. The methods of Manager may be called by any.
package systemd
