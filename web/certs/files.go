package certs

import (
	"context"
	"crypto/tls"
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"
)

// Files is a certificate and its key in two files, which somebody else renews.
type Files struct {
	cert, key string
	log       *slog.Logger
	current   atomic.Pointer[tls.Certificate] // never nil

	mu     sync.Mutex // of what follows, and of who may swap current
	loaded stamp      // of the files that current, or the last fault, came from
	seen   stamp      // at the last look
	fault  string     // told last; empty: the files are good
	ending string     // the reminder that was told last
}

const (
	filesEvery  = 10 * time.Second
	endsWarning = 14 * 24 * time.Hour
)

// OpenFiles reads the certificate chain and the key, both PEM. One that has ended
// is served all the same, and told: a server that is not there helps nobody.
func OpenFiles(cert, key string, log *slog.Logger) (*Files, error) {
	f := &Files{cert: cert, key: key, log: log}
	f.loaded = f.stamp()
	f.seen = f.loaded
	pair, err := f.read()
	if err != nil {
		return nil, err
	}
	f.take(pair, time.Now())
	return f, nil
}

// Certificate implements Source.
func (f *Files) Certificate(*tls.ClientHelloInfo) (*tls.Certificate, error) {
	return f.current.Load(), nil
}

// Covers implements Source.
func (f *Files) Covers(host string) bool {
	return f.current.Load().Leaf.VerifyHostname(host) == nil
}

// Describe implements Source.
func (f *Files) Describe() string {
	leaf := f.current.Load().Leaf
	return fmt.Sprintf("certificate %s until %s from %s", subject(leaf), day(leaf.NotAfter), f.cert)
}

// Serve implements Source. Files are read when they have been the same for two
// looks: who renews them writes one after the other.
func (f *Files) Serve(ctx context.Context) error {
	ticker := time.NewTicker(filesEvery)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-ticker.C:
			f.look()
		}
	}
}
