package certs

import (
	"context"
	"sync"
	"time"
)

const (
	firstRetry   = 5 * time.Minute // Let's Encrypt bears five failures an hour
	longestRetry = time.Hour
	acmeCheck    = time.Hour
	acmePatience = time.Second // for what ends with its requests
)

// Serve implements Source: it obtains a certificate for each name, again if that
// fails, and sees that they are renewed. It is called once.
func (a *ACME) Serve(ctx context.Context) error {
	var all sync.WaitGroup
	for at := range a.domains {
		all.Go(func() { a.serve(ctx, at) })
	}
	<-ctx.Done()
	a.cancel()
	ended := make(chan struct{})
	go func() { all.Wait(); close(ended) }()
	select {
	case <-ended:
	case <-time.After(acmePatience): // it waits for a moment the CA named, and then finds the way closed
	}
	return nil
}

func (a *ACME) serve(ctx context.Context, at int) {
	retry := firstRetry
	for {
		wait := acmeCheck
		if err := a.obtain(at); err != nil && ctx.Err() == nil {
			wait = retry
			retry = min(2*retry, longestRetry)
			a.log.Error("no certificate obtained", "domain", a.domains[at], "err", err, "retry", wait)
		}
		select {
		case <-ctx.Done():
			return
		case <-time.After(wait):
		}
	}
}

// obtain has a certificate from the folder or the CA. When there is one autocert
// renews it by itself, and tells nobody of failures: its end tells.
func (a *ACME) obtain(at int) error {
	cert, err := a.manager.GetCertificate(modern(a.domains[at]))
	if err != nil {
		return err
	}
	a.ready[at].Store(true)
	until := cert.Leaf.NotAfter
	if !until.Equal(a.until[at]) {
		a.until[at] = until
		a.log.Info("certificate obtained", "domain", a.domains[at], "until", day(until))
	}
	// autocert renews in the last third, at most 30 days before the end.
	if left := time.Until(until); left < until.Sub(cert.Leaf.NotBefore)/6 && left < endsWarning {
		a.log.Warn("the certificate has not been renewed", "domain", a.domains[at], "until", day(until))
	}
	return nil
}
