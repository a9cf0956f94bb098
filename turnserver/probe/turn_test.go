package probe

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"github.com/pion/stun"
)

var peer = netip.MustParseAddrPort("192.0.2.9:7000")

// relayed is XOR-RELAYED-ADDRESS with the given port.
type relayed int

func (p relayed) AddTo(m *stun.Message) error {
	return stun.XORMappedAddress{IP: net.IP{192, 0, 2, 2}, Port: int(p)}.AddToAs(m, stun.AttrXORRelayedAddress)
}

var mapped = &stun.XORMappedAddress{IP: net.IP{127, 0, 0, 1}, Port: 4000}

// TestAllocateAsks: each option is the attribute the RFC has for it.
func TestAllocateAsks(t *testing.T) {
	for _, c := range []struct {
		options AllocateOptions
		want    string
	}{
		{AllocateOptions{}, "REQUESTED-TRANSPORT 11000000"},
		{AllocateOptions{Transport: 6}, "REQUESTED-TRANSPORT 06000000"},
		{AllocateOptions{Lifetime: time.Hour}, "REQUESTED-TRANSPORT 11000000, LIFETIME 00000e10"},
		{AllocateOptions{Family: IPv6}, "REQUESTED-TRANSPORT 11000000, REQUESTED-ADDRESS-FAMILY 02000000"},
		{AllocateOptions{DontFragment: true}, "REQUESTED-TRANSPORT 11000000, DONT-FRAGMENT "},
		{AllocateOptions{EvenPort: Even}, "REQUESTED-TRANSPORT 11000000, EVEN-PORT 00"},
		{AllocateOptions{EvenPort: EvenAndNext}, "REQUESTED-TRANSPORT 11000000, EVEN-PORT 80"},
		{AllocateOptions{Reservation: []byte("12345678")}, "REQUESTED-TRANSPORT 11000000, RESERVATION-TOKEN 3132333435363738"},
	} {
		m, err := Request(stun.MethodAllocate, c.options.attributes()...)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, a := range m.Attributes {
			got = append(got, fmt.Sprintf("%v %x", a.Type, a.Value))
		}
		if s := strings.Join(got, ", "); s != c.want {
			t.Errorf("%+v: %s, want %s", c.options, s, c.want)
		}
	}
}

func TestAllocate(t *testing.T) {
	token := attr(stun.AttrReservationToken, []byte("12345678")...)
	minute := Lifetime(time.Minute)
	for _, c := range []struct {
		name    string
		options AllocateOptions
		answer  []stun.Setter
		want    string // empty: fine
	}{
		{"plain", AllocateOptions{}, []stun.Setter{relayed(5001), mapped, minute}, ""},
		{"even", AllocateOptions{EvenPort: Even}, []stun.Setter{relayed(5000), mapped, minute}, ""},
		{"even and next", AllocateOptions{EvenPort: EvenAndNext}, []stun.Setter{relayed(5000), mapped, minute, token}, ""},
		{"odd for even", AllocateOptions{EvenPort: Even}, []stun.Setter{relayed(5001), mapped, minute}, "got 5001"},
		{"token unasked", AllocateOptions{EvenPort: Even}, []stun.Setter{relayed(5000), mapped, minute, token}, "given: true"},
		{"token missing", AllocateOptions{EvenPort: EvenAndNext}, []stun.Setter{relayed(5000), mapped, minute}, "given: false"},
		{"token short", AllocateOptions{EvenPort: EvenAndNext}, []stun.Setter{relayed(5000), mapped, minute,
			attr(stun.AttrReservationToken, 1)}, "of 1 bytes"},
		{"no relayed address", AllocateOptions{}, []stun.Setter{mapped, minute}, "without XOR-RELAYED"},
		{"no mapped address", AllocateOptions{}, []stun.Setter{relayed(5000), minute}, "without XOR-MAPPED"},
		{"no lifetime", AllocateOptions{}, []stun.Setter{relayed(5000), mapped}, "LIFETIME"},
		{"port 0", AllocateOptions{}, []stun.Setter{relayed(0), mapped, minute}, "relayed address is"},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := dial(t, "udp", guarded(func(_ []byte, req *stun.Message) [][]byte {
				return success(req, append(c.answer, key)...)
			}))
			a, err := p.Allocate(ctx(t), c.options)
			if c.want != "" {
				if !errors.Is(err, ErrMalformed) || !strings.Contains(err.Error(), c.want) {
					t.Errorf("%v, want %q", err, c.want)
				}
				return
			}
			if err != nil || a.Relayed.Addr().String() != "192.0.2.2" || a.Mapped.Port() != 4000 || a.Lifetime != time.Minute {
				t.Errorf("%+v, %v", a, err)
			}
		})
	}
}

// TestPermissionAndChannel holds the requests against the fake server's eyes.
func TestPermissionAndChannel(t *testing.T) {
	c := dial(t, "udp", guarded(func(_ []byte, req *stun.Message) [][]byte {
		got, err := xorAddress(req, stun.AttrXORPeerAddress)
		number, bind := req.Attributes.Get(stun.AttrChannelNumber)
		if err != nil || got != peer || bind && !bytes.Equal(number.Value, []byte{0x40, 1, 0, 0}) {
			return refuse(req, 400, key)
		}
		if req.Type.Method == stun.MethodCreatePermission && len(req.Attributes) != 7 { // two peers and five for the signature
			return refuse(req, 403, key)
		}
		return success(req, key)
	}))
	if err := c.CreatePermission(ctx(t), peer, peer); err != nil {
		t.Error(err)
	}
	if err := c.CreatePermission(ctx(t), peer); Code(err) != 403 {
		t.Error(err)
	}
	if err := c.ChannelBind(ctx(t), 0x4001, peer); err != nil {
		t.Error(err)
	}
	if err := c.ChannelBind(ctx(t), 0x4002, peer); Code(err) != 400 {
		t.Error(err)
	}
}

// echo sends back what comes, Send indications as Data indications.
func echo(frame []byte, req *stun.Message) [][]byte {
	if req == nil {
		return [][]byte{frame}
	}
	if req.Type.Method != stun.MethodSend {
		return nil
	}
	from, _ := xorAddress(req, stun.AttrXORPeerAddress)
	data, _ := req.Attributes.Get(stun.AttrData)
	m := stun.MustBuild(stun.TransactionID, stun.NewType(stun.MethodData, stun.ClassIndication), Peer(from), data)
	keepAlive := stun.MustBuild(stun.TransactionID, stun.NewType(stun.MethodBinding, stun.ClassIndication))
	return [][]byte{keepAlive.Raw, m.Raw}
}

func TestData(t *testing.T) {
	for _, network := range networks {
		c := dial(t, network, echo)
		for _, size := range []int{0, 1, 3, 4, 5, 1200, 1400} {
			data := bytes.Repeat([]byte{7}, size)
			if err := c.Send(peer, data); err != nil {
				t.Fatal(err)
			}
			if err := c.SendChannel(0x4001, data); err != nil {
				t.Fatal(err)
			}
			p, err := c.Receive(ctx(t))
			if err != nil || p.Peer != peer || p.Channel != 0 || !bytes.Equal(p.Data, data) {
				t.Errorf("%s, %d bytes: %+v, %v", network, size, p, err)
			}
			p, err = c.Receive(ctx(t))
			if err != nil || p.Peer.IsValid() || p.Channel != 0x4001 || !bytes.Equal(p.Data, data) {
				t.Errorf("%s, %d bytes over a channel: %+v, %v", network, size, p, err)
			}
		}
	}
}

func TestDataIndicationsWithHoles(t *testing.T) {
	for name, setters := range map[string][]stun.Setter{
		"no peer":    {attr(stun.AttrData, 1)},
		"empty peer": {attr(stun.AttrData, 1), attr(stun.AttrXORPeerAddress)},
		"no data":    {Peer(peer)},
		"unknown":    {Peer(peer), attr(stun.AttrData, 1), attr(0x7ffe)},
	} {
		c := dial(t, "udp", func([]byte, *stun.Message) [][]byte {
			head := []stun.Setter{stun.TransactionID, stun.NewType(stun.MethodData, stun.ClassIndication)}
			return [][]byte{stun.MustBuild(append(head, setters...)...).Raw}
		})
		if err := c.Send(peer, nil); err != nil {
			t.Fatal(err)
		}
		if _, err := c.Receive(ctx(t)); !errors.Is(err, ErrMalformed) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestQueueHasAnEnd(t *testing.T) {
	ours, theirs := net.Pipe()
	c := New(ours, Config{Network: "tcp"})
	defer c.Close()
	for range queueSize + 5 {
		theirs.Write([]byte{0x40, 1, 0, 0})
	}
	theirs.Close()
	<-c.done
	if c.Dropped() != 5 {
		t.Errorf("%d dropped", c.Dropped())
	}
	for range queueSize {
		if _, err := c.Receive(ctx(t)); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := c.Receive(ctx(t)); err == nil {
		t.Error("one more than the queue holds")
	}
}

func TestFrameSizes(t *testing.T) {
	for _, c := range []struct {
		head string
		want int
	}{
		{"\x00\x01\x00\x00", 20},
		{"\x01\x01\xff\xfc", 20 + 0xfffc},
		{"\x00\x01\x00\x01", 0},
		{"\x40\x00\x00\x00", 4},
		{"\x40\x00\x00\x01", 8},
		{"\x7f\xff\x00\x04", 8},
		{"\x40\x00\xff\xff", 4 + 0x10000},
		{"\x80\x00\x00\x00", 0},
		{"\xff\xff\xff\xff", 0},
	} {
		n, err := frameSize([]byte(c.head))
		if n != c.want || (err != nil) != (c.want == 0) {
			t.Errorf("%x: %d, %v", c.head, n, err)
		}
	}
}

// FuzzFrames: no byte stream of a server makes the client fall over, and how it
// is cut into reads changes nothing.
func FuzzFrames(f *testing.F) {
	head := []stun.Setter{stun.TransactionID, stun.NewType(stun.MethodData, stun.ClassIndication)}
	f.Add(stun.MustBuild(append(head, Peer(peer), attr(stun.AttrData, 1, 2))...).Raw)
	f.Add([]byte{0x40, 1, 0, 1, 9, 0, 0, 0})
	f.Add([]byte{0x40, 1, 0xff, 0xff})
	f.Add(binary.BigEndian.AppendUint32([]byte{0x00, 0x17, 0xff, 0xfc}, magicCookie))
	f.Fuzz(func(t *testing.T, raw []byte) {
		whole := collect(raw, func(r *bytes.Reader) net.Conn { return readConn{Reader: r} })
		cut := collect(raw, func(r *bytes.Reader) net.Conn { return readConn{Reader: iotest.OneByteReader(r)} })
		if fmt.Sprint(whole) != fmt.Sprint(cut) {
			t.Fatalf("%v and %v", whole, cut)
		}
		m, err := parseMessage(raw)
		if err == nil {
			checkResponse(m, m, key)
			allocationOf(m, AllocateOptions{EvenPort: EvenAndNext})
		}
	})
}

// collect runs the reader over raw and returns what came out.
func collect(raw []byte, conn func(*bytes.Reader) net.Conn) []Packet {
	c := &Client{frames: newFraming(conn(bytes.NewReader(raw)), "tcp"), packets: make(chan Packet, queueSize), done: make(chan struct{})}
	c.read()
	close(c.packets)
	var got []Packet
	for p := range c.packets {
		got = append(got, p)
	}
	return got
}

type readConn struct {
	Reader interface{ Read([]byte) (int, error) }
	net.Conn
}

func (r readConn) Read(p []byte) (int, error) { return r.Reader.Read(p) }
