package oneport

import (
	"bytes"
	"crypto/tls"
	"log/slog"
	"maps"
	"net"
	"net/netip"
	"strings"
	"testing"
	"time"
)

// Every connection that is turned away is counted, by what turned it away.
func TestRefusalsAreCounted(t *testing.T) {
	silent := func(t *testing.T, _ *Ports, address string) {
		first := dial(t, address, false)
		dial(t, address, false)
		wantClosed(t, "the first of two", first)
	}
	say := func(what string) func(*testing.T, *Ports, string) {
		return func(t *testing.T, _ *Ports, address string) {
			conn := dial(t, address, false)
			_, err := conn.Write([]byte(what))
			must(t, err)
			wantClosed(t, what, conn)
		}
	}
	full := func(live Live) func(*testing.T, *Ports, string) {
		return func(t *testing.T, p *Ports, address string) {
			p.Apply(live)
			kept(t, address)
			wantNoPlace(t, "the second", address)
		}
	}
	for why, c := range map[reason]struct {
		change func(*Limits, **tls.Config)
		do     func(*testing.T, *Ports, string)
	}{
		tooManyStrangers:          {func(l *Limits, _ **tls.Config) { l.Unsorted = 1 }, silent},
		tooManyStrangersOfAddress: {func(l *Limits, _ **tls.Config) { l.UnsortedPerAddress = 1 }, silent},
		tooManyHandshakes: {func(l *Limits, _ **tls.Config) { l.Handshakes, l.Handshake = 1, 100*time.Millisecond }, func(t *testing.T, p *Ports, address string) {
			must(t, p.slots.try(netip.MustParseAddr("192.0.2.1")))
			for p.Refused()[tooManyHandshakes.String()] == 0 { // it may be that nothing of the hello came in time
				if dial(t, address, true).(*tls.Conn).Handshake() == nil {
					t.Fatal("a handshake without a turn")
				}
			}
		}},
		tooMany:          {nil, full(Live{HTTP: 1})},
		tooManyOfAddress: {nil, full(Live{HTTPPerAddress: 1})},
		unknownProtocol:  {nil, say("\xff")},
		tlsIsOff:         {func(_ *Limits, c **tls.Config) { *c = nil }, say("\x16\x03\x01")},
	} {
		t.Run(why.String(), func(t *testing.T) {
			if c.change == nil {
				c.change = func(*Limits, **tls.Config) {}
			}
			l, err := net.Listen("tcp", "127.0.0.1:0")
			must(t, err)
			p := openOn(t, l, c.change)
			p.web.forLoopback = 0
			c.do(t, p, l.Addr().String())
			want := map[string]uint64{}
			for other := range reasons {
				want[other.String()] = 0
			}
			got := p.Refused()
			want[why.String()] = max(1, got[why.String()])
			if !maps.Equal(got, want) {
				t.Errorf("counted: %v", got)
			}
		})
	}
}

// The log tells of limits, of each a few times; not of whoever looks for open ports.
func TestRefusalsAreTold(t *testing.T) {
	var out bytes.Buffer
	p := New(DefaultLimits(), Live{}, nil, nil, slog.New(slog.NewTextHandler(&out, nil)))
	from := &strange{from: net.TCPAddrFromAddrPort(netip.MustParseAddrPort("192.0.2.1:9"))}
	for range 1000 {
		p.refuse(from, unknownProtocol)
	}
	if out.Len() > 0 {
		t.Errorf("told: %s", out.String())
	}
	for range 1000 {
		p.refuse(from, tooMany)
	}
	lines := strings.Count(out.String(), "\n")
	if told := strings.Count(out.String(), `msg="connection refused" why=max-connections client=192.0.2.1:9`); told != lines || told == 0 || told > 100 {
		t.Errorf("%d lines, %d of them right: %.300s", lines, told, out.String())
	}
}
