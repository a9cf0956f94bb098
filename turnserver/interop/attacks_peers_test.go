package interop

import (
	"fmt"
	"net"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/pion/stun"

	"zerortc/turnserver/probe"
)

// spellings are of addresses that no relay may lead to: IPv4, IPv6, and IPv4
// within IPv6. The addresses of the machine itself come on top (see ownHosts).
var spellings = strings.Fields(`
	0.0.0.0 0.0.0.1 0.255.255.255 :: ::ffff:0.0.0.0 64:ff9b::0.0.0.0 2002::1
	127.0.0.1 127.0.0.2 127.1.2.3 127.255.255.254 127.255.255.255 ::1
	::ffff:127.0.0.1 ::ffff:7f00:2 ::127.0.0.1 ::7f00:2 ::ffff:0:127.0.0.1
	64:ff9b::127.0.0.1 64:ff9b::7f00:2 2002:7f00:1:: 2002:7f00:1:ffff:1:2:3:4
	2001:0:808:808::80ff:fffe 2001:0:7f00:1::f7f7:f7f7
	169.254.0.1 169.254.169.254 169.254.255.255 ::ffff:169.254.169.254 ::a9fe:a9fe
	64:ff9b::a9fe:a9fe 2002:a9fe:a9fe::1 2001:0:808:808::5601:5601
	fe80::1 fe80::a9fe:a9fe febf:ffff::1 fec0::1 feff::1
	224.0.0.1 224.0.0.251 232.1.2.3 239.255.255.250 ::ffff:224.0.0.1 64:ff9b::e000:1 2002:e000:1::
	ff01::1 ff02::1 ff02::fb ff05::2 ff0e::1
	240.0.0.1 250.1.2.3 255.255.255.254 255.255.255.255 ::ffff:240.0.0.1 ::ffff:255.255.255.255
	64:ff9b::ffff:ffff ::240.0.0.1 2002:f000:1::
	100::1 4000::1 5f00::1 8000::1 64:ff9a::1 64:ff9b:1:: 64:ff9b:1::127.0.0.1 64:ff9b:1:ffff:ffff:ffff:ffff:ffff
`)

// TestA06DeniedPeers: whatever address a client names as its peer, the library
// sends there, and the relay stands inside. With us the answer is 403, or 443
// where the relay is of the other family, and whether by a permission or by a
// channel nothing comes out.
//
// The canary listens on every address of this machine at once.
func TestA06DeniedPeers(t *testing.T) {
	if len(spellings) < 60 {
		t.Fatalf("%d spellings", len(spellings))
	}
	t.Parallel()
	granted, heard := lureEverywhere(t, spawnBare(t, bareAttacked))
	wantHarm(t, granted)
	wantHarm(t, heard)
	survivor := spawnOurs(t, oursClosed)
	granted, heard = lureEverywhere(t, survivor)
	survivor.addr = reachedAt(t, survivor)[0]
	wantNoHarm(t, survivor, append(granted, heard...))
}

// lureEverywhere tries every spelling, over both transports and with relays on
// every address.
func lureEverywhere(t *testing.T, to target) (granted, heard []string) {
	t.Helper()
	canary := newCanary(t)
	peers := append(slices.Clone(spellings), ownHosts(t)...)
	for _, server := range reachedAt(t, to) {
		at := target{&child{addr: server}, childStarts} // no answer will be missing here
		for _, network := range []string{"udp", "tcp"} {
			granted = append(granted, lure(t, at, network, canary.port, peers)...)
			// Nobody but a network knows which its broadcast addresses are, so
			// they may be granted. Only nothing may come of it.
			lure(t, at, network, canary.port, broadcasts(t))
			heard = append(heard, canary.heard(t)...)
		}
	}
	return granted, heard
}

// reachedAt lists what the target's relays may stand on: each address that it
// listens on.
func reachedAt(t *testing.T, to target) (servers []string) {
	at := netip.MustParseAddrPort(to.addr)
	if !at.Addr().IsUnspecified() {
		return []string{to.addr}
	}
	for _, host := range append([]string{"127.0.0.1", "::1"}, cards(t)...) {
		servers = append(servers, netip.AddrPortFrom(netip.MustParseAddr(host), at.Port()).String())
	}
	return servers
}

// lure tries each peer on an allocation, by all means to get a packet out.
func lure(t *testing.T, to target, network string, port uint16, peers []string) (granted []string) {
	t.Helper()
	c := to.allocated(t, network)
	defer c.Close()
	for i, host := range peers {
		peer := netip.AddrPortFrom(netip.MustParseAddr(host), port)
		channel := uint16(0x4000 + i)
		for _, code := range []int{
			to.ask(t, c, stun.MethodCreatePermission, probe.Peer(peer)),
			to.ask(t, c, stun.MethodChannelBind, probe.Channel(channel), probe.Peer(peer)),
		} {
			if code != 403 && code != 443 {
				granted = append(granted, fmt.Sprintf("%s gave %d", host, code))
			}
		}
		must(t, c.Send(peer, []byte("indication to "+host)))
		must(t, c.SendChannel(channel, []byte("channel to "+host)))
	}
	// A permission for another client's relay is one for its address, in the
	// protocol's terms, and all ports of it.
	other, err := client(t, network, to.addr).Allocate(soon(t), probe.AllocateOptions{})
	must(t, err)
	to.ask(t, c, stun.MethodCreatePermission, probe.Peer(other.Relayed))
	must(t, c.Send(netip.AddrPortFrom(other.Relayed.Addr(), port), []byte("the port beside a relay")))
	settle(t, c)
	return granted
}

// canary hears what comes to a port of its own, whatever the address.
type canary struct {
	conn net.PacketConn
	port uint16
}

// newCanary makes sure that the canary hears on every address of this machine.
func newCanary(t *testing.T) *canary {
	t.Helper()
	conn, err := net.ListenPacket("udp", ":0")
	must(t, err)
	t.Cleanup(func() { conn.Close() })
	c := &canary{conn, conn.LocalAddr().(*net.UDPAddr).AddrPort().Port()}
	for _, host := range append([]string{"127.0.0.1", "127.0.0.2", "::1"}, cards(t)...) {
		call, err := net.Dial("udp", net.JoinHostPort(host, fmt.Sprint(c.port)))
		must(t, err)
		_, err = call.Write([]byte(host))
		must(t, err)
		call.Close()
		if got := c.heard(t); !slices.Equal(got, []string{"the canary heard " + host}) {
			t.Errorf("the canary does not hear what is sent to %s: %v", host, got)
		}
	}
	return c
}

// heard is what has come since the last call.
func (c *canary) heard(t *testing.T) (list []string) {
	t.Helper()
	for b := make([]byte, 2048); ; {
		must(t, c.conn.SetReadDeadline(time.Now().Add(20*time.Millisecond)))
		n, _, err := c.conn.ReadFrom(b)
		if err != nil {
			return list
		}
		list = append(list, "the canary heard "+string(b[:n]))
	}
}

// cards lists the addresses of this machine that others can name.
func cards(t *testing.T) (hosts []string) {
	t.Helper()
	for _, n := range networksHere(t) {
		hosts = append(hosts, n.IP.String())
	}
	return hosts
}

// broadcasts lists the last address of each IPv4 network that this machine
// stands in, and the first, which old systems take for a broadcast address too
// (RFC 1122 section 3.3.6).
func broadcasts(t *testing.T) (hosts []string) {
	t.Helper()
	for _, n := range networksHere(t) {
		if first := n.IP.Mask(n.Mask).To4(); first != nil {
			last := net.IP{0, 0, 0, 0}
			for i := range last {
				last[i] = first[i] | ^n.Mask[i]
			}
			hosts = append(hosts, first.String(), last.String())
		}
	}
	return hosts
}

// networksHere lists the addresses of this machine with their networks.
func networksHere(t *testing.T) (list []*net.IPNet) {
	t.Helper()
	interfaces, err := net.Interfaces()
	must(t, err)
	for _, card := range interfaces {
		addrs, err := card.Addrs()
		if err != nil || card.Flags&net.FlagUp == 0 {
			continue // it went away, or is down
		}
		for _, a := range addrs {
			if n, ok := a.(*net.IPNet); ok && !n.IP.IsLoopback() && !n.IP.IsLinkLocalUnicast() {
				list = append(list, n)
			}
		}
	}
	return list
}

// ownHosts spells the addresses of this machine, on which nothing but live
// relays may be reached, in all ways.
func ownHosts(t *testing.T) (hosts []string) {
	t.Helper()
	for _, host := range cards(t) {
		a := netip.MustParseAddr(host)
		hosts = append(hosts, host)
		if !a.Is4() {
			continue
		}
		b := a.As4()
		hosts = append(hosts, "::ffff:"+host, "::"+host, "::ffff:0:"+host, "64:ff9b::"+host,
			fmt.Sprintf("2002:%x%02x:%x%02x::1", b[0], b[1], b[2], b[3]))
	}
	return hosts
}
