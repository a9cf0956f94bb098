//go:build !linux

package socket

import (
	"errors"
	"net"
	"net/netip"
	"sync"
	"time"
)

// Loops reads sockets, each on a goroutine of its own, and hands on what comes in.
// They take turns in handling it.
type Loops struct {
	done chan struct{}
	once sync.Once

	mu  sync.Mutex // while a packet is handled
	out *Out
}

// hiccup is the rest after an error that may pass.
const hiccup = 5 * time.Millisecond

// NewLoops makes loops that read nothing yet: one for each socket, however many there
// shall be. lost is told how many packets the system would not take.
func NewLoops(_ int, lost func(packets int)) (*Loops, error) {
	return &Loops{out: NewOut(lost), done: make(chan struct{})}, nil
}

// Add has a socket read until it is closed. handle is given each packet; it must not
// wait, nor keep the packet longer than until the Out is flushed, which the loop does.
func (l *Loops) Add(u *UDP, handle func(*Packet, *Out)) error {
	go l.read(u, handle)
	return nil
}

func (l *Loops) read(u *UDP, handle func(*Packet, *Out)) {
	slot := make([]byte, headroom+MaxPacket+1+tailroom)
	for {
		n, from, err := u.conn.ReadFromUDPAddrPort(slot[headroom : headroom+MaxPacket+1])
		switch {
		case errors.Is(err, net.ErrClosed):
			return
		case err != nil:
			time.Sleep(hiccup)
		case n <= MaxPacket: // else it was longer, and is cut off
			from = netip.AddrPortFrom(from.Addr().Unmap(), from.Port())
			l.handle(handle, &Packet{From: from, At: u.reached(from), slot: slot, begin: headroom, end: headroom + n})
		}
	}
}

func (l *Loops) handle(handle func(*Packet, *Out), p *Packet) {
	l.mu.Lock()
	defer l.mu.Unlock()
	handle(p, l.out)
	l.out.Flush()
}

// reached is the local address that a packet from somewhere was sent to, as far as
// can be told.
func (u *UDP) reached(from netip.AddrPort) netip.AddrPort {
	if !u.local.Addr().IsUnspecified() {
		return u.local
	}
	return netip.AddrPortFrom(routed(from), u.local.Port())
}

// Run waits for Close.
func (l *Loops) Run() { <-l.done }

// Close ends Run. The sockets are their owners' to close.
func (l *Loops) Close() { l.once.Do(func() { close(l.done) }) }
