package oneport

import (
	"context"
	"crypto/tls"
	"io"
	"net"
	"net/netip"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// hello is what a TLS client says first.
func hello(t *testing.T) []byte {
	t.Helper()
	client, server := net.Pipe()
	defer server.Close()
	done := make(chan struct{})
	go func() { defer close(done); _ = tls.Client(client, &tls.Config{InsecureSkipVerify: true}).Handshake() }()
	defer func() { client.Close(); <-done }()
	b := make([]byte, 16<<10)
	n, err := server.Read(b)
	must(t, err)
	return b[:n]
}

// Who begins a handshake and says no more takes no turn from those who go on,
// wherever he stops.
func TestHandshakesDoNotWaitForTheSilent(t *testing.T) {
	whole := hello(t)
	for what, said := range map[string][]byte{
		"three bytes": whole[:3], "half a hello": whole[:len(whole)/2], "a hello": whole,
	} {
		address := open(t, func(l *Limits, _ **tls.Config) {
			l.Handshakes, l.HandshakesPerAddress, l.Handshake = 1, 1, time.Minute
		})
		silent := dial(t, address, false)
		_, err := silent.Write(said)
		must(t, err)
		if len(said) == len(whole) {
			_, err := io.ReadFull(silent, make([]byte, 1)) // it has been computed
			must(t, err)
		}
		if err := dial(t, address, true).(*tls.Conn).Handshake(); err != nil {
			t.Errorf("after one who said %s: %v", what, err)
		}
	}
}

// No more than are allowed compute at once, and all have their turn.
func TestHandshakesTakeTurns(t *testing.T) {
	const most = 2
	var at, highest atomic.Int32
	compute := func(*tls.ClientHelloInfo) (*tls.Config, error) {
		now := at.Add(1)
		defer at.Add(-1)
		for was := highest.Load(); now > was && !highest.CompareAndSwap(was, now); was = highest.Load() {
		}
		for range 100 {
			runtime.Gosched()
		}
		return nil, nil
	}
	address := open(t, func(l *Limits, c **tls.Config) { l.Handshakes, (*c).GetConfigForClient = most, compute })
	var running sync.WaitGroup
	for range 40 {
		conn := dial(t, address, true).(*tls.Conn)
		running.Go(func() {
			if err := conn.Handshake(); err != nil {
				t.Error(err)
			}
		})
	}
	running.Wait()
	if n := highest.Load(); n > most {
		t.Errorf("%d computed at once, want %d at the most", n, most)
	}
}

func TestPlaces(t *testing.T) {
	p := newPlaces(3, 2)
	a, b, c := netip.MustParseAddr("192.0.2.1"), netip.MustParseAddr("192.0.2.2"), netip.MustParseAddr("192.0.2.3")
	take := func(from netip.Addr, want bool) {
		t.Helper()
		if (p.try(from) == nil) != want {
			t.Errorf("a place for %v: %v", from, !want)
		}
	}
	take(a, true)
	take(a, true)
	take(a, false) // its share
	take(b, true)
	take(c, false) // all there are
	first, second := waitFor(t, p, a), waitFor(t, p, c)
	p.leave(b)
	must(t, <-second) // the first has to wait for its own
	p.leave(a)
	must(t, <-first)
	ended, cancel := context.WithCancel(context.Background())
	cancel()
	if p.wait(ended, b) == nil {
		t.Error("a place where there is none")
	}
	for range 2 {
		p.leave(a)
	}
	p.leave(c)
	if p.taken != 0 || len(p.from) != 0 || len(p.waiting) != 0 {
		t.Errorf("all have left: %d, %v, %d waiting", p.taken, p.from, len(p.waiting))
	}
}

// waitFor waits for a place on a goroutine, behind all who wait already.
func waitFor(t *testing.T, p *places, from netip.Addr) <-chan error {
	waiting := func() int {
		p.mu.Lock()
		defer p.mu.Unlock()
		return len(p.waiting)
	}
	before, got := waiting(), make(chan error, 1)
	go func() { got <- p.wait(t.Context(), from) }()
	for waiting() == before {
		runtime.Gosched()
	}
	return got
}

// A place that is given to one who gives up at that moment goes on.
func TestPlaceOfOneWhoGaveUp(t *testing.T) {
	p := newPlaces(1, 1)
	a := netip.MustParseAddr("192.0.2.1")
	must(t, p.try(a))
	w := &waiter{a, make(chan struct{})}
	p.waiting = append(p.waiting, w)
	p.leave(a)
	<-w.given
	p.giveUp(w)
	if p.try(a) != nil {
		t.Error("the place is lost")
	}
}
