package gate

import (
	"testing"
	"time"
)

func TestLeases(t *testing.T) {
	now := time.Now()
	l := leases[int]{most: 3}
	if !l.fits([]int{1, 2, 3}, now) || l.fits([]int{1, 2, 3, 4}, now) {
		t.Error("three fit and four do not")
	}
	if !l.fits([]int{1, 1, 1, 1}, now) {
		t.Error("one key counts once")
	}
	l.hold(1, time.Minute, now)
	l.hold(2, time.Hour, now)
	l.hold(3, time.Hour, now)
	if l.fits([]int{4}, now) || !l.fits([]int{1, 2, 3}, now) {
		t.Error("a fourth does not fit, and what is held may be renewed")
	}
	later := now.Add(time.Minute)
	if !l.fits([]int{4}, later) || l.fits([]int{4, 5}, later) {
		t.Error("one place is free when one lease has ended")
	}
	none := leases[int]{}
	none.hold(1, time.Hour, now)
	if !none.fits([]int{1, 2, 3, 4}, now) || none.until != nil {
		t.Error("without a cap everything fits and nothing is counted")
	}
}
