package signaling

import (
	"net/netip"
	"sync"
	"time"

	"golang.org/x/time/rate"

	"zerortc/config"
)

// guests knows what clients of one address do together: how fast they join, how
// many rooms they have made, how many wrong PINs they have given. An address
// without a name of its own, as over a pipe, is not counted.
type guests struct {
	mu    sync.Mutex // guards what follows
	rooms map[netip.Addr]int
	joins map[netip.Addr]*rate.Limiter
	pins  map[netip.Addr]*rate.Limiter
}

// Wrong PINs of one address: people mistype, and ten a minute would take a
// program half a year for six digits. The burst of joins is some seconds' worth,
// for everybody comes at nine.
const (
	guessesBurst = 20
	guessesEvery = 6 * time.Second
	joinsBurst   = 5
)

func newGuests() *guests {
	return &guests{
		rooms: make(map[netip.Addr]int),
		joins: make(map[netip.Addr]*rate.Limiter),
		pins:  make(map[netip.Addr]*rate.Limiter),
	}
}

// mayJoin counts a join.
func (g *guests) mayJoin(from netip.Addr, limits *Limits, now time.Time) bool {
	perSecond := limits.JoinsPerAddress
	return perSecond == 0 || g.allow(g.joins, from, rate.Limit(perSecond), joinsBurst*perSecond, now)
}

// guess compares the PIN of a room with the one that was given. Who has given too
// many wrong ones is not told whether this one is right.
func (g *guests) guess(from netip.Addr, want, given pin, now time.Time) reason {
	same := want.is(given)
	if want == (pin{}) && same {
		return none
	}
	key := config.Source(from)
	g.mu.Lock()
	defer g.mu.Unlock()
	l := g.pins[key]
	if l == nil {
		l = rate.NewLimiter(rate.Every(guessesEvery), guessesBurst)
	}
	// Of many guesses at once each takes its turn; a right one gives it back.
	turn := l.ReserveN(now, 1)
	switch early := key.IsValid() && turn.DelayFrom(now) > 0; {
	case early:
		turn.CancelAt(now)
		return tooManyGuesses
	case same:
		turn.CancelAt(now)
		return none
	default:
		g.pins[key] = l
		return notAllowed
	}
}

func (g *guests) allow(table map[netip.Addr]*rate.Limiter, from netip.Addr, pace rate.Limit, burst int, now time.Time) bool {
	key := config.Source(from)
	if !key.IsValid() {
		return true
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	l := table[key]
	if l == nil || l.Limit() != pace { // the setting has changed
		l = rate.NewLimiter(pace, burst)
		table[key] = l
	}
	return l.AllowN(now, 1)
}

// reserve counts a room that may be about to be made, unless that is too many.
func (g *guests) reserve(account netip.Addr, limits *Limits) bool {
	if !account.IsValid() {
		return true
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	if limits.RoomsPerAddress > 0 && g.rooms[account] >= limits.RoomsPerAddress {
		return false
	}
	g.rooms[account]++
	return true
}

// roomGone undoes reserve.
func (g *guests) roomGone(account netip.Addr) {
	if !account.IsValid() {
		return
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.rooms[account]--; g.rooms[account] == 0 {
		delete(g.rooms, account)
	}
}

// sweep forgets addresses that have been quiet for long enough.
func (g *guests) sweep(now time.Time) {
	g.mu.Lock()
	defer g.mu.Unlock()
	for _, table := range []map[netip.Addr]*rate.Limiter{g.joins, g.pins} {
		for key, l := range table {
			if l.TokensAt(now) >= float64(l.Burst()) {
				delete(table, key)
			}
		}
	}
}
