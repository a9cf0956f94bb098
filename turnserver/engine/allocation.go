package engine

import (
	"encoding/binary"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"sync/atomic"
	"time"

	"github.com/pion/stun"
)

// The library takes lifetimes up to just under an hour and reads a whole hour
// as ten minutes.
//
// It must never end an allocation by its own timer: that runs beside the read
// loop, and a permission that is being installed at that moment brings the
// process down. So the library is always told the longest lifetime, is
// reminded long before that is over, and an allocation is ended by our timer,
// in line with the requests.
const (
	libraryLifetime = time.Hour - time.Second
	reminder        = 30 * time.Minute
)

// Channels run from 0x4000 to 0x7FFF (RFC 5766 section 11; RFC 8656 hands out
// the lower part and older clients use all of it). The library does not check.
const (
	MinChannel = 0x4000
	MaxChannel = 0x7FFF
)

// Allocation is a row of the table.
type Allocation struct {
	engine *Engine
	client net.UDPAddr // a name for the client that only the library sees

	// Guarded by engine.mu.
	deadline time.Time
	timer    *time.Timer
	ended    bool
}

// clients numbers the allocations of all engines; the number is the client's
// name to the library.
var clients atomic.Uint64

// Allocate opens an allocation that relays by the given socket, which the
// engine owns from then on: Close on it tells that the allocation has ended.
// Its ReadFrom must fail only when closed and drop what is longer than
// MaxFromPeer. The sink is given ChannelData messages (padded) and Data
// indications for the client; it must not keep them nor call the engine.
//
// On an error the socket stays the caller's.
func (e *Engine) Allocate(relay net.PacketConn, lifetime time.Duration, sink func([]byte)) (*Allocation, error) {
	a := &Allocation{engine: e, client: name(clients.Add(1))}
	socket := &owned{PacketConn: relay, ended: func() { e.conn.forget(&a.client); e.ends.Done() }}
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.closing {
		return nil, ErrClosed
	}
	e.ends.Add(1)
	e.relay = socket
	e.conn.deliver(&a.client, sink)
	if err := e.request(&a.client, stun.MethodAllocate, udpRelay{}, lifetimeAttribute(libraryLifetime)); err != nil {
		socket.disown()
		return nil, fmt.Errorf("opening an allocation: %w", err)
	}
	a.deadline = time.Now().Add(lifetime)
	a.timer = time.AfterFunc(min(lifetime, reminder), a.tick)
	e.allocations[a] = struct{}{}
	return a, nil
}

// name makes an address of a number.
func name(number uint64) net.UDPAddr {
	ip := make(net.IP, net.IPv6len)
	ip[0] = 0xfd
	binary.BigEndian.PutUint64(ip[8:], number)
	return net.UDPAddr{IP: ip}
}

// tick ends the allocation at its deadline and reminds the library of it until
// then.
func (a *Allocation) tick() {
	a.engine.mu.Lock()
	defer a.engine.mu.Unlock()
	if a.ended {
		return
	}
	left := time.Until(a.deadline)
	if left <= 0 {
		_ = a.end()
		return
	}
	_ = a.keep(left)
}

// keep reminds the library and sets the timer for the time that is left. The
// caller holds engine.mu.
func (a *Allocation) keep(left time.Duration) error {
	a.timer.Reset(min(left, reminder))
	return a.engine.request(&a.client, stun.MethodRefresh, lifetimeAttribute(libraryLifetime))
}

// Refresh sets the time until the allocation ends.
func (a *Allocation) Refresh(lifetime time.Duration) error {
	return a.do(func() error {
		a.deadline = time.Now().Add(lifetime)
		return a.keep(lifetime)
	})
}

// Close ends the allocation now. An allocation that has ended gives ErrGone.
func (a *Allocation) Close() error { return a.do(a.end) }

// Permit lets packets from and to the peer's address pass for five minutes
// (RFC 8656 section 9).
func (a *Allocation) Permit(address netip.Addr) error {
	return a.do(func() error {
		return a.engine.request(&a.client, stun.MethodCreatePermission, peerAttribute(netip.AddrPortFrom(address, 0)))
	})
}

// Bind binds a channel to the peer for ten minutes and permits the peer's
// address (RFC 8656 section 12).
func (a *Allocation) Bind(number uint16, to netip.AddrPort) error {
	if number < MinChannel || number > MaxChannel {
		return fmt.Errorf("binding channel %#x: not a channel number", number)
	}
	return a.do(func() error {
		err := a.engine.request(&a.client, stun.MethodChannelBind, channelAttribute(number), peerAttribute(to))
		if errors.Is(err, refused(stun.CodeBadRequest)) {
			return ErrChannelUsed
		}
		return err
	})
}

// Send relays data to the peer if a permission lets it (RFC 8656 section 11).
// Without one it is dropped, as the protocol wants, without an error.
func (a *Allocation) Send(to netip.AddrPort, data []byte) error {
	indication, err := stun.Build(stun.NewType(stun.MethodSend, stun.ClassIndication), peerAttribute(to),
		stun.RawAttribute{Type: stun.AttrData, Value: data})
	if err != nil {
		return fmt.Errorf("building a Send indication: %w", err)
	}
	return a.do(func() error { return a.push(indication.Raw) })
}

// SendChannel relays a whole ChannelData message if its channel is bound, and
// drops it otherwise.
func (a *Allocation) SendChannel(packet []byte) error {
	return a.do(func() error { return a.push(packet) })
}

// do runs a step while the allocation lives, one at a time.
func (a *Allocation) do(step func() error) error {
	a.engine.mu.Lock()
	defer a.engine.mu.Unlock()
	if a.ended || !time.Now().Before(a.deadline) {
		return ErrGone
	}
	return step()
}

func (a *Allocation) push(packet []byte) error {
	_, err := a.engine.conn.exchange(message{packet, &a.client})
	return err
}

// end takes the allocation from the table. The caller holds engine.mu.
func (a *Allocation) end() error {
	a.stop()
	return a.engine.request(&a.client, stun.MethodRefresh, lifetimeAttribute(0))
}

// stop makes the allocation's calls and its timer idle. The caller holds
// engine.mu.
func (a *Allocation) stop() {
	a.ended = true
	a.timer.Stop()
	delete(a.engine.allocations, a)
}
