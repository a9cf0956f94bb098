package gate

import "time"

// leases counts what a client holds for a while, permissions or channels, under
// a cap: the library has none, and each costs memory and time.
type leases[K comparable] struct {
	most  int // 0: no cap
	until map[K]time.Time
}

// fits tells whether all keys can be held. Renewing what is held always can.
func (l *leases[K]) fits(keys []K, now time.Time) bool {
	if l.most == 0 {
		return true
	}
	fresh := map[K]bool{}
	for _, k := range keys {
		if !l.until[k].After(now) {
			fresh[k] = true
		}
	}
	if len(l.until)+len(fresh) > l.most {
		l.prune(now)
	}
	return len(l.until)+len(fresh) <= l.most
}

// hold notes that a key is held for a time from now.
func (l *leases[K]) hold(k K, lasts time.Duration, now time.Time) {
	if l.most == 0 {
		return // nobody counts
	}
	if l.until == nil {
		l.until = map[K]time.Time{}
	}
	l.until[k] = now.Add(lasts)
}

func (l *leases[K]) prune(now time.Time) {
	for k, end := range l.until {
		if !end.After(now) {
			delete(l.until, k)
		}
	}
}
