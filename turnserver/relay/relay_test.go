package relay

import (
	"errors"
	"net"
	"net/netip"
	"strings"
	"syscall"
	"testing"
	"time"

	"zerortc/config"
)

var loopback = netip.MustParseAddr("127.0.0.1")

// itself is a machine without a NAT.
func itself(netip.Addr) netip.Addr { return netip.Addr{} }

// free finds n ports in a row that nobody uses, the first one even.
func free(t *testing.T, n int) config.PortRange {
	t.Helper()
	for base := 20000; base < 32000; base += 2 * n {
		all := New(config.PortRange{Min: uint16(base), Max: uint16(base + n - 1)}, itself)
		var held []*Socket
		for range n {
			s, err := all.Take(loopback)
			if err != nil {
				break
			}
			held = append(held, s)
		}
		closeAll(held)
		if len(held) == n {
			return all.ports
		}
	}
	t.Fatal("no free ports in a row")
	return config.PortRange{}
}

func closeAll(sockets []*Socket) {
	for _, s := range sockets {
		_ = s.Close()
	}
}

func TestTheWholeRangeIsServed(t *testing.T) {
	ports := New(free(t, 20), itself)
	var held []*Socket
	defer func() { closeAll(held) }()
	seen := map[netip.AddrPort]bool{}
	for range 20 {
		s, err := ports.Take(loopback)
		if err != nil {
			t.Fatalf("with %d of 20 ports in use: %v", len(held), err)
		}
		held = append(held, s)
		seen[s.Advertised()] = true
	}
	if len(seen) != 20 {
		t.Errorf("20 relays share %d addresses", len(seen))
	}
	if _, err := ports.Take(loopback); !errors.Is(err, ErrNoPort) {
		t.Errorf("the 21st: %v, want ErrNoPort", err)
	}
	_ = held[0].Close()
	again, err := ports.Take(loopback)
	if err != nil || again.Advertised() != held[0].Advertised() {
		t.Errorf("after one was closed: %v, %v", again, err)
	}
	held = append(held, again)
}

func TestAPortInUseElsewhereIsPassedOver(t *testing.T) {
	r := free(t, 2)
	foreign, err := net.ListenUDP("udp4", &net.UDPAddr{IP: loopback.AsSlice(), Port: int(r.Min)})
	if err != nil {
		t.Fatal(err)
	}
	defer foreign.Close()
	for range 10 {
		s, err := New(r, itself).Take(loopback)
		if err != nil {
			t.Fatal(err)
		}
		if s.Advertised().Port() != r.Max {
			t.Errorf("got port %d", s.Advertised().Port())
		}
		_ = s.Close()
	}
}

func TestAnAddressThatIsNotOursIsAnError(t *testing.T) {
	for _, ip := range []netip.Addr{netip.MustParseAddr("203.0.113.9"), netip.IPv4Unspecified(), netip.IPv6Unspecified(), {}} {
		s, err := New(free(t, 2), itself).Take(ip)
		if err == nil || errors.Is(err, ErrNoPort) || !strings.Contains(err.Error(), "opening a relay port") {
			t.Errorf("%v: got %v, %v", ip, s, err)
		}
	}
}

func TestEvenPorts(t *testing.T) {
	r := free(t, 4)
	ports := New(r, itself)
	for range 2 {
		s, err := ports.TakeEven(loopback)
		if err != nil || s.Advertised().Port()%2 != 0 {
			t.Fatalf("got %v, %v", s, err)
		}
		defer s.Close()
	}
	if _, err := ports.TakeEven(loopback); !errors.Is(err, ErrNoPort) {
		t.Errorf("a third even port of four: %v, want ErrNoPort", err)
	}
}

func TestPairs(t *testing.T) {
	ports := New(free(t, 4), itself)
	defer ports.Close()
	lower, token, err := ports.TakePair(loopback, "alice", nil)
	if err != nil {
		t.Fatal(err)
	}
	defer lower.Close()
	next := netip.AddrPortFrom(loopback, lower.Advertised().Port()+1)
	if lower.Advertised().Port()%2 != 0 || !ports.Live(lower.Advertised()) || ports.Live(next) {
		t.Errorf("lower %v live %v, upper live %v; the upper one is nobody's yet",
			lower.Advertised(), ports.Live(lower.Advertised()), ports.Live(next))
	}
	if _, err := ports.Redeem(token, "mallory"); !errors.Is(err, ErrNoReservation) {
		t.Errorf("another user's token: %v", err)
	}
	if _, err := ports.Redeem(Token{1}, "alice"); !errors.Is(err, ErrNoReservation) {
		t.Errorf("an unknown token: %v", err)
	}
	upper, err := ports.Redeem(token, "alice")
	if err != nil || upper.Advertised() != next || !ports.Live(next) {
		t.Fatalf("redeemed %v, %v, want %v, live", upper, err, next)
	}
	defer upper.Close()
	if _, err := ports.Redeem(token, "alice"); !errors.Is(err, ErrNoReservation) {
		t.Errorf("a token used twice: %v", err)
	}
}

// The pair wants two ports in a row, the lower one even: a range of odd start
// and even end has fewer of them.
func TestPairsAtTheEdges(t *testing.T) {
	four := free(t, 4)
	ports := New(config.PortRange{Min: four.Min + 1, Max: four.Min + 2}, itself)
	if _, _, err := ports.TakePair(loopback, "alice", nil); !errors.Is(err, ErrNoPort) {
		t.Errorf("an odd and an even port gave a pair: %v", err)
	}
	if len(ports.advertised) != 0 {
		t.Errorf("the attempt left %d ports taken", len(ports.advertised))
	}
}

// counter counts its releases.
type counter int

func (c *counter) Release() { *c++ }

func TestAReservationEnds(t *testing.T) {
	ports, holder := New(free(t, 2), itself), new(counter)
	lower, token, err := ports.TakePair(loopback, "alice", holder)
	if err != nil {
		t.Fatal(err)
	}
	ports.expire(token) // what the timer calls
	_ = lower.Close()
	if *holder != 1 {
		t.Errorf("the parked port was given back %d times", *holder)
	}
	if _, err := ports.Redeem(token, "alice"); !errors.Is(err, ErrNoReservation) {
		t.Errorf("a token after its time: %v", err)
	}
	if len(ports.advertised)+len(ports.local)+len(ports.parked) != 0 {
		t.Errorf("left: %v %v %v", ports.advertised, ports.local, ports.parked)
	}
}

func TestLongDatagramsAreDroppedWhole(t *testing.T) {
	ports := New(free(t, 2), itself)
	a, _ := ports.Take(loopback)
	b, _ := ports.Take(loopback)
	defer closeAll([]*Socket{a, b})
	for _, size := range []int{1601, 1600} {
		if _, err := a.WriteTo(make([]byte, size), b.LocalAddr()); err != nil {
			t.Fatal(err)
		}
	}
	defer time.AfterFunc(5*time.Second, func() { _ = b.Close() }).Stop()
	n, from, err := b.ReadFrom(make([]byte, 1600))
	if n != 1600 || err != nil || from.String() != a.Advertised().String() {
		t.Errorf("got %d bytes from %v, %v", n, from, err)
	}
}

// One packet must not reach a whole network.
func TestNoBroadcast(t *testing.T) {
	s, err := New(free(t, 2), itself).Take(loopback)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	for _, to := range []string{"127.255.255.255:9", "255.255.255.255:9"} {
		if _, err := s.WriteTo([]byte("all of you"), net.UDPAddrFromAddrPort(netip.MustParseAddrPort(to))); !errors.Is(err, syscall.EACCES) {
			t.Errorf("to %s: %v, want a refusal by the kernel", to, err)
		}
	}
}

// Two relays behind one public address reach one another by it.
func TestPublicAddress(t *testing.T) {
	public := netip.MustParseAddr("203.0.113.9")
	ports := New(free(t, 2), func(netip.Addr) netip.Addr { return public })
	a, _ := ports.Take(loopback)
	b, _ := ports.Take(loopback)
	defer closeAll([]*Socket{a, b})
	if a.Advertised().Addr() != public || !ports.Live(a.Advertised()) {
		t.Fatalf("advertised %v, live %v", a.Advertised(), ports.Live(a.Advertised()))
	}
	if _, err := a.WriteTo([]byte("hairpin"), net.UDPAddrFromAddrPort(b.Advertised())); err != nil {
		t.Fatal(err)
	}
	defer time.AfterFunc(5*time.Second, func() { _ = b.Close() }).Stop()
	if _, from, err := b.ReadFrom(make([]byte, 100)); err != nil || from.String() != a.Advertised().String() {
		t.Errorf("came from %v, %v, want %v", from, err, a.Advertised())
	}
}

func TestACloseEndsTheReader(t *testing.T) {
	s, err := New(free(t, 2), itself).Take(loopback)
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan error)
	go func() { _, _, err := s.ReadFrom(make([]byte, 10)); done <- err }()
	_ = s.Close()
	_ = s.Close()
	if err := <-done; !errors.Is(err, net.ErrClosed) {
		t.Errorf("reader ended with %v", err)
	}
}
