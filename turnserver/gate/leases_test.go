package gate

import (
	"testing"
	"time"
)

func TestLeases(t *testing.T) {
	now := time.Now()
	var l leases[int]
	const most = 3
	if !l.fits([]int{1, 2, 3}, most, now) || l.fits([]int{1, 2, 3, 4}, most, now) {
		t.Error("three fit and four do not")
	}
	if !l.fits([]int{1, 1, 1, 1}, most, now) {
		t.Error("one key counts once")
	}
	l.hold(1, time.Minute, most, now)
	l.hold(2, time.Hour, most, now)
	l.hold(3, time.Hour, most, now)
	if l.fits([]int{4}, most, now) || !l.fits([]int{1, 2, 3}, most, now) {
		t.Error("a fourth does not fit, and what is held may be renewed")
	}
	later := now.Add(time.Minute)
	if !l.fits([]int{4}, most, later) || l.fits([]int{4, 5}, most, later) {
		t.Error("one place is free when one lease has ended")
	}
	none := leases[int]{}
	none.hold(1, time.Hour, 0, now)
	if !none.fits([]int{1, 2, 3, 4}, 0, now) || none.until != nil {
		t.Error("without a cap everything fits and nothing is counted")
	}
}
