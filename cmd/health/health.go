// Package health knows whether the process lives and whether it is ready.
//
// It lives while its parts answer: a check goes the way a client's request goes,
// through the lock of the rooms and through the loop of the TURN server, so that
// whatever is stuck shows. Live is for those who would restart the process. It is
// ready while it can serve new calls: nobody drains it, the relay self-test passed
// not long ago, the certificate is good. Ready is for those who choose where to
// send clients, and who watch; a server that is not ready may still be carrying
// calls.
//
// What comes in are functions, given to New, and Drain. Who runs: a goroutine per
// check that somebody waits for, one of each at most.
package health

import (
	"context"
	"sync/atomic"
	"time"
)

// Why the process is not ready. The words are stable.
const (
	Starting    = "starting"    // the first self-test has not ended
	Draining    = "draining"    // the operator sends new calls elsewhere
	SelfTest    = "selftest"    // the relay self-test failed, or is overdue
	Certificate = "certificate" // it has ended, has not begun, or is not there yet
)

// Reasons lists them all.
func Reasons() []string { return []string{Starting, Draining, SelfTest, Certificate} }

// Source is what readiness depends on. A nil function has nothing against it.
type Source struct {
	SelfTest    func(now time.Time) SelfTestState
	Certificate func(now time.Time) bool // whether it is valid
}

// SelfTestState is what the relay self-test says.
type SelfTestState int

// What it may say.
const (
	Untested SelfTestState = iota
	Passed
	Failed
)

// Health answers for the process. All methods may be called from any goroutine.
type Health struct {
	source   Source
	checks   []*check
	draining atomic.Bool
}

// New makes a Health that is live while the checks pass and ready while the source
// says so.
func New(source Source, checks ...Check) *Health {
	h := &Health{source: source}
	for _, c := range checks {
		h.checks = append(h.checks, &check{Check: c})
	}
	return h
}

// Live is nil while every check answers before ctx ends. Otherwise the error names
// the first that does not.
func (h *Health) Live(ctx context.Context) error {
	flights := make([]*flight, len(h.checks))
	for i, c := range h.checks { // all at once: the deadline is for each
		flights[i] = c.join(time.Now())
	}
	for i, c := range h.checks {
		if err := c.wait(ctx, flights[i]); err != nil {
			return err
		}
	}
	return nil
}

// Ready is empty while the process can serve new calls, else why it cannot.
func (h *Health) Ready() (reasons []string) {
	now := time.Now()
	if h.source.SelfTest != nil {
		switch h.source.SelfTest(now) {
		case Untested:
			reasons = append(reasons, Starting)
		case Failed:
			reasons = append(reasons, SelfTest)
		}
	}
	if h.draining.Load() {
		reasons = append(reasons, Draining)
	}
	if h.source.Certificate != nil && !h.source.Certificate(now) {
		reasons = append(reasons, Certificate)
	}
	return reasons
}

// Drain says whether the process sends new calls elsewhere.
func (h *Health) Drain(on bool) { h.draining.Store(on) }

// Draining tells what Drain said.
func (h *Health) Draining() bool { return h.draining.Load() }
