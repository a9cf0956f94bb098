// Package quota counts what clients hold and decides whether they may have
// more: allocations in all, of one user and from one address, and bytes a
// second of one allocation and of one user.
//
// A Share is taken when an allocation is opened and given back when its relay
// port is. Nothing is kept of clients that hold nothing.
package quota

import (
	"errors"
	"net/netip"
	"sync"
	"time"

	"golang.org/x/time/rate"

	"zerortc/config"
)

// Limits of what may be held. Zero is no limit.
type Limits struct {
	Allocations int // in all
	PerUser     int // allocations
	PerAddress  int // allocations; of IPv6 a /64 is one address
	Bitrate     int // bytes a second of one allocation, both ways together
	UserBitrate int // bytes a second of all allocations of a user
}

// Why there is no share.
var (
	ErrTotal   = errors.New("turn.max-allocations is reached")
	ErrUser    = errors.New("turn.max-allocations-per-user is reached")
	ErrAddress = errors.New("turn.max-allocations-per-address is reached")
)

// Quota is what is held of the limits.
type Quota struct {
	limits Limits

	mu        sync.Mutex
	total     int
	users     map[string]*account
	addresses map[netip.Addr]int
}

// account is what one user holds.
type account struct {
	held  int
	bytes *rate.Limiter
}

// New makes a Quota of which nothing is held.
func New(limits Limits) *Quota {
	return &Quota{limits: limits, users: map[string]*account{}, addresses: map[netip.Addr]int{}}
}

// Take gives the user at the address one more share, or says why not.
func (q *Quota) Take(user string, from netip.Addr) (*Share, error) {
	from = config.Source(from)
	q.mu.Lock()
	defer q.mu.Unlock()
	a := q.users[user]
	switch {
	case reached(q.total, q.limits.Allocations):
		return nil, ErrTotal
	case a != nil && reached(a.held, q.limits.PerUser):
		return nil, ErrUser
	case reached(q.addresses[from], q.limits.PerAddress):
		return nil, ErrAddress
	}
	if a == nil {
		a = &account{bytes: bucket(q.limits.UserBitrate)}
		q.users[user] = a
	}
	q.total++
	a.held++
	q.addresses[from]++
	return &Share{quota: q, user: user, from: from, own: bucket(q.limits.Bitrate), users: a.bytes}, nil
}

func reached(held, limit int) bool { return limit > 0 && held >= limit }

// Held is the number of shares taken.
func (q *Quota) Held() int {
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.total
}

func (q *Quota) giveBack(s *Share) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.total--
	a := q.users[s.user]
	if a.held--; a.held == 0 {
		delete(q.users, s.user)
	}
	if q.addresses[s.from]--; q.addresses[s.from] == 0 {
		delete(q.addresses, s.from)
	}
}

// Share is the right to one allocation.
type Share struct {
	quota      *Quota
	user       string
	from       netip.Addr
	own, users *rate.Limiter // nil: no limit
	once       sync.Once
}

// Release gives the share back.
func (s *Share) Release() { s.once.Do(func() { s.quota.giveBack(s) }) }

// Allow tells whether a packet of the size may pass now.
func (s *Share) Allow(size int) bool {
	if s.own == nil && s.users == nil {
		return true
	}
	now := time.Now()
	return allow(s.own, now, size) && allow(s.users, now, size)
}

func allow(l *rate.Limiter, now time.Time, size int) bool {
	return l == nil || l.AllowN(now, size)
}

// burst is what passes at once at least: a key frame of video.
const burst = 64 << 10

func bucket(bytes int) *rate.Limiter {
	if bytes == 0 {
		return nil
	}
	return rate.NewLimiter(rate.Limit(bytes), max(bytes, burst))
}
