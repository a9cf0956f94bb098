package gate

import "time"

// leases counts what a client holds for a while, permissions or channels, under
// a cap: the library has none, and each costs memory and time. Without a cap (0)
// nobody counts; one that is set later counts what is held or renewed from then on.
type leases[K comparable] struct{ until map[K]time.Time }

// fits tells whether all keys can be held. Renewing what is held always can.
func (l *leases[K]) fits(keys []K, most int, now time.Time) bool {
	if most == 0 {
		return true
	}
	fresh := map[K]bool{}
	for _, k := range keys {
		if !l.until[k].After(now) {
			fresh[k] = true
		}
	}
	if len(l.until)+len(fresh) > most {
		l.prune(now)
	}
	return len(l.until)+len(fresh) <= most
}

// hold notes that a key is held for a time from now.
func (l *leases[K]) hold(k K, lasts time.Duration, most int, now time.Time) {
	if most == 0 {
		l.until = nil
		return
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
