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
	"sync/atomic"
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
	mu        sync.Mutex
	limits    Limits
	shares    map[*Share]struct{}
	users     map[string]*account
	addresses map[netip.Addr]int
}

// account is what one user holds.
type account struct {
	held  int
	bytes bucket
}

// New makes a Quota of which nothing is held.
func New(limits Limits) *Quota {
	return &Quota{limits: limits, shares: map[*Share]struct{}{}, users: map[string]*account{}, addresses: map[netip.Addr]int{}}
}

// Apply sets other limits. Nobody loses a share by it; who holds more than the
// limit gets no further one. Bitrates count from now on.
func (q *Quota) Apply(limits Limits) {
	q.mu.Lock()
	defer q.mu.Unlock()
	old := q.limits
	q.limits = limits
	if limits.Bitrate != old.Bitrate {
		for s := range q.shares {
			s.own.set(limits.Bitrate)
		}
	}
	if limits.UserBitrate != old.UserBitrate {
		for _, a := range q.users {
			a.bytes.set(limits.UserBitrate)
		}
	}
}

// Take gives the user at the address one more share, or says why not.
func (q *Quota) Take(user string, from netip.Addr) (*Share, error) {
	from = config.Source(from)
	q.mu.Lock()
	defer q.mu.Unlock()
	a := q.users[user]
	switch {
	case reached(len(q.shares), q.limits.Allocations):
		return nil, ErrTotal
	case a != nil && reached(a.held, q.limits.PerUser):
		return nil, ErrUser
	case reached(q.addresses[from], q.limits.PerAddress):
		return nil, ErrAddress
	}
	if a == nil {
		a = &account{}
		a.bytes.set(q.limits.UserBitrate)
		q.users[user] = a
	}
	s := &Share{quota: q, user: user, from: from, users: &a.bytes}
	s.own.set(q.limits.Bitrate)
	q.shares[s] = struct{}{}
	a.held++
	q.addresses[from]++
	return s, nil
}

func reached(held, limit int) bool { return limit > 0 && held >= limit }

// Held is the number of shares taken.
func (q *Quota) Held() int {
	q.mu.Lock()
	defer q.mu.Unlock()
	return len(q.shares)
}

func (q *Quota) giveBack(s *Share) {
	q.mu.Lock()
	defer q.mu.Unlock()
	delete(q.shares, s)
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
	quota *Quota
	user  string
	from  netip.Addr
	own   bucket
	users *bucket // the account's
	once  sync.Once
}

// Release gives the share back.
func (s *Share) Release() { s.once.Do(func() { s.quota.giveBack(s) }) }

// Allow tells whether a packet of the size may pass now.
func (s *Share) Allow(size int) bool {
	own, users := s.own.limiter.Load(), s.users.limiter.Load()
	if own == nil && users == nil {
		return true
	}
	now := time.Now()
	return allow(own, now, size) && allow(users, now, size)
}

func allow(l *rate.Limiter, now time.Time, size int) bool {
	return l == nil || l.AllowN(now, size)
}

// burst is what passes at once at least: a key frame of video.
const burst = 64 << 10

// bucket limits bytes a second; without a limiter it limits nothing.
type bucket struct{ limiter atomic.Pointer[rate.Limiter] }

func (b *bucket) set(bytes int) {
	if bytes == 0 {
		b.limiter.Store(nil)
		return
	}
	b.limiter.Store(rate.NewLimiter(rate.Limit(bytes), max(bytes, burst)))
}
