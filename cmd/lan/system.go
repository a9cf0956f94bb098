package lan

import (
	"net"
	"net/netip"
)

// Addresses are the addresses of this machine, the best first, never none.
func Addresses() []netip.Addr {
	routed := Routed()
	interfaces, err := Interfaces()
	if err != nil {
		// A sandbox may forbid the question; the routes need no permission.
		interfaces = []Interface{{Up: true, Addrs: routed}}
	}
	return Rank(interfaces, routed)
}

// Interfaces asks the system for its network interfaces.
func Interfaces() ([]Interface, error) {
	nics, err := net.Interfaces()
	if err != nil {
		return nil, err
	}
	all := make([]Interface, 0, len(nics))
	for _, nic := range nics {
		addrs, err := nic.Addrs()
		if err != nil {
			continue // gone since it was listed
		}
		one := Interface{Name: nic.Name, Up: nic.Flags&net.FlagUp != 0}
		for _, addr := range addrs {
			if prefix, err := netip.ParsePrefix(addr.String()); err == nil {
				one.Addrs = append(one.Addrs, prefix.Addr())
			}
		}
		all = append(all, one)
	}
	return all, nil
}

// Routed are the addresses from which packets to the rest of the world leave.
// Connecting a UDP socket picks one by the routes and sends nothing. The
// destinations are addresses for documentation (RFC 5737, RFC 3849), so that
// nobody is there to notice if it ever did.
func Routed() (addrs []netip.Addr) {
	for _, destination := range []string{"203.0.113.1:9", "[2001:db8::1]:9"} {
		conn, err := net.Dial("udp", destination)
		if err != nil {
			continue // no route of this family
		}
		if local, err := netip.ParseAddrPort(conn.LocalAddr().String()); err == nil {
			addrs = append(addrs, local.Addr().Unmap())
		}
		conn.Close()
	}
	return addrs
}
