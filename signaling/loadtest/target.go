package loadtest

import (
	"context"
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"slices"
	"strconv"
	"time"
)

// target is a server whose address was looked up and checked, once: connections
// go to that very address, whatever the name may mean a moment later.
type target struct {
	url  string
	addr netip.AddrPort
}

// lookUp is (*net.Resolver).LookupNetIP, or a test's.
type lookUp func(ctx context.Context, network, host string) ([]netip.Addr, error)

// resolve finds a target's address. Unless any is permitted, every address of
// the name must be private or loopback: load is for one's own servers.
func resolve(ctx context.Context, text string, any bool, look lookUp) (target, error) {
	u, err := url.Parse(text)
	if err != nil {
		return target{}, Impossible{fmt.Errorf("the target: %w", err)}
	}
	standard := map[string]uint16{"ws": 80, "wss": 443}
	port, known := standard[u.Scheme]
	if !known || u.Hostname() == "" {
		return target{}, Impossible{fmt.Errorf("the target %q is not like ws://HOST:PORT/ws or wss://…", text)}
	}
	if u.Port() != "" {
		n, err := strconv.ParseUint(u.Port(), 10, 16)
		if err != nil {
			return target{}, Impossible{fmt.Errorf("the target %q: no port is called %s", text, u.Port())}
		}
		port = uint16(n)
	}
	addrs, err := look(ctx, "ip", u.Hostname())
	if err != nil {
		return target{}, fmt.Errorf("the target %q: %w", text, err)
	}
	if len(addrs) == 0 {
		return target{}, fmt.Errorf("the target %q has no address", text)
	}
	for _, addr := range addrs {
		if !any && !ours(addr) {
			return target{}, Impossible{fmt.Errorf("the target %q is at %v, which is neither private nor loopback; --yes tells that you may put load on it", text, addr)}
		}
	}
	// localhost is both 127.0.0.1 and ::1, and a server may be at the one only: at
	// the one with which addresses can be spread, more likely.
	at := max(0, slices.IndexFunc(addrs, func(addr netip.Addr) bool { return addr.Unmap().Is4() }))
	return target{text, netip.AddrPortFrom(addrs[at].Unmap(), port)}, nil
}

// ours tells whether an address is private (RFC 1918, RFC 4193) or loopback.
func ours(addr netip.Addr) bool {
	addr = addr.Unmap()
	return addr.IsPrivate() || addr.IsLoopback()
}

// dial connects to the address that was checked. Who will not read has small
// buffers.
func (t target) dial(ctx context.Context, from net.Addr, deaf bool) (net.Conn, error) {
	d := &net.Dialer{Timeout: patience, KeepAlive: -1, LocalAddr: from}
	if deaf {
		d.Control = smallBuffers
	}
	return d.DialContext(ctx, "tcp", t.addr.String())
}

// patience is how long a connection may take, and a join its answer.
const patience = 15 * time.Second
