package turnserver

import (
	"bytes"
	"net"
	"net/netip"
	"sync/atomic"
	"testing"
	"time"

	"zerortc/config"
	"zerortc/turnserver/probe"
)

var networks = []string{"udp", "tcp"}

func TestBindingTellsTheClientItsAddress(t *testing.T) {
	s := start(t, settings())
	for _, network := range networks {
		c := client(t, s, network)
		if got, err := c.Binding(deadline(t)); err != nil || got != c.LocalAddr() {
			t.Errorf("%s: %v, %v, want %v", network, got, err, c.LocalAddr())
		}
	}
}

func receive(t *testing.T, c *probe.Client) probe.Packet {
	t.Helper()
	p, err := c.Receive(deadline(t))
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// Data goes out and comes back by indications and by a channel, whatever its
// length: short packets are the ones a stream's framing gets wrong.
func TestRelayingToAPeer(t *testing.T) {
	s := start(t, settings(loopbackPeers))
	for _, network := range networks {
		t.Run(network, func(t *testing.T) {
			ctx := deadline(t)
			c, _ := allocated(t, s, network)
			p := peer(t, "127.0.0.1:0")
			must(t, c.CreatePermission(ctx, p))
			for _, size := range []int{0, 1, 2, 3, 4, 5, 101, 1200, 1400} {
				data := bytes.Repeat([]byte("x"), size)
				want := probe.Packet{Peer: p, Data: append([]byte("ECHO "), data...)}
				must(t, c.Send(p, data))
				if got := receive(t, c); got.Peer != want.Peer || !bytes.Equal(got.Data, want.Data) {
					t.Errorf("indication of %d bytes came back as %+v", size, got)
				}
			}
			must(t, c.ChannelBind(ctx, 0x7FFF, p))
			for _, size := range []int{0, 1, 2, 3, 4, 5, 101, 1200, 1400} {
				data := bytes.Repeat([]byte("y"), size)
				must(t, c.SendChannel(0x7FFF, data))
				if got := receive(t, c); got.Channel != 0x7FFF || !bytes.Equal(got.Data, append([]byte("ECHO "), data...)) {
					t.Errorf("channel data of %d bytes came back as %+v", size, got)
				}
			}
		})
	}
}

// Both ends of a call relay through this server, on the default settings: a
// peer on an address of ours is allowed where it is a relay.
func TestRelayToRelay(t *testing.T) {
	for name, change := range map[string]func(*config.TURN){
		"by its own address":   func(*config.TURN) {},
		"by a public address":  behindNAT,
		"on a wildcard socket": everywhere,
	} {
		t.Run(name, func(t *testing.T) {
			s, ctx := start(t, settings(change)), deadline(t)
			a, relayA := allocated(t, s, "udp")
			b, relayB := allocated(t, s, "tcp")
			must(t, a.CreatePermission(ctx, relayB.Relayed))
			must(t, b.ChannelBind(ctx, 0x4000, relayA.Relayed))
			must(t, a.Send(relayB.Relayed, []byte("hello")))
			if got := receive(t, b); got.Channel != 0x4000 || string(got.Data) != "hello" {
				t.Errorf("b got %+v", got)
			}
			must(t, b.SendChannel(0x4000, []byte("hello yourself")))
			if got := receive(t, a); got.Peer != relayB.Relayed || string(got.Data) != "hello yourself" {
				t.Errorf("a got %+v", got)
			}
		})
	}
}

// A relay stands on the address its client reached, and answers leave from
// there; the client's socket is connected and would not get them otherwise.
func TestTheAddressReached(t *testing.T) {
	s := start(t, settings(everywhere, loopbackPeers))
	for _, host := range []string{"127.0.0.1", "127.0.0.7", "::1"} {
		for _, network := range networks {
			c, a := allocated(t, s, network, func(c *probe.Config) { c.Server = s.at(host) })
			if a.Relayed.Addr() != netip.MustParseAddr(host) {
				t.Errorf("%s %s: relayed at %v", network, host, a.Relayed)
			}
			p := peer(t, netip.AddrPortFrom(a.Relayed.Addr(), 0).String())
			must(t, c.CreatePermission(deadline(t), p))
			must(t, c.Send(p, []byte("hi")))
			if got := receive(t, c); string(got.Data) != "ECHO hi" {
				t.Errorf("%s %s: got %+v", network, host, got)
			}
		}
	}
}

func TestEvenPortsAndReservations(t *testing.T) {
	s, ctx := start(t, settings()), deadline(t)
	for range 8 {
		c := client(t, s, "udp")
		a, err := c.Allocate(ctx, probe.AllocateOptions{EvenPort: probe.Even})
		if err != nil || a.Reservation != nil {
			t.Fatalf("R = 0: %+v, %v", a, err)
		}
	}
	c := client(t, s, "udp")
	a, err := c.Allocate(ctx, probe.AllocateOptions{EvenPort: probe.EvenAndNext})
	must(t, err)
	_, err = client(t, s, "udp", as("bob", "builder")).Allocate(ctx, probe.AllocateOptions{Reservation: a.Reservation})
	wantCode(t, "another user's token", err, 508)
	b, err := client(t, s, "tcp").Allocate(ctx, probe.AllocateOptions{Reservation: a.Reservation})
	if err != nil || b.Relayed != netip.AddrPortFrom(a.Relayed.Addr(), a.Relayed.Port()+1) {
		t.Errorf("redeemed %v, %v after %v", b.Relayed, err, a.Relayed)
	}
	_, err = client(t, s, "udp").Allocate(ctx, probe.AllocateOptions{Reservation: a.Reservation})
	wantCode(t, "a token used twice", err, 508)
}

// The relay goes with its connection, at once.
func TestClosingAConnectionEndsItsAllocation(t *testing.T) {
	s := start(t, settings(onePort(t)))
	for range 5 {
		c, _ := allocated(t, s, "tcp")
		_, err := client(t, s, "udp").Allocate(deadline(t), probe.AllocateOptions{})
		wantCode(t, "a second relay on a range of one port", err, 508)
		must(t, c.Close())
		eventually(t, "the port is free", func() bool { return s.relays.InUse() == 0 })
	}
}

// deaf is a connection that stops being read.
type deaf struct {
	net.Conn
	stopped atomic.Bool
}

func (d *deaf) Read(b []byte) (int, error) {
	n, err := d.Conn.Read(b)
	for d.stopped.Load() && err == nil {
		time.Sleep(10 * time.Millisecond)
		err = d.Conn.SetReadDeadline(time.Now()) // fails once it is closed
	}
	return n, err
}

// A client that does not read what it is sent costs the others nothing.
func TestAClientThatDoesNotRead(t *testing.T) {
	s, ctx := start(t, settings(loopbackPeers)), deadline(t)
	conn, err := net.Dial("tcp", s.at("127.0.0.1"))
	must(t, err)
	line := &deaf{Conn: conn}
	sleeper := probe.New(line, probe.Config{Network: "tcp", Username: "lqf", Password: "123456"})
	defer sleeper.Close()
	relay, err := sleeper.Allocate(ctx, probe.AllocateOptions{})
	must(t, err)
	talker, mine := allocated(t, s, "udp")
	must(t, sleeper.CreatePermission(ctx, mine.Relayed))
	must(t, talker.CreatePermission(ctx, relay.Relayed))
	line.stopped.Store(true)

	must(t, talker.ChannelBind(ctx, 0x4001, peer(t, "127.0.0.1:0")))
	for range 50 {
		for range 200 {
			must(t, talker.Send(relay.Relayed, make([]byte, 1200)))
		}
		must(t, talker.SendChannel(0x4001, []byte("still there?")))
		receive(t, talker)
	}
}
