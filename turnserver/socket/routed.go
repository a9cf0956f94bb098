package socket

import (
	"net"
	"net/netip"
)

// routed is the local address that packets to the given one leave from. No
// packet is sent to find out.
func routed(to netip.AddrPort) netip.Addr {
	conn, err := net.DialUDP("udp", nil, net.UDPAddrFromAddrPort(to))
	if err != nil {
		return netip.Addr{}
	}
	defer conn.Close()
	return conn.LocalAddr().(*net.UDPAddr).AddrPort().Addr().Unmap()
}
