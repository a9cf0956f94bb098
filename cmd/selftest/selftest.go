// Package selftest proves again and again that the TURN server of this process
// relays: it is a client of its own server, with a credential like those that
// clients are given, and has a packet go from one relay to another and back. A
// relay that does not work is else found out by callers who see nobody.
//
// relay.go is one test at one address, places.go says where a server can be
// reached from here. Who runs: Serve, and the goroutines of package probe while a
// test does.
package selftest

import (
	"context"
	"crypto/rand"
	"errors"
	"log/slog"
	"net/netip"
	"strings"
	"sync"
	"time"
)

// The pace of tests. A failure may have been bad luck, so the next look is soon.
const (
	every    = 2 * time.Minute
	again    = 15 * time.Second
	patience = 4 * time.Second // for one test at one address
	overdue  = 2*every + time.Minute
)

// Options is what a Runner works with.
type Options struct {
	Listeners []netip.AddrPort // of the TURN server, UDP and TCP each
	Realm     string
	// Mint makes a credential for a name.
	Mint func(name string, expires time.Time) (username, password string)
}

// Runner tests the relays of one server. All methods may be called from any
// goroutine.
type Runner struct {
	options Options
	name    string // of the users: nobody else can guess it
	log     *slog.Logger
	ended   chan struct{} // closed when the first test has ended

	paused context.Context // ends with Pause
	pause  context.CancelFunc

	mu   sync.Mutex
	last Result
	runs Runs
}

// Result is what the last test found.
type Result struct {
	At        time.Time // when it ended; zero: there was none yet
	Err       error
	RoundTrip time.Duration // of the slowest listener; zero: relays may not reach one another
	Paused    bool          // no other is to come, so it does not go stale
}

// Runs counts tests.
type Runs struct{ Passed, Failed uint64 }

// New makes a Runner that has tested nothing yet.
func New(o Options, log *slog.Logger) *Runner {
	r := &Runner{options: o, name: "selftest-" + rand.Text(), log: log, ended: make(chan struct{})}
	r.paused, r.pause = context.WithCancel(context.Background())
	return r
}

// Owns tells whether a user name of TURN is that of a test. Clients cannot make
// themselves such a name.
func (r *Runner) Owns(user string) bool { return strings.Contains(user, ":"+r.name) }

// Pause ends the tests, in the middle of one too, because the server is about to
// refuse new relays. What the last one found stays.
func (r *Runner) Pause() { r.pause() }

// Serve tests until ctx ends.
func (r *Runner) Serve(ctx context.Context) error {
	for {
		wait := every
		if err := r.Run(ctx); err != nil {
			wait = again
		}
		timer := time.NewTimer(wait)
		select {
		case <-ctx.Done():
			timer.Stop()
			return nil
		case <-r.paused.Done():
			timer.Stop()
			<-ctx.Done()
			return nil
		case <-timer.C:
		}
	}
}

// Run tests now and keeps what it finds, unless ctx ends or Pause comes before.
func (r *Runner) Run(ctx context.Context) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	defer context.AfterFunc(r.paused, cancel)()
	slowest := time.Duration(0)
	var failed error
	for _, listener := range r.options.Listeners {
		took, err := r.test(ctx, listener)
		if ended := errors.Join(ctx.Err(), r.paused.Err()); ended != nil {
			return ended
		}
		slowest, failed = max(slowest, took), errors.Join(failed, err)
	}
	r.keep(Result{At: time.Now(), Err: failed, RoundTrip: slowest})
	return failed
}

// test tries the ways to a listener until one leads to a relay.
func (r *Runner) test(ctx context.Context, listener netip.AddrPort) (took time.Duration, err error) {
	var failed error
	for _, server := range Places(listener) {
		took, err := r.testAt(ctx, server)
		if err == nil {
			return took, nil
		}
		failed = errors.Join(failed, err)
	}
	if errors.Is(failed, ErrForbidden) {
		return 0, nil // as the operator wants it; all before it has worked
	}
	return 0, failed
}

func (r *Runner) testAt(ctx context.Context, server netip.AddrPort) (time.Duration, error) {
	return Relay(ctx, server, r.options.Realm, [2]User{r.user("a"), r.user("b")})
}

// user is one of two: an operator may allow each user one relay.
func (r *Runner) user(which string) User {
	name, password := r.options.Mint(r.name+which, time.Now().Add(time.Minute))
	return User{name, password}
}

// keep notes a result, and logs what is news.
func (r *Runner) keep(now Result) {
	r.mu.Lock()
	defer r.mu.Unlock()
	before := r.last
	r.last = now
	if now.Err == nil {
		r.runs.Passed++
	} else {
		r.runs.Failed++
	}
	switch first := before.At.IsZero(); {
	case now.Err != nil && (first || before.Err == nil):
		r.log.Error("relay self-test failed", "err", now.Err, "remedy", "the address and port named, and the firewall of this machine itself")
	case now.Err == nil && first:
		r.log.Info("relay self-test passed", "round-trip", now.RoundTrip)
	case now.Err == nil && before.Err != nil:
		r.log.Info("relay self-test passes again", "round-trip", now.RoundTrip)
	}
	if before.At.IsZero() {
		close(r.ended)
	}
}

// Last is what the last test found.
func (r *Runner) Last() Result {
	r.mu.Lock()
	defer r.mu.Unlock()
	last := r.last
	last.Paused = r.paused.Err() != nil
	return last
}

// Runs is how many tests there were.
func (r *Runner) Runs() Runs {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.runs
}

// First is closed when the first test has ended.
func (r *Runner) First() <-chan struct{} { return r.ended }

// Good tells whether the result still vouches for the server.
func (r Result) Good(now time.Time) bool {
	return r.Err == nil && (now.Sub(r.At) < overdue || r.Paused && !r.At.IsZero())
}
