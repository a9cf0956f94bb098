package relay

import (
	"crypto/rand"
	"errors"
	"fmt"
	"net/netip"
	"time"
)

// ReservationTime is how long the second port of a pair waits for its client
// (RFC 8656 section 7.2: at least 30 seconds).
const ReservationTime = 30 * time.Second

// ErrNoReservation says that a token is unknown, over or somebody else's: 508 to
// the client.
var ErrNoReservation = errors.New("no such reservation")

// Token names a parked port to the client that may redeem it: the value of
// RESERVATION-TOKEN (RFC 8656 section 18.10).
type Token [8]byte

type reservation struct {
	socket *Socket
	owner  string
	expiry *time.Timer
}

// TakePair binds an even port and the one above it: EVEN-PORT with R = 1. The
// upper one is parked for the owner under the token, and held by the holder,
// parked and redeemed.
func (p *Ports) TakePair(ip netip.Addr, owner string, holder Holder) (*Socket, Token, error) {
	var token Token
	if _, err := rand.Read(token[:]); err != nil {
		return nil, token, fmt.Errorf("making a reservation token: %w", err)
	}
	var upper *Socket
	lower, err := p.walk(func(port int) (s *Socket, err error) {
		s, upper, err = p.openPair(ip, port)
		return s, err
	})
	if err != nil {
		return nil, token, err
	}
	upper.Hold(holder)
	p.park(token, upper, owner)
	return lower, token, nil
}

func (p *Ports) openPair(ip netip.Addr, port int) (lower, upper *Socket, err error) {
	if port%2 != 0 {
		return nil, nil, errTaken
	}
	if lower, err = p.open(ip, port); err != nil {
		return nil, nil, err
	}
	if upper, err = p.open(ip, port+1); err != nil {
		_ = lower.Close()
		return nil, nil, err
	}
	return lower, upper, nil
}

func (p *Ports) park(token Token, s *Socket, owner string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	s.parked = true
	p.parked[token] = &reservation{s, owner, time.AfterFunc(ReservationTime, func() { p.expire(token) })}
}

func (p *Ports) expire(token Token) {
	if r := p.unpark(token, func(*reservation) bool { return true }); r != nil {
		_ = r.socket.Close()
	}
}

// Redeem gives the owner of the token the port parked under it, once.
func (p *Ports) Redeem(token Token, owner string) (*Socket, error) {
	r := p.unpark(token, func(r *reservation) bool { return r.owner == owner })
	if r == nil {
		return nil, ErrNoReservation
	}
	r.expiry.Stop()
	p.mu.Lock()
	defer p.mu.Unlock()
	r.socket.parked = false
	return r.socket, nil
}

// unpark takes the reservation out of the table if it may.
func (p *Ports) unpark(token Token, may func(*reservation) bool) *reservation {
	p.mu.Lock()
	defer p.mu.Unlock()
	r := p.parked[token]
	if r == nil || !may(r) {
		return nil
	}
	delete(p.parked, token)
	return r
}

// Close closes the parked ports. Those in clients' hands are theirs to close.
func (p *Ports) Close() {
	p.mu.Lock()
	parked := p.parked
	p.parked = map[Token]*reservation{}
	p.mu.Unlock()
	for _, r := range parked {
		r.expiry.Stop()
		_ = r.socket.Close()
	}
}
