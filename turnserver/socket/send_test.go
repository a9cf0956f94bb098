package socket

import (
	"bytes"
	"fmt"
	"net"
	"net/netip"
	"slices"
	"sync"
	"testing"
	"time"
)

// open is a socket on loopback that lives as long as the test.
func open(t *testing.T) *UDP {
	t.Helper()
	u, err := Open(netip.MustParseAddrPort("127.0.0.1:0"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = u.Close() })
	return u
}

// listener is somebody else's socket.
func listener(t *testing.T) (*net.UDPConn, netip.AddrPort) {
	t.Helper()
	conn, err := net.ListenUDP("udp4", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1)})
	if err != nil {
		t.Fatal(err)
	}
	_ = conn.SetReadBuffer(bufferSize)
	_ = conn.SetReadDeadline(time.Now().Add(20 * time.Second))
	t.Cleanup(func() { _ = conn.Close() })
	return conn, conn.LocalAddr().(*net.UDPAddr).AddrPort()
}

// However packets are put together on their way out, each arrives as it was put in,
// in order: one size, sizes that fall and rise, none, several receivers and sockets.
func TestPacketsArriveAsTheyWere(t *testing.T) {
	for name, sizes := range map[string][]int{
		"one":               {100},
		"one size":          {1000, 1000, 1000, 1000},
		"the last shorter":  {1000, 1000, 1000, 7},
		"a shorter between": {1000, 7, 1000, 7, 7, 1000},
		"rising":            {1, 2, 3, 4, 5},
		"empty ones":        {0, 0, 10, 0, 10},
		"long ones":         {1900, 1900, 1900, 1900},
		"more than wait":    slices.Repeat([]int{200}, 3*maxWaiting+5),
	} {
		t.Run(name, func(t *testing.T) {
			lost := 0
			out := NewOut(func(n int) { lost += n })
			by := []*UDP{open(t), open(t)}
			conn, to := listener(t)
			var want []string
			for i, size := range sizes {
				data := bytes.Repeat([]byte{byte(i)}, size)
				want = append(want, string(data))
				out.Add(by[i/3%2], data, to, netip.AddrPort{})
			}
			out.Flush()
			b := make([]byte, 4096)
			for i := range want {
				n, _, err := conn.ReadFromUDPAddrPort(b)
				if err != nil || string(b[:n]) != want[i] {
					t.Fatalf("packet %d: %v, %d bytes of %d; %d were lost", i, err, n, len(want[i]), lost)
				}
			}
		})
	}
}

// What cannot be sent is counted, and what can be is sent all the same.
func TestWhatIsNotTakenIsCounted(t *testing.T) {
	lost := 0
	out := NewOut(func(n int) { lost += n })
	u := open(t)
	conn, to := listener(t)
	nowhere := netip.AddrPortFrom(to.Addr(), 0) // no port
	for i := range 9 {
		receiver := to
		if i%3 != 0 {
			receiver = nowhere
		}
		out.Add(u, []byte(fmt.Sprint(i)), receiver, netip.AddrPort{})
	}
	out.Flush()
	b := make([]byte, 10)
	for i := range 3 {
		if n, _, err := conn.ReadFromUDPAddrPort(b); err != nil || string(b[:n]) != fmt.Sprint(3*i) {
			t.Errorf("got %q, %v", b[:n], err)
		}
	}
	if lost != 6 {
		t.Errorf("%d were lost, want 6", lost)
	}
}

// Sockets come and go while a loop reads and others send by them.
func TestSocketsComeAndGo(t *testing.T) {
	l := running(t)
	steady := open(t)
	if err := l.Add(steady, func(*Packet, *Out) {}); err != nil {
		t.Fatal(err)
	}
	var all sync.WaitGroup
	for range 4 {
		all.Go(func() {
			out := NewOut(func(int) {})
			for range 300 {
				u, err := Open(netip.MustParseAddrPort("127.0.0.1:0"))
				if err != nil {
					t.Error(err)
					return
				}
				if err := l.Add(u, func(p *Packet, out *Out) { out.Add(u, p.Data(), p.From, p.At) }); err != nil {
					t.Error(err)
				}
				out.Add(steady, []byte("hello"), u.Local(), netip.AddrPort{})
				out.Add(u, []byte("hello"), steady.Local(), netip.AddrPort{})
				out.Flush()
				closed := make(chan struct{})
				if err := u.CloseThen(func() { close(closed) }); err != nil {
					t.Error(err)
				}
				<-closed
				out.Add(u, []byte("too late"), steady.Local(), netip.AddrPort{})
				out.Flush()
			}
		})
	}
	all.Wait()
}
