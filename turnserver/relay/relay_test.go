package relay

import (
	"errors"
	"net"
	"net/netip"
	"strings"
	"syscall"
	"testing"

	"zerortc/config"
	"zerortc/turnserver/socket"
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

// One packet must not reach a whole network.
func TestNoBroadcast(t *testing.T) {
	s, err := New(free(t, 2), itself).Take(loopback)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	for _, to := range []string{"127.255.255.255:9", "255.255.255.255:9"} {
		if err := s.Send([]byte("all of you"), netip.MustParseAddrPort(to), nil); !errors.Is(err, syscall.EACCES) {
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
	heard := hear(t, b)
	if err := a.Send([]byte("hairpin"), b.Advertised(), nil); err != nil {
		t.Fatal(err)
	}
	if from := <-heard; from != a.Advertised() {
		t.Errorf("came from %v, want %v", from, a.Advertised())
	}
}

// nobody relays by a port.
type nobody struct{}

func (nobody) FromRelay(*socket.Packet, *socket.Out) bool { return false }

// hear tells the senders of what the port receives.
func hear(t *testing.T, s *Socket) <-chan netip.AddrPort {
	t.Helper()
	loop, err := socket.NewLoops(2, func(int) {})
	if err != nil {
		t.Fatal(err)
	}
	heard, done := make(chan netip.AddrPort, 1), make(chan struct{})
	if err := s.Serve(loop, nobody{}, func(p *socket.Packet, _ *socket.Out) { heard <- p.From }); err != nil {
		t.Fatal(err)
	}
	go func() { loop.Run(); close(done) }()
	t.Cleanup(func() { loop.Close(); <-done })
	return heard
}

// What was counted for a port is given back with it, once.
func TestTheHolderHears(t *testing.T) {
	s, err := New(free(t, 2), itself).Take(loopback)
	if err != nil {
		t.Fatal(err)
	}
	holder := new(counter)
	s.Hold(holder)
	if err := errors.Join(s.Close(), s.Close()); err != nil || *holder != 1 {
		t.Errorf("closed twice: %v, given back %d times", err, *holder)
	}
}

// A port in use has a user, whom others can find by the address.
func TestTheUserIsFound(t *testing.T) {
	ports := New(free(t, 2), itself)
	s, err := ports.Take(loopback)
	if err != nil {
		t.Fatal(err)
	}
	if ports.UserOf(s.Advertised()) != nil {
		t.Error("a port has a user that nobody uses yet")
	}
	hear(t, s)
	if ports.UserOf(s.Advertised()) != (nobody{}) {
		t.Error("the user is not found")
	}
	_ = s.Close()
	if ports.UserOf(s.Advertised()) != nil {
		t.Error("a closed port has a user")
	}
}
