package gate

import (
	"hash/maphash"
	"net/netip"
	"sync"
	"time"

	"zerortc/config"
)

// failures limits the answers that tell a source it is not authenticated. Their
// addresses are not checked in any way, so the answers could be meant for
// somebody else: the server must not be a mirror (RFC 8489 section 16.1.3).
//
// Its memory is fixed: sources share buckets by a hash they cannot foresee. A
// source in the bucket of a flooder waits with it, and is served again when the
// flood has ended for a moment.
type failures struct {
	seed    maphash.Seed
	start   time.Time
	mu      sync.Mutex
	buckets [failureBuckets]bucket
}

const failureBuckets = 4096

// bucket is a token bucket; the zero value is full.
type bucket struct {
	spent float64       // tokens
	at    time.Duration // when that was so, since the start
}

func newFailures() *failures {
	return &failures{seed: maphash.MakeSeed(), start: time.Now()}
}

// allow takes a token of the source's bucket, if there is one. perSecond is how
// many come a second, and at once; 0: no limit.
func (f *failures) allow(source netip.Addr, perSecond int, now time.Time) bool {
	if perSecond == 0 {
		return true
	}
	rate := float64(perSecond)
	at := now.Sub(f.start)
	f.mu.Lock()
	defer f.mu.Unlock()
	b := &f.buckets[f.place(source)]
	b.spent = max(0, b.spent-rate*(at-b.at).Seconds())
	b.at = at
	if b.spent+1 > rate {
		return false
	}
	b.spent++
	return true
}

func (f *failures) place(source netip.Addr) uint64 {
	return maphash.Comparable(f.seed, config.Source(source)) % failureBuckets
}
