package oneport

import (
	"io"
	"log/slog"
	"net"
	"net/netip"
	"testing"
	"time"
)

const request = "GET / HTTP/1.1\r\nHost: x\r\n\r\n"

// kept is an HTTP connection that is served and stays open.
func kept(t *testing.T, address string) net.Conn {
	t.Helper()
	conn := dial(t, address, false)
	_, err := io.WriteString(conn, request)
	must(t, err)
	_, err = conn.Read(make([]byte, 1))
	must(t, err)
	return conn
}

// wantNoPlace asks for one more.
func wantNoPlace(t *testing.T, what, address string) {
	t.Helper()
	conn := dial(t, address, false)
	_, err := io.WriteString(conn, request)
	must(t, err)
	if n, _ := conn.Read(make([]byte, 1)); n > 0 {
		t.Errorf("%s: served", what)
	}
}

// openHTTP starts ports under limits that can be changed.
func openHTTP(t *testing.T, live Live) (*Ports, string) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	p := openOn(t, l)
	p.Apply(live)
	return p, l.Addr().String()
}

// HTTP connections are counted until they are closed.
func TestHTTPConnectionsAreCounted(t *testing.T) {
	_, address := openHTTP(t, Live{HTTPPerAddress: 1})
	first := kept(t, address)
	wantNoPlace(t, "the second", address)
	_ = first.Close()
	for end := time.Now().Add(5 * time.Second); ; time.Sleep(10 * time.Millisecond) {
		next := dial(t, address, false)
		_, _ = io.WriteString(next, request)
		if _, err := next.Read(make([]byte, 1)); err == nil {
			return
		}
		if time.Now().After(end) {
			t.Fatal("the place of the first is never free")
		}
	}
}

// Behind a proxy are many: no limit per address holds for it, as soon as the settings
// name it and for as long.
func TestProxiesHaveNoShare(t *testing.T) {
	here := []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}
	p, address := openHTTP(t, Live{HTTPPerAddress: 1, Proxies: here})
	through := []net.Conn{kept(t, address), kept(t, address), kept(t, address)}
	p.Apply(Live{HTTPPerAddress: 1})
	kept(t, address) // its own; what came through the proxy was nobody's
	wantNoPlace(t, "no proxy any more", address)
	p.Apply(Live{HTTPPerAddress: 1, Proxies: here})
	through = append(through, kept(t, address))
	for _, c := range through {
		_ = c.Close()
	}
}

// Silent connections of a proxy do not push one another out.
func TestStrangersOfAProxy(t *testing.T) {
	p := New(Limits{Unsorted: 8, UnsortedPerAddress: 1}, Live{Proxies: []netip.Prefix{netip.MustParsePrefix("192.0.2.0/24")}}, nil, nil, slog.New(slog.DiscardHandler))
	for _, c := range []struct {
		from string
		left int
	}{{"192.0.2.1", 4}, {"192.0.3.1", 1}} {
		for range 4 {
			if !p.enter(&strange{from: net.TCPAddrFromAddrPort(netip.AddrPortFrom(netip.MustParseAddr(c.from), 9))}) {
				t.Fatal("turned away")
			}
		}
		if n := p.from[p.sourceOf(&strange{from: net.TCPAddrFromAddrPort(netip.AddrPortFrom(netip.MustParseAddr(c.from), 9))})]; n != c.left {
			t.Errorf("of %s %d are left, want %d", c.from, n, c.left)
		}
	}
}

// strange is a connection that only comes from somewhere.
type strange struct {
	net.Conn
	from net.Addr
}

func (s *strange) RemoteAddr() net.Addr { return s.from }
func (s *strange) LocalAddr() net.Addr  { return s.from }
func (s *strange) Close() error         { return nil }

func TestPlacesOfSomeAddresses(t *testing.T) {
	type ask struct {
		from string // empty: a proxy
		want bool
	}
	for what, c := range map[string]struct {
		places *places
		asks   []ask
	}{
		"no limit":               {&places{}, []ask{{"192.0.2.1", true}, {"192.0.2.1", true}, {"", true}}},
		"no limit of an address": {&places{total: 2}, []ask{{"192.0.2.1", true}, {"192.0.2.1", true}, {"192.0.2.2", false}}},
		"no limit in all":        {&places{perAddress: 1}, []ask{{"192.0.2.1", true}, {"192.0.2.1", false}, {"192.0.2.2", true}}},
		"a proxy":                {&places{total: 3, perAddress: 1}, []ask{{"", true}, {"", true}, {"", true}, {"", false}}},
		"loopback":               {&places{total: 1, perAddress: 9, forLoopback: 2}, []ask{{"192.0.2.1", true}, {"192.0.2.2", false}, {"127.0.0.1", true}, {"::", true}, {"127.0.0.1", false}}},
		"loopback, no limit":     {&places{forLoopback: 1}, []ask{{"127.0.0.1", true}, {"127.0.0.1", true}}},
	} {
		p := c.places
		p.from = map[netip.Addr]int{}
		for i, a := range c.asks {
			from, _ := netip.ParseAddr(a.from)
			if (p.try(from) == nil) != a.want {
				t.Errorf("%s, %d: a place for %q: %v", what, i, a.from, !a.want)
			}
		}
	}
}
