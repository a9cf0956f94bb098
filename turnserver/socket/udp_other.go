//go:build !linux

package socket

import (
	"context"
	"fmt"
	"net"
	"net/netip"
)

// Elsewhere than on Linux a socket is the runtime's, and answers leave from the
// address the system chooses.

// canShare: the sharing of a port is not the same everywhere.
const canShare = false

// UDP is one socket.
type UDP struct {
	conn  *net.UDPConn
	local netip.AddrPort // what it is bound to, maybe a wildcard
}

func bind(at netip.AddrPort, _ bool) (*UDP, error) {
	network := "udp4"
	if at.Addr().Is6() {
		network = "udp6"
	}
	listen := net.ListenConfig{Control: noBroadcast}
	packets, err := listen.ListenPacket(context.Background(), network, at.String())
	if err != nil {
		return nil, err
	}
	conn := packets.(*net.UDPConn)
	bound := conn.LocalAddr().(*net.UDPAddr).AddrPort()
	return &UDP{conn: conn, local: netip.AddrPortFrom(at.Addr(), bound.Port())}, nil
}

// buffered asks for room for bursts.
func (u *UDP) buffered(size int) *UDP {
	_ = u.conn.SetReadBuffer(size)
	_ = u.conn.SetWriteBuffer(size)
	return u
}

// Adopt makes a socket ours that somebody else has opened.
func Adopt(conn *net.UDPConn) (*UDP, error) {
	bound, ok := conn.LocalAddr().(*net.UDPAddr)
	if !ok {
		return nil, fmt.Errorf("adopting %v: not a UDP socket", conn.LocalAddr())
	}
	at := bound.AddrPort()
	u := &UDP{conn: conn, local: netip.AddrPortFrom(at.Addr().Unmap(), at.Port())}
	return u.buffered(bufferSize), nil
}

func (u *UDP) writeNow(d departure) error {
	_, err := u.conn.WriteToUDPAddrPort(d.data, d.to)
	return err
}

// CloseThen closes the socket, which ends the goroutine that reads it, and calls
// then.
func (u *UDP) CloseThen(then func()) error {
	err := u.conn.Close()
	if err == nil && then != nil {
		then()
	}
	return err
}

// sender has nothing to keep: each packet is sent by itself.
type sender struct{}

func (u *UDP) send(_ *sender, list []departure) (lost int) {
	for _, d := range list {
		if u.writeNow(d) != nil {
			lost++
		}
	}
	return lost
}
