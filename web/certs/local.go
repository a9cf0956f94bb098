package certs

import (
	"context"
	"crypto/tls"
	"fmt"
	"log/slog"
	"net/netip"
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

// Local issues the certificate of the process itself, by a CA in the state folder.
type Local struct {
	ca      *CA
	extra   Permitted
	folder  string // empty: nothing is kept
	machine func() Machine
	log     *slog.Logger
	current atomic.Pointer[leaf] // never nil

	mu      sync.Mutex // of what follows, and of who may swap current
	looked  time.Time
	leftOut []LeftOut
	last    string // the complaint that was told last
}

const (
	lookEvery = 10 * time.Second // for addresses; asking the system costs microseconds
	lookGap   = time.Second      // between looks for the sake of a handshake
	caWarning = 180 * 24 * time.Hour
	week      = 7 * 24 * time.Hour
)

// OpenLocal opens, or makes, the CA in folder and has a certificate for what
// machine returns. A folder of "" keeps nothing: then devices cannot come to trust
// this server for longer than the process lives. extra is permitted to a CA that is
// made now, beside what is local. One that was made before stays as it is, since
// every device that trusts it would have to trust another one anew: that is for
// people to decide, who are told. machine is asked again and again, by one goroutine
// at a time.
func OpenLocal(folder string, machine func() Machine, extra Permitted, log *slog.Logger) (*Local, error) {
	now := time.Now()
	if err := extra.Check(); err != nil {
		return nil, err
	}
	found := machine()
	ca, err := OpenCA(folder, found.Name, extra, now)
	if err != nil {
		return nil, err
	}
	l := &Local{ca: ca, extra: extra, folder: folder, machine: machine, log: log}
	l.tellFixed(found.Name)
	l.mu.Lock()
	defer l.mu.Unlock()
	if folder != "" {
		if kept := ca.load(folder); kept != nil {
			l.current.Store(kept)
		}
	}
	if err := l.look(found, now); err != nil {
		return nil, err
	}
	return l, nil
}

// CA is the authority that devices have to trust.
func (l *Local) CA() *CA { return l.ca }

// Certificate implements Source. A caller who reached us on an address that is
// news to us makes us look at once.
func (l *Local) Certificate(hello *tls.ClientHelloInfo) (*tls.Certificate, error) {
	current := l.current.Load()
	if addr, ok := reached(hello); ok && !current.hasAddr(addr) && l.ca.may.hasAddr(addr) {
		l.lookSoon()
		current = l.current.Load()
	}
	return current.cert, nil
}

// reached is the address of ours that the caller connected to.
func reached(hello *tls.ClientHelloInfo) (netip.Addr, bool) {
	if hello == nil || hello.Conn == nil {
		return netip.Addr{}, false
	}
	at, err := netip.ParseAddrPort(hello.Conn.LocalAddr().String())
	return at.Addr().Unmap().WithZone(""), err == nil
}

// Covers implements Source.
func (l *Local) Covers(host string) bool { return l.current.Load().has(host) }

// Describe implements Source.
func (l *Local) Describe() string {
	text := fmt.Sprintf("local CA %q until %s", l.ca.Name(), day(l.ca.NotAfter()))
	if l.folder == "" {
		text += ", gone with this process: there is no state folder"
	}
	return text
}

// LeftOut is what the machine has and its certificate has not.
func (l *Local) LeftOut() []LeftOut {
	l.mu.Lock()
	defer l.mu.Unlock()
	return slices.Clone(l.leftOut)
}

// Serve implements Source. It looks at the clock in short steps: a machine that
// slept finds its timers late.
func (l *Local) Serve(ctx context.Context) error {
	ticker := time.NewTicker(lookEvery)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-ticker.C:
			l.Refresh()
		}
	}
}

// Refresh looks for changes at once. An error leaves the certificate as it is, and
// has been logged.
func (l *Local) Refresh() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	err := l.look(l.machine(), time.Now())
	if err != nil {
		l.complain("the certificate stays as it is", err.Error(), "err", err)
	}
	return err
}

// lookSoon is Refresh for callers who must not be able to ask for it at will.
func (l *Local) lookSoon() {
	l.mu.Lock()
	defer l.mu.Unlock()
	if now := time.Now(); now.Sub(l.looked) >= lookGap {
		if err := l.look(l.machine(), now); err != nil {
			l.complain("the certificate stays as it is", err.Error(), "err", err)
		}
	}
}
