package gate

import (
	"sync/atomic"

	"github.com/pion/stun"

	"zerortc/turnserver/auth"
	"zerortc/turnserver/policy"
)

// Figures count since the start, but for Live. All words are of fixed lists.
type Figures struct {
	Live      map[Transport]int // allocations there are now
	ToPeers   Traffic           // of allocations that ended too
	FromPeers Traffic

	// Allocations are Allocate requests by their result: Granted, or the name of a
	// refusal. The bare first request of a client, which asks for a nonce, is none.
	Allocations map[Transport]map[string]uint64

	Ended        map[string]uint64 // allocations, by Reason
	Refused      map[string]uint64 // packets, by reason
	AuthFailures map[string]uint64 // signed requests that were not let in, by what was wrong
	DeniedPeers  map[string]uint64 // requests and packets for them, by what denied them
}

// Granted is the result of an Allocate request that opened an allocation.
const Granted = "ok"

// What can be wrong with a credential.
const (
	unknownUser   = "unknown-user"
	wrongPassword = "wrong-password"
	expired       = "expired"
	wrongRealm    = "wrong-realm"
)

// Figures reads the counters.
func (r *Rules) Figures() Figures {
	f := Figures{
		Allocations:  map[Transport]map[string]uint64{},
		Ended:        r.ledger.why.read(),
		Refused:      r.tally.read(),
		AuthFailures: r.authFailures.read(),
		DeniedPeers:  r.deniedPeers.read(),
	}
	f.Live, f.ToPeers, f.FromPeers = r.ledger.totals()
	for t, results := range r.allocations {
		f.Allocations[Transport(t)] = results.read()
	}
	return f
}

// Transports lists them all.
func Transports() []Transport { return []Transport{UDP, TCP, TLS} }

// counters counts by words of a fixed list. It does not change once made, but for
// the counts.
type counters map[string]*atomic.Uint64

func newCounters(words ...string) counters {
	c := counters{}
	for _, w := range words {
		c[w] = new(atomic.Uint64)
	}
	return c
}

// count adds one. A word that is not in the list is a fault of ours, which a test
// finds, and no reason to make the list longer.
func (c counters) count(word string) {
	if n := c[word]; n != nil {
		n.Add(1)
	}
}

func (c counters) read() map[string]uint64 {
	m := make(map[string]uint64, len(c))
	for word, n := range c {
		m[word] = n.Load()
	}
	return m
}

// figures are the counters behind Figures that Rules does not have elsewhere.
type figures struct {
	allocations  []counters // by Transport
	authFailures counters
	deniedPeers  counters
}

func newFigures() figures {
	f := figures{
		authFailures: newCounters(unknownUser, wrongPassword, expired, wrongRealm),
		deniedPeers:  newCounters(policy.Denials()...),
	}
	for range Transports() {
		f.allocations = append(f.allocations, newCounters(append([]string{Granted}, nameStrings[:]...)...))
	}
	return f
}

// allocated counts how an Allocate request ended.
func (f *figures) allocated(r *request, result string) { f.allocations[r.from.Transport].count(result) }

// refusedAllocation counts a refusal if it is one of an Allocate request. A client
// without a nonce of ours yet has not really asked.
func (f *figures) refusedAllocation(r *request, why name) {
	if r.Type.Method == stun.MethodAllocate && r.signed && why != stale {
		f.allocated(r, why.String())
	}
}

// failed counts a credential that was not let in.
func (f *figures) failed(v auth.Verdict, realm bool) {
	switch {
	case !realm:
		f.authFailures.count(wrongRealm)
	case v == auth.Expired:
		f.authFailures.count(expired)
	case v == auth.WrongPassword:
		f.authFailures.count(wrongPassword)
	default:
		f.authFailures.count(unknownUser)
	}
}

// totals are the allocations there are, and what passed through those and through
// all before them. Both are read under one lock with the ends of allocations: no
// sum is ever less than the one before.
func (l *ledger) totals() (live map[Transport]int, toPeers, fromPeers Traffic) {
	l.mu.Lock()
	defer l.mu.Unlock()
	live = map[Transport]int{}
	toPeers, fromPeers = l.toPeers, l.fromPeers
	for _, s := range l.sessions {
		live[s.tuple.Transport]++
		toPeers = toPeers.plus(s.toPeers.read())
		fromPeers = fromPeers.plus(s.fromPeers.read())
	}
	return live, toPeers, fromPeers
}

func (t Traffic) plus(u Traffic) Traffic { return Traffic{t.Packets + u.Packets, t.Bytes + u.Bytes} }
