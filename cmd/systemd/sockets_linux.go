package systemd

import (
	"fmt"
	"net"
	"os"
	"strconv"
	"strings"
	"syscall"
)

// firstSocket is SD_LISTEN_FDS_START.
const firstSocket = 3

// maxSockets is more than anybody listens on, and bounds what a wrong variable
// makes us close.
const maxSockets = 256

// Take takes the sockets that were passed to the process with the id pid. It may
// be called once: afterwards the descriptors are in use.
func Take(getenv func(name string) string, pid int) (Sockets, error) {
	if getenv("LISTEN_PID") != strconv.Itoa(pid) {
		return Sockets{}, nil
	}
	count, err := strconv.Atoi(getenv("LISTEN_FDS"))
	if err != nil || count < 0 || count > maxSockets {
		return Sockets{}, fmt.Errorf("LISTEN_FDS is %q, not a number of sockets", getenv("LISTEN_FDS"))
	}
	names := strings.Split(getenv("LISTEN_FDNAMES"), ":")
	var all Sockets
	for i := range count {
		name := ""
		if i < len(names) {
			name = names[i]
		}
		if err := all.add(firstSocket+i, name); err != nil {
			all.Close()
			return Sockets{}, err
		}
	}
	return all, nil
}

// add makes a descriptor a socket of ours. The descriptor itself is closed: net
// works with a copy.
func (s *Sockets) add(fd int, name string) error {
	syscall.CloseOnExec(fd)
	file := os.NewFile(uintptr(fd), name)
	defer file.Close()
	if name != HTTP && name != TURN {
		return fmt.Errorf("a socket unit passes a socket named %q; write FileDescriptorName=%s or =%s into it", name, HTTP, TURN)
	}
	kind, err := syscall.GetsockoptInt(fd, syscall.SOL_SOCKET, syscall.SO_TYPE)
	if err != nil {
		return fmt.Errorf("descriptor %d of socket unit %s is no socket: %w", fd, name, err)
	}
	if kind == syscall.SOCK_DGRAM {
		return s.addUDP(file)
	}
	listener, err := net.FileListener(file)
	if err != nil {
		return fmt.Errorf("socket of the socket unit %s: %w", name, err)
	}
	if _, isTCP := listener.(*net.TCPListener); !isTCP {
		_ = listener.Close()
		return fmt.Errorf("socket unit %s passes %s, which is not TCP; write a port after ListenStream=", name, listener.Addr())
	}
	if name == HTTP {
		s.HTTP = append(s.HTTP, listener)
	} else {
		s.TURN = append(s.TURN, listener)
	}
	return nil
}

func (s *Sockets) addUDP(file *os.File) error {
	packets, err := net.FilePacketConn(file)
	if err != nil {
		return fmt.Errorf("socket of the socket unit %s: %w", file.Name(), err)
	}
	conn, isUDP := packets.(*net.UDPConn)
	if !isUDP {
		_ = packets.Close()
		return fmt.Errorf("socket unit %s passes %s, which is not UDP; write a port after ListenDatagram=", file.Name(), packets.LocalAddr())
	}
	s.UDP = append(s.UDP, conn)
	return nil
}
