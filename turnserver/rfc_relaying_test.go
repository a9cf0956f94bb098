package turnserver

import (
	"encoding/binary"
	"net"
	"net/netip"
	"testing"
	"time"

	"github.com/pion/stun"

	"zerortc/turnserver/probe"
)

// Hosts that peers stand on: a permission is for a host, with all its ports.
const hostA, hostB = "127.0.0.2", "127.0.0.3"

func TestRFCRelaying(t *testing.T) {
	hold(t, []demand{
		{"8656 9", "what comes from a host without a permission is dropped", func(t *testing.T, l *line) {
			relay, let, stranger := l.allocate(), peerOn(t, hostA), peerOn(t, hostB)
			l.permit(let.at)
			stranger.send(relay, "not let in")
			let.send(relay, "let in")
			l.wantData(0, let.at, "let in")
		}},
		{"8656 9", "only the address counts, not the port", func(t *testing.T, l *line) {
			relay, let, neighbour := l.allocate(), peerOn(t, hostA), peerOn(t, hostA)
			l.permit(let.at)
			neighbour.send(relay, "from another port")
			l.wantData(0, neighbour.at, "from another port")
			l.indicate(neighbour.at, "back")
			neighbour.wantHeard(relay, "back")
		}},
		{"8656 9", "a permission of one allocation is nothing to another", func(t *testing.T, l *line) {
			l.allocate()
			p, other := peerOn(t, hostA), dialLine(t, l.server, "udp")
			l.permit(p.at)
			other.allocate()
			other.indicate(p.at, "by another's permission")
			p.wantSilence(other)
		}},
		{"8656 10.2", "the port of a permission may be anything", func(t *testing.T, l *line) {
			relay, p := l.allocate(), peerOn(t, hostA)
			l.permit(netip.AddrPortFrom(p.at.Addr(), 0))
			p.send(relay, "hello")
			l.wantData(0, p.at, "hello")
		}},
		{"8656 10.2", "several peers of one request are all let in", func(t *testing.T, l *line) {
			relay, a, b := l.allocate(), peerOn(t, hostA), peerOn(t, hostB)
			l.permit(a.at, b.at)
			for _, p := range []*peerSocket{a, b} {
				p.send(relay, "hello")
				l.wantData(0, p.at, "hello")
			}
		}},
		{"8656 10.2", "of several peers one of which is denied nobody is let in", func(t *testing.T, l *line) {
			relay, a, b := l.allocate(), peerOn(t, hostA), peerOn(t, hostB)
			denied := netip.MustParseAddrPort("224.0.0.1:9")
			wantAnswer(t, l.ask(stun.MethodCreatePermission, probe.Peer(a.at), probe.Peer(denied)), 403)
			l.permit(b.at)
			a.send(relay, "not let in")
			b.send(relay, "let in")
			l.wantData(0, b.at, "let in")
		}},
		{"8656 11.2", "Send: the data goes out as it is, from the relayed address", func(t *testing.T, l *line) {
			relay, p := l.allocate(), peerOn(t, hostA)
			l.permit(p.at)
			for _, data := range []string{"", "1", "\x00\x01", "\x40\x00\x00\x01x"} {
				l.indicate(p.at, data)
				p.wantHeard(relay, data)
			}
		}},
		{"8656 11.2", "Send without a permission is dropped", func(t *testing.T, l *line) {
			l.allocate()
			p := peerOn(t, hostA)
			l.indicate(p.at, "not let out")
			p.wantSilence(l)
		}},
		{"8656 11.2", "Send without a peer, without data or with half a peer is dropped", func(t *testing.T, l *line) {
			l.allocate()
			p := peerOn(t, hostA)
			l.permit(p.at)
			data := raw(stun.AttrData, 'x')
			for _, attributes := range [][]stun.Setter{{data}, {probe.Peer(p.at)}, {data, raw(stun.AttrXORPeerAddress)}, {data, raw(stun.AttrXORPeerAddress, 0, 1, 0, 9)}} {
				l.write(stun.MustBuild(append([]stun.Setter{stun.TransactionID, sendIndication}, attributes...)...).Raw)
			}
			p.wantSilence(l)
		}},
		{"8656 11.2", "Send goes on where a channel is bound", func(t *testing.T, l *line) {
			relay, p := l.allocate(), peerOn(t, hostA)
			l.bind(0x4000, p.at)
			l.indicate(p.at, "by indication")
			p.wantHeard(relay, "by indication")
		}},
		{"8656 12.1", "a channel lets its peer's host in; others of the host come in indications", func(t *testing.T, l *line) {
			relay, p, neighbour := l.allocate(), peerOn(t, hostA), peerOn(t, hostA)
			l.bind(0x4000, p.at)
			neighbour.send(relay, "from another port")
			l.wantData(0, neighbour.at, "from another port")
		}},
		{"8656 12.5", "what the peer of a channel sends comes as ChannelData, padded on a stream", func(t *testing.T, l *line) {
			relay, p := l.allocate(), peerOn(t, hostA)
			l.bind(0x4FFF, p.at)
			for _, data := range []string{"", "1", "12", "123", "1234", "12345"} { // each behind the padding of the one before
				p.send(relay, data)
				l.wantData(0x4FFF, netip.AddrPort{}, data)
			}
		}},
		{"8656 12.6", "ChannelData goes out as it is, from the relayed address, without its padding", func(t *testing.T, l *line) {
			relay, p := l.allocate(), peerOn(t, hostA)
			l.bind(0x4000, p.at)
			for _, data := range []string{"", "1", "12", "123", "1234", "12345"} {
				l.write(channelData(0x4000, data))
				p.wantHeard(relay, data)
			}
		}},
		{"8656 12.6", "ChannelData on a channel nobody bound is dropped", func(t *testing.T, l *line) {
			l.allocate()
			p := peerOn(t, hostA)
			l.bind(0x4000, p.at)
			l.write(channelData(0x4001, "nobody"), channelData(0x7FFF, "nobody"))
			p.wantSilence(l)
		}},
		{"8656 8.2", "nothing passes when the allocation has ended", func(t *testing.T, l *line) {
			l.allocate()
			p := peerOn(t, hostA)
			l.bind(0x4000, p.at)
			wantAnswer(t, l.ask(stun.MethodRefresh, probe.Lifetime(0)), 0)
			l.write(channelData(0x4000, "too late"))
			l.indicate(p.at, "too late")
			p.wantSilence(l)
		}},
	}, networks...)
}

// What only datagrams can get wrong.
func TestRFCRelayingOverUDP(t *testing.T) {
	hold(t, []demand{
		{"8656 12.5", "ChannelData need not be padded", func(t *testing.T, l *line) {
			relay, p := l.allocate(), peerOn(t, hostA)
			l.bind(0x4000, p.at)
			l.write([]byte{0x40, 0, 0, 3, 'a', 'b', 'c'})
			p.wantHeard(relay, "abc")
		}},
		{"8656 12.6", "ChannelData that is shorter than it says is dropped", func(t *testing.T, l *line) {
			l.allocate()
			p := peerOn(t, hostA)
			l.bind(0x4000, p.at)
			l.write([]byte{0x40, 0, 0, 4, 'a', 'b', 'c'}, []byte{0x40, 0, 0xFF, 0xFF, 'a', 'b', 'c'}, []byte{0x40, 0, 0})
			p.wantSilence(l)
		}},
	}, "udp")
}

// What only streams can get wrong.
func TestRFCStream(t *testing.T) {
	hold(t, []demand{
		{"8489 6.2.2", "requests that arrive in one piece are all answered", func(t *testing.T, l *line) {
			var all []byte
			for range 10 {
				all = append(all, stun.MustBuild(stun.TransactionID, stun.NewType(stun.MethodRefresh, stun.ClassRequest)).Raw...)
			}
			if list := l.answers(all); len(list) != 10 {
				t.Errorf("%d answers to 10", len(list))
			}
		}},
		{"8489 6.2.2", "a request that arrives byte by byte is answered", func(t *testing.T, l *line) {
			var pieces [][]byte
			for _, b := range stun.MustBuild(stun.TransactionID, stun.NewType(stun.MethodRefresh, stun.ClassRequest)).Raw {
				pieces = append(pieces, []byte{b})
			}
			if list := l.answers(pieces...); len(list) != 1 {
				t.Errorf("%d answers", len(list))
			}
		}},
	}, "tcp")
}

var sendIndication = stun.NewType(stun.MethodSend, stun.ClassIndication)

func (l *line) permit(peers ...netip.AddrPort) {
	l.t.Helper()
	var attributes []stun.Setter
	for _, p := range peers {
		attributes = append(attributes, probe.Peer(p))
	}
	wantAnswer(l.t, l.ask(stun.MethodCreatePermission, attributes...), 0)
}

func (l *line) bind(number uint16, peer netip.AddrPort) {
	l.t.Helper()
	wantAnswer(l.t, l.ask(stun.MethodChannelBind, probe.Channel(number), probe.Peer(peer)), 0)
}

// indicate sends data in a Send indication.
func (l *line) indicate(to netip.AddrPort, data string) {
	l.t.Helper()
	l.write(stun.MustBuild(stun.TransactionID, sendIndication, probe.Peer(to), raw(stun.AttrData, []byte(data)...)).Raw)
}

func (l *line) write(packets ...[]byte) {
	l.t.Helper()
	for _, p := range packets {
		_, err := l.Write(p)
		must(l.t, err)
	}
}

func channelData(number uint16, data string) []byte {
	b := binary.BigEndian.AppendUint16(nil, number)
	b = append(binary.BigEndian.AppendUint16(b, uint16(len(data))), data...)
	for len(b)%4 != 0 {
		b = append(b, 0)
	}
	return b
}

// wantData wants the next to be data, on a channel or from a peer.
func (l *line) wantData(channel uint16, peer netip.AddrPort, data string) {
	l.t.Helper()
	b, err := l.next()
	must(l.t, err)
	if b[0]>>6 == 1 {
		number, size := binary.BigEndian.Uint16(b), binary.BigEndian.Uint16(b[2:])
		if number != channel || int(size) != len(data) || string(b[4:4+size]) != data {
			l.t.Errorf("ChannelData % x, want %q on %#x", b, data, channel)
		}
		return
	}
	m := &stun.Message{Raw: b}
	must(l.t, m.Decode())
	wantOnly(l.t, m, stun.AttrXORPeerAddress, stun.AttrData)
	got, _ := m.Get(stun.AttrData)
	if from := addressIn(l.t, m, stun.AttrXORPeerAddress); channel != 0 || m.Type.String() != "Data indication" || from != peer || string(got) != data {
		l.t.Errorf("%s with %q from %v, want %q from %v", m, got, from, data, peer)
	}
}

// peerSocket is a peer that does as it is told.
type peerSocket struct {
	*net.UDPConn
	t  *testing.T
	at netip.AddrPort
}

func peerOn(t *testing.T, host string) *peerSocket {
	t.Helper()
	conn, err := net.ListenUDP("udp", net.UDPAddrFromAddrPort(netip.AddrPortFrom(netip.MustParseAddr(host), 0)))
	must(t, err)
	t.Cleanup(func() { _ = conn.Close() })
	return &peerSocket{conn, t, conn.LocalAddr().(*net.UDPAddr).AddrPort()}
}

func (p *peerSocket) send(to netip.AddrPort, data string) {
	p.t.Helper()
	_, err := p.WriteToUDPAddrPort([]byte(data), to)
	must(p.t, err)
}

func (p *peerSocket) wantHeard(from netip.AddrPort, data string) {
	p.t.Helper()
	b := make([]byte, 2048)
	must(p.t, p.SetReadDeadline(time.Now().Add(20*time.Second)))
	n, sender, err := p.ReadFromUDPAddrPort(b)
	must(p.t, err)
	if sender != from || string(b[:n]) != data {
		p.t.Errorf("heard %q from %v, want %q from %v", b[:n], sender, data, from)
	}
}

// wantSilence wants nothing to have come of what was sent on the line: the
// server has dealt with that when it answers, and what it sends on this machine
// is there at once.
func (p *peerSocket) wantSilence(l *line) {
	p.t.Helper()
	if list := l.answers(); len(list) != 0 {
		p.t.Errorf("answers %v", list)
	}
	b := make([]byte, 2048)
	must(p.t, p.SetReadDeadline(time.Now().Add(10*time.Millisecond)))
	if n, from, err := p.ReadFromUDPAddrPort(b); err == nil {
		p.t.Errorf("heard %q from %v", b[:n], from)
	}
}
