package socket

import (
	"sync"
	"time"
)

// shift decides how many loops are at work. One that is busy nearly all the time
// calls another; one that was called goes when it has little to do. Between the two
// lies more than the work that one hands over to another, so none is called and sent
// home in turns.
type shift struct {
	most int

	mu    sync.Mutex
	calls chan struct{} // for those at rest
	home  int           // how many they are, and have not been called
	done  chan struct{}
	once  sync.Once
}

// Shares of its time, in per cent, that a loop is busy.
const (
	tooBusy = 85
	tooIdle = 30
)

// change is what a loop's load calls for.
type change int

const (
	stay change = iota
	callMore
	goHome
)

func newShift(most int) *shift {
	return &shift{most: most, calls: make(chan struct{}, most), done: make(chan struct{})}
}

// next decides by the load of a loop, which may be one that can go home.
func (s *shift) next(load int, spare bool) change {
	switch {
	case load > tooBusy:
		return callMore
	case load < tooIdle && spare:
		return goHome
	default:
		return stay
	}
}

// rest waits until the loop is called, and tells false at the end.
func (s *shift) rest() bool {
	s.mu.Lock()
	s.home++
	s.mu.Unlock()
	select {
	case <-s.calls:
		return true
	case <-s.done:
		return false
	}
}

// call gets one loop to work, if there is one at rest.
func (s *shift) call() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.home > 0 {
		s.home--
		s.calls <- struct{}{} // has room for all
	}
}

// end sends all home for good.
func (s *shift) end() { s.once.Do(func() { close(s.done) }) }

// hours are what a loop has worked lately.
type hours struct {
	began, waking, now time.Time
	busy               time.Duration
}

// hoursLong is how long a loop's load is taken over, and how often the scheduler
// sees the loop.
const hoursLong = 5 * time.Millisecond

func (h *hours) begin(now time.Time) { *h = hours{began: now, waking: now, now: now} }

// woke notes the end of waiting, rests its beginning.
func (h *hours) woke(now time.Time) { h.waking = now }

func (h *hours) rests(now time.Time) {
	h.busy += now.Sub(h.waking)
	h.now = now
}

// over tells whether there is a load to be told.
func (h *hours) over() bool { return h.now.Sub(h.began) > hoursLong }

// load is the share of the time that the loop was busy, in per cent.
func (h *hours) load() int { return int(100 * h.busy / h.now.Sub(h.began)) }
