package loadtest

import (
	"context"
	"time"
)

// schedule is a series of instants, evenly spaced.
type schedule struct {
	begin time.Time
	rate  float64 // instants a second
}

// at is the nth instant, counted from 0. It is computed afresh for each n, so
// that no error adds up.
func (s schedule) at(n int) time.Time {
	return s.begin.Add(time.Duration(float64(n) / s.rate * float64(time.Second)))
}

// wait returns at an instant, at once if it is past; false if the context ended
// first.
func wait(ctx context.Context, until time.Time) bool {
	left := time.Until(until)
	if left <= 0 {
		return ctx.Err() == nil
	}
	timer := time.NewTimer(left)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}
