package interop

import (
	"net"
	"net/netip"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/pion/stun"
	"golang.org/x/sys/unix"

	"zerortc/turnserver/probe"
)

// TestA09ClientsThatDoNotRead: peers flood clients that do not read their
// connections. The library writes without a deadline, so a goroutine stands in
// that write, and another holds the connection, after the allocation is over,
// for as long as the client likes. We give a write five seconds. Both wait at
// the same time, and another client is served meanwhile.
func TestA09ClientsThatDoNotRead(t *testing.T) {
	t.Parallel()
	const clients = 10
	victim, survivor := spawnBare(t, bareAttacked), spawnOurs(t, oursAttacked)
	goroutines, descriptors := survivor.goroutines(t), survivor.descriptors(t)
	before := victim.goroutines(t)
	putToSleep(t, victim, clients)
	putToSleep(t, survivor, clients)
	if !survivor.until(func() bool {
		// The one for each UDP socket that has had an allocation stays.
		return survivor.goroutines(t) < goroutines+clients && survivor.descriptors(t) <= descriptors
	}) {
		t.Errorf("ours: %d goroutines and %d descriptors, before it were %d and %d",
			survivor.goroutines(t), survivor.descriptors(t), goroutines, descriptors)
	}
	// By now the library's allocations are over too, and nothing but their
	// goroutines is left.
	if more := victim.goroutines(t) - before; more < 2*clients {
		t.Errorf("the bare library has %d goroutines more than before: this test has lost its meaning", more)
	}
	wantAnswers(t, survivor.child)
}

// putToSleep floods that many clients that do not read, while another client
// wants its packets relayed.
func putToSleep(t *testing.T, to target, clients int) {
	t.Helper()
	var relays []netip.AddrPort
	for range clients {
		relays = append(relays, sleeper(t, to))
	}
	awake := to.allocated(t, "udp")
	const channel, rounds, packets = 0x4000, 20, 20
	peer := echo(t)
	to.ask(t, awake, stun.MethodChannelBind, probe.Channel(channel), probe.Peer(peer))
	source, err := net.ListenPacket("udp", "127.0.0.1:0")
	must(t, err)
	defer source.Close()
	for range rounds {
		for range packets {
			for _, relay := range relays {
				_, err := source.WriteTo(make([]byte, 1000), net.UDPAddrFromAddrPort(relay))
				must(t, err)
			}
		}
		must(t, awake.SendChannel(channel, []byte("still there?")))
		_, err := awake.Receive(soon(t))
		must(t, err)
	}
	to.ask(t, awake, stun.MethodRefresh, probe.Lifetime(0))
}

// sleeper is a client with an allocation that lets peers in, and then reads no
// more. Little fits between it and the server.
func sleeper(t *testing.T, to target) (relay netip.AddrPort) {
	t.Helper()
	line := &deaf{Conn: narrow(t, to.addr), closed: make(chan struct{})}
	c := probe.New(line, probe.Config{Network: "tcp", Username: "lqf", Password: "123456"})
	t.Cleanup(func() { c.Close() })
	a, err := c.Allocate(soon(t), probe.AllocateOptions{Lifetime: 3 * time.Second})
	must(t, err)
	must(t, c.CreatePermission(soon(t), netip.MustParseAddrPort("127.0.0.1:9")))
	line.stopped.Store(true)
	return a.Relayed
}

// deaf is a connection that can stop being read.
type deaf struct {
	net.Conn
	stopped atomic.Bool
	once    sync.Once
	closed  chan struct{}
}

func (d *deaf) Read(b []byte) (int, error) {
	if d.stopped.Load() {
		<-d.closed
	}
	return d.Conn.Read(b)
}

func (d *deaf) Close() error {
	d.once.Do(func() { close(d.closed) })
	return d.Conn.Close()
}

// narrow opens a connection with small segments and a small window: the kernel
// would else take megabytes for a client on the same machine.
func narrow(t *testing.T, server string) net.Conn {
	t.Helper()
	d := net.Dialer{Control: func(_, _ string, c syscall.RawConn) error {
		return c.Control(func(fd uintptr) {
			// Without these the test is slower, no more.
			_ = unix.SetsockoptInt(int(fd), unix.IPPROTO_TCP, unix.TCP_MAXSEG, 536)
			_ = unix.SetsockoptInt(int(fd), unix.SOL_SOCKET, unix.SO_RCVBUF, 4096)
		})
	}}
	conn, err := d.DialContext(soon(t), "tcp", server)
	must(t, err)
	return conn
}
