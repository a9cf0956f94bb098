package certs

import (
	"bytes"
	"crypto/tls"
	"fmt"
	"time"
)

// look also reads files that have not changed when the last ones were faulty: a
// permission that was mended changes neither time nor size.
func (f *Files) look() {
	f.mu.Lock()
	defer f.mu.Unlock()
	now := f.stamp()
	settled := now == f.seen
	f.seen = now
	if settled && (now != f.loaded || f.fault != "") {
		f.reload()
	}
	f.remind(time.Now())
}

// Reload reads the files at once. An error leaves the certificate as it is, and
// has been logged.
func (f *Files) Reload() error {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.seen = f.stamp()
	return f.reload()
}

// reload tells each fault once. One that has ended replaces no other; if it is the
// one that is served it stays. The caller holds mu.
func (f *Files) reload() error {
	f.loaded = f.seen
	pair, err := f.read()
	if now := time.Now(); err == nil && expired(pair, now) && !bytes.Equal(pair.Leaf.Raw, f.current.Load().Leaf.Raw) {
		err = fmt.Errorf("the new certificate in %s ended on %s, and the clock says %s", f.cert, day(pair.Leaf.NotAfter), day(now))
	}
	if err != nil {
		if f.fault != err.Error() {
			f.log.Error("new certificate refused; the old one stays", "err", err)
		}
		f.fault = err.Error()
		return err
	}
	f.fault = ""
	f.take(pair, time.Now())
	return nil
}

func (f *Files) take(pair *tls.Certificate, now time.Time) {
	f.current.Store(pair)
	f.log.Info("certificate loaded", "file", f.cert, "names", pair.Leaf.DNSNames, "addresses", pair.Leaf.IPAddresses, "until", day(pair.Leaf.NotAfter))
	for _, doubt := range doubts(pair, now) {
		f.log.Warn("doubtful certificate", "file", f.cert, "what", doubt)
	}
}

// remind tells once a day that the end is near and no new certificate came.
func (f *Files) remind(now time.Time) {
	until := f.current.Load().Leaf.NotAfter
	if until.Sub(now) > endsWarning {
		return
	}
	if today := day(now); f.ending != today {
		f.ending = today
		f.log.Warn("the certificate has not been renewed", "file", f.cert, "until", day(until))
	}
}
