// Package oneport lets every TCP port of the process speak everything: TLS or
// not, and inside of it HTTP (with WebSocket) or STUN/TURN. Whoever has one hole
// in a firewall has the whole server.
//
// What comes in are connections; the first bytes of each tell what it speaks
// (kind.go), within deadlines. What goes out are connections to the HTTP server,
// by a listener that it accepts from (HTTP), and to the TURN server, by a
// function.
//
// Who runs: a goroutine per listener and one per connection until it is sorted.
// One lock counts the unsorted ones.
package oneport

import (
	"context"
	"crypto/tls"
	"errors"
	"log/slog"
	"net"
	"net/netip"
	"sync"
	"sync/atomic"
	"time"

	"zerortc/config"
)

// Limits of connections of which nothing is known yet. They are strangers, and
// cost a descriptor and a goroutine each.
type Limits struct {
	FirstBytes           time.Duration // until the first bytes are there
	Handshake            time.Duration // for a TLS handshake, with the waiting for its turns
	Handshakes           int           // that compute at once
	HandshakesPerAddress int
	Unsorted             int // connections in all; beyond it the oldest gives way
	UnsortedPerAddress   int
}

// DefaultLimits suit an office behind one address that comes to work at nine.
func DefaultLimits() Limits {
	return Limits{
		FirstBytes: 10 * time.Second, Handshake: 10 * time.Second,
		Handshakes: 64, HandshakesPerAddress: 16, Unsorted: 1024, UnsortedPerAddress: 64,
	}
}

// Live is what follows the settings while the server runs.
type Live struct {
	HTTP           int // connections at once, WebSockets too; 0: no limit
	HTTPPerAddress int // 0: no limit
	// Proxies are addresses behind which there are many clients. No limit per address
	// holds for them: the HTTP server counts by the clients they name.
	Proxies []netip.Prefix
}

// Ports sorts the connections of all TCP listeners.
type Ports struct {
	limits Limits
	tls    *tls.Config // nil: TLS is not spoken
	turn   func(net.Conn)
	http   *handover
	log    *slog.Logger
	slots  *places // of handshakes
	web    *places // of HTTP connections
	// refused are those that nobody served.
	refused *refusals
	// proxies are addresses that share no limit.
	proxies atomic.Pointer[[]netip.Prefix]

	mu       sync.Mutex
	unsorted map[net.Conn]stranger
	from     map[netip.Addr]int
	came     uint64
	closed   bool
	running  sync.WaitGroup
}

// New makes Ports that nobody listens on yet. TURN connections go to turn, on a
// goroutine of their own; it closes them. Without a TLS configuration a
// connection that begins with TLS is closed.
func New(limits Limits, live Live, secure *tls.Config, turn func(net.Conn), log *slog.Logger) *Ports {
	p := &Ports{
		limits: limits, tls: secure, turn: turn, http: newHandover(), log: log,
		slots:    newPlaces(limits.Handshakes, limits.HandshakesPerAddress),
		web:      newPlaces(0, 0),
		refused:  newRefusals(),
		unsorted: map[net.Conn]stranger{},
		from:     map[netip.Addr]int{},
	}
	p.web.forLoopback = forLoopback
	p.Apply(live)
	return p
}

// forLoopback are HTTP connections beyond the limit for programs on this machine: who
// looks whether the server is well shall not find it dead because it is full.
const forLoopback = 64

// Apply sets other limits for all connections that come from now on.
func (p *Ports) Apply(live Live) {
	p.web.limit(live.HTTP, live.HTTPPerAddress)
	p.proxies.Store(&live.Proxies)
}

// stranger is a connection of which nothing is known yet.
type stranger struct {
	from netip.Addr
	came uint64 // the how manieth it was
}

// HTTP is the listener the HTTP server accepts from. Its connections tell by a
// method Secure whether they came by TLS.
func (p *Ports) HTTP() net.Listener { return p.http }

// Serve sorts the connections of the listeners until the context ends, then
// closes the listeners and what is not sorted yet.
func (p *Ports) Serve(ctx context.Context, listeners []net.Listener) error {
	for _, l := range listeners {
		p.running.Go(func() { p.accept(l) })
	}
	<-ctx.Done()
	for _, l := range listeners {
		_ = l.Close()
	}
	p.shut()
	p.running.Wait()
	return nil
}

// hiccup is the first pause after a failed accept; pauses double up to a second.
const hiccup = 5 * time.Millisecond

// accept accepts until the listener is closed. Any other error passes, the lack
// of descriptors above all.
func (p *Ports) accept(l net.Listener) {
	for wait := hiccup; ; {
		conn, err := l.Accept()
		if errors.Is(err, net.ErrClosed) {
			return
		}
		if err != nil {
			p.log.Warn("accepting a connection", "on", l.Addr(), "err", err)
			time.Sleep(wait)
			wait = min(2*wait, time.Second)
			continue
		}
		wait = hiccup
		if !p.enter(conn) {
			_ = conn.Close()
			continue
		}
		go func() {
			defer p.running.Done()
			p.sort(conn)
		}()
	}
}

// enter counts a connection in. Where there are too many the oldest gives way,
// of the same address or of all: a client says what it wants at once, and who
// says nothing must not keep the others out.
func (p *Ports) enter(conn net.Conn) bool {
	oldest, why, ok := p.admit(conn, p.sourceOf(conn))
	if oldest != nil {
		p.refuse(oldest, why)
		_ = oldest.Close()
	}
	return ok
}

// admit counts a connection in and, where one has to give way, that one out.
func (p *Ports) admit(conn net.Conn, from netip.Addr) (oldest net.Conn, why reason, ok bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed {
		return nil, 0, false
	}
	if from.IsValid() && p.from[from] >= p.limits.UnsortedPerAddress {
		oldest, why = p.oldest(func(s stranger) bool { return s.from == from }), tooManyStrangersOfAddress
	} else if len(p.unsorted) >= p.limits.Unsorted {
		oldest, why = p.oldest(func(stranger) bool { return true }), tooManyStrangers
	}
	if oldest != nil {
		p.forget(oldest)
	}
	p.came++
	p.unsorted[conn] = stranger{from, p.came}
	p.from[from]++
	p.running.Add(1) // under the lock: never after shut
	return oldest, why, true
}

// oldest is that of those that fit. The caller holds the lock.
func (p *Ports) oldest(fits func(stranger) bool) (oldest net.Conn) {
	for conn, s := range p.unsorted {
		if fits(s) && (oldest == nil || s.came < p.unsorted[oldest].came) {
			oldest = conn
		}
	}
	return oldest
}

// sorted counts a connection out.
func (p *Ports) sorted(conn net.Conn) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.forget(conn)
}

// forget is for the caller who holds the lock. One that was evicted is gone
// already.
func (p *Ports) forget(conn net.Conn) {
	s, known := p.unsorted[conn]
	if !known {
		return
	}
	delete(p.unsorted, conn)
	if p.from[s.from]--; p.from[s.from] == 0 {
		delete(p.from, s.from)
	}
}

func (p *Ports) shut() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.closed = true
	for conn := range p.unsorted {
		_ = conn.Close()
	}
	_ = p.http.Close()
}

// sourceOf is whose share a connection has a part of; the zero Addr: nobody's.
func (p *Ports) sourceOf(conn net.Conn) netip.Addr {
	a, ok := conn.RemoteAddr().(*net.TCPAddr)
	if !ok {
		return netip.Addr{}
	}
	from := a.AddrPort().Addr().Unmap()
	for _, proxy := range *p.proxies.Load() {
		if proxy.Contains(from) {
			return netip.Addr{}
		}
	}
	return config.Source(from)
}
