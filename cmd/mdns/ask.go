package mdns

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"time"

	"golang.org/x/net/dns/dnsmessage"
	"golang.org/x/net/ipv4"
)

// ErrNoLink means that there is no private network here in which names could be asked
// for.
var ErrNoLink = errors.New("there is no private network here")

// askAgain is for a question that got lost.
const askAgain = 300 * time.Millisecond

// Ask asks the links of this machine for the addresses of name, and returns the first
// answer: one that is not heard by ctx's end is an error.
func Ask(ctx context.Context, name string) ([]netip.Addr, error) {
	found, _ := links(func(netip.Addr) bool { return true })
	if len(found) == 0 {
		return nil, ErrNoLink
	}
	query, err := query(name)
	if err != nil {
		return nil, err
	}
	conn, err := net.ListenPacket("udp4", ":0")
	if err != nil {
		return nil, fmt.Errorf("asking for %s: %w", name, err)
	}
	defer conn.Close()
	defer context.AfterFunc(ctx, func() { _ = conn.SetReadDeadline(time.Now()) })()
	packet := make([]byte, largest)
	for ctx.Err() == nil {
		for _, l := range found {
			p := ipv4.NewPacketConn(conn)
			if p.SetMulticastInterface(&l.Interface) == nil {
				_, _ = conn.WriteTo(query, &net.UDPAddr{IP: group.AsSlice(), Port: port})
			}
		}
		_ = conn.SetReadDeadline(time.Now().Add(askAgain))
		for ctx.Err() == nil {
			n, _, err := conn.ReadFrom(packet)
			if err != nil {
				break
			}
			if addrs, about := answered(packet[:n], name); about {
				return addrs, nil
			}
		}
	}
	return nil, errors.Join(fmt.Errorf("nobody answers to %s", name), ctx.Err())
}

// query asks for both families.
func query(name string) ([]byte, error) {
	full, err := dnsmessage.NewName(name + ".")
	if err != nil {
		return nil, fmt.Errorf("asking for %q: %w", name, err)
	}
	m := dnsmessage.Message{Questions: []dnsmessage.Question{
		{Name: full, Type: dnsmessage.TypeA, Class: dnsmessage.ClassINET},
		{Name: full, Type: dnsmessage.TypeAAAA, Class: dnsmessage.ClassINET},
	}}
	return m.Pack()
}
