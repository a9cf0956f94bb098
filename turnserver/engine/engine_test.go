package engine

import (
	"bytes"
	"encoding/binary"
	"errors"
	"log/slog"
	"net"
	"net/netip"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/pion/stun"
)

// wire is a relay socket in memory.
type wire struct {
	in     chan datagram // what peers send
	out    chan datagram // what is sent to peers
	once   sync.Once
	closed chan struct{}
}

type datagram struct {
	data []byte
	peer netip.AddrPort
}

func newWire() *wire {
	return &wire{in: make(chan datagram), out: make(chan datagram, 16), closed: make(chan struct{})}
}

func (w *wire) ReadFrom(b []byte) (int, net.Addr, error) {
	select {
	case d := <-w.in:
		return copy(b, d.data), net.UDPAddrFromAddrPort(d.peer), nil
	case <-w.closed:
		return 0, nil, net.ErrClosed
	}
}

func (w *wire) WriteTo(b []byte, to net.Addr) (int, error) {
	w.out <- datagram{bytes.Clone(b), to.(*net.UDPAddr).AddrPort()}
	return len(b), nil
}

func (w *wire) Close() error                     { w.once.Do(func() { close(w.closed) }); return nil }
func (w *wire) LocalAddr() net.Addr              { return &net.UDPAddr{IP: net.IPv4(10, 0, 0, 1), Port: 50000} }
func (w *wire) SetDeadline(time.Time) error      { return nil }
func (w *wire) SetReadDeadline(time.Time) error  { return nil }
func (w *wire) SetWriteDeadline(time.Time) error { return nil }

func (w *wire) isClosed() bool {
	select {
	case <-w.closed:
		return true
	default:
		return false
	}
}

var (
	quietLog = slog.New(slog.DiscardHandler)
	alice    = netip.MustParseAddrPort("10.0.0.7:4000")
	bob      = netip.MustParseAddrPort("10.0.0.8:4000")
)

// open starts an engine with one allocation on it.
func open(t *testing.T, lifetime time.Duration) (*Engine, *Allocation, *wire, chan []byte) {
	t.Helper()
	e, err := New(quietLog)
	if err != nil {
		t.Fatal(err)
	}
	w, toClient := newWire(), make(chan []byte, 16)
	a, err := e.Allocate(w, lifetime, func(b []byte) { toClient <- bytes.Clone(b) })
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(e.Close)
	return e, a, w, toClient
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func TestSendNeedsAPermission(t *testing.T) {
	_, a, w, _ := open(t, time.Minute)
	must(t, a.Send(alice, []byte("too early")))
	must(t, a.Permit(alice.Addr()))
	must(t, a.Send(alice, []byte("hello")))
	if d := <-w.out; string(d.data) != "hello" || d.peer != alice {
		t.Errorf("the peer got %q at %v", d.data, d.peer)
	}
}

func TestChannelCarriesBothWays(t *testing.T) {
	_, a, w, toClient := open(t, time.Minute)
	must(t, a.Bind(0x4001, alice))
	must(t, a.SendChannel([]byte{0x40, 0x01, 0, 2, 'h', 'i'}))
	if d := <-w.out; string(d.data) != "hi" || d.peer != alice {
		t.Errorf("the peer got %q at %v", d.data, d.peer)
	}
	w.in <- datagram{[]byte("yes"), alice}
	if got, want := <-toClient, []byte{0x40, 0x01, 0, 3, 'y', 'e', 's', 0}; !bytes.Equal(got, want) {
		t.Errorf("the client got % x, want % x", got, want)
	}
}

func TestPermittedPeerIsHeardByIndication(t *testing.T) {
	_, a, w, toClient := open(t, time.Minute)
	must(t, a.Permit(alice.Addr()))
	w.in <- datagram{[]byte("from a stranger"), bob}
	w.in <- datagram{[]byte("from alice"), alice}
	m := stun.New()
	m.Raw = <-toClient
	must(t, m.Decode())
	data, err := m.Get(stun.AttrData)
	if err != nil || string(data) != "from alice" {
		t.Errorf("the client got %q, %v", data, err)
	}
}

func TestChannelAndPeerBelongTogether(t *testing.T) {
	_, a, _, _ := open(t, time.Minute)
	must(t, a.Bind(0x4001, alice))
	must(t, a.Bind(0x4001, alice)) // a refresh
	for _, c := range []struct {
		number uint16
		peer   netip.AddrPort
	}{{0x4001, bob}, {0x4002, alice}} {
		if err := a.Bind(c.number, c.peer); !errors.Is(err, ErrChannelUsed) {
			t.Errorf("binding %#x to %v: %v, want ErrChannelUsed", c.number, c.peer, err)
		}
	}
}

// A peer behind a channel with the number of a ChannelBind success could write
// answers into the engine.
func TestOnlyChannelNumbersAreBound(t *testing.T) {
	_, a, _, _ := open(t, time.Minute)
	for _, number := range []uint16{0, 0x0109, 0x3FFF, 0x8000, 0xFFFF} {
		if a.Bind(number, alice) == nil {
			t.Errorf("channel %#x was bound", number)
		}
	}
}

func TestAllocationEndsOnTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		_, a, w, _ := open(t, 10*time.Minute)
		time.Sleep(9 * time.Minute)
		must(t, a.Refresh(2*time.Minute))
		time.Sleep(2*time.Minute - time.Second)
		must(t, a.Permit(alice.Addr()))
		time.Sleep(time.Second)
		synctest.Wait()
		if !w.isClosed() {
			t.Error("the relay socket is open after the lifetime")
		}
		if err := a.Permit(alice.Addr()); !errors.Is(err, ErrGone) {
			t.Errorf("permission after the end: %v, want ErrGone", err)
		}
	})
}

// The library keeps an allocation for less than an hour and its nonces for an
// hour; neither may show.
func TestAnAllocationMayLiveForHours(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		_, a, w, _ := open(t, time.Hour)
		for range 5 {
			time.Sleep(time.Hour - time.Second)
			must(t, a.Refresh(time.Hour))
		}
		must(t, a.Permit(alice.Addr()))
		must(t, a.Send(alice, []byte("still here")))
		<-w.out
		must(t, a.Close())
		synctest.Wait()
		if !w.isClosed() {
			t.Error("the relay socket is open after Close")
		}
	})
}

func TestPermissionLastsFiveMinutesAndAChannelTen(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		_, a, w, _ := open(t, time.Hour)
		must(t, a.Permit(alice.Addr()))
		must(t, a.Bind(0x4000, bob))
		time.Sleep(5*time.Minute + time.Second)
		must(t, a.Send(alice, []byte("late")))
		must(t, a.SendChannel([]byte{0x40, 0x00, 0, 1, 'x', 0, 0, 0}))
		if d := <-w.out; d.peer != bob {
			t.Errorf("%q went to %v after its permission ended", d.data, d.peer)
		}
		time.Sleep(5 * time.Minute)
		must(t, a.SendChannel([]byte{0x40, 0x00, 0, 1, 'x', 0, 0, 0}))
		synctest.Wait()
		if len(w.out) != 0 {
			t.Error("data passed an ended channel")
		}
	})
}

// The bare library dies when an allocation ends while permissions are being
// installed on it; here the end waits its turn.
func TestPermissionsAtTheVeryEnd(t *testing.T) {
	for range 50 {
		_, a, _, _ := open(t, 2*time.Millisecond)
		for i := uint32(0); ; i++ {
			ip := [4]byte{10}
			binary.BigEndian.PutUint16(ip[2:], uint16(i))
			if err := a.Permit(netip.AddrFrom4(ip)); err != nil {
				break
			}
		}
	}
}

func TestCloseEndsEverything(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e, a, w, _ := open(t, time.Hour)
		e.Close()
		if !w.isClosed() {
			t.Error("the relay socket is open after Close returned")
		}
		if err := a.Refresh(time.Hour); !errors.Is(err, ErrGone) {
			t.Errorf("refresh after Close: %v, want ErrGone", err)
		}
		if _, err := e.Allocate(newWire(), time.Hour, nil); !errors.Is(err, ErrClosed) {
			t.Errorf("allocate after Close: %v, want ErrClosed", err)
		}
		// The bubble ends only when no goroutine is left in it.
	})
}

func TestCloseWhileInUse(t *testing.T) {
	for range 50 {
		e, a, _, _ := open(t, time.Minute)
		var wg sync.WaitGroup
		wg.Go(func() {
			for a.Permit(alice.Addr()) == nil {
			}
		})
		wg.Go(func() {
			for {
				w := newWire()
				if _, err := e.Allocate(w, time.Minute, func([]byte) {}); err != nil {
					return
				}
			}
		})
		time.Sleep(time.Millisecond)
		e.Close()
		wg.Wait()
	}
}

// Allocations are spread over several engines, and end with all of them.
func TestEnginesShareTheWork(t *testing.T) {
	engines, err := NewEngines(2, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	for range 6 {
		if _, err := engines.Allocate(newWire(), time.Minute, func([]byte) {}); err != nil {
			t.Fatal(err)
		}
	}
	for i, e := range engines.all {
		if n := len(e.allocations); n != 3 {
			t.Errorf("engine %d has %d of six allocations", i, n)
		}
	}
	engines.Close()
	for i, e := range engines.all {
		if n := len(e.allocations); n != 0 {
			t.Errorf("engine %d keeps %d allocations", i, n)
		}
	}
}
