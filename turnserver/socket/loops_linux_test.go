package socket

import (
	"encoding/binary"
	"net/netip"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

func TestWhoIsCalledAndWhoGoes(t *testing.T) {
	s := newShift(3)
	for _, c := range []struct {
		load  int
		spare bool
		want  change
	}{
		{0, false, stay}, {0, true, goHome}, {29, true, goHome}, {30, true, stay},
		{60, true, stay}, {85, true, stay}, {86, true, callMore}, {86, false, callMore}, {100, false, callMore},
	} {
		if got := s.next(c.load, c.spare); got != c.want {
			t.Errorf("a load of %d %%, spare %v: %v, want %v", c.load, c.spare, got, c.want)
		}
	}
}

func TestLoadIsTheShareThatWasWorked(t *testing.T) {
	now := time.Unix(1000, 0)
	after := func(d time.Duration) time.Time { now = now.Add(d); return now }
	var h hours
	h.begin(now)
	for _, over := range []bool{false, true} { // 3 ms, 6 ms
		h.woke(after(2 * time.Millisecond))
		h.rests(after(time.Millisecond))
		if h.over() != over || h.load() != 33 {
			t.Errorf("a third of the time: over %v, %d %%", h.over(), h.load())
		}
	}
}

func TestHoursBeginAnew(t *testing.T) {
	now := time.Unix(1000, 0)
	h := hours{busy: time.Hour}
	h.begin(now)
	h.woke(now)
	h.rests(now.Add(hoursLong + time.Millisecond))
	if !h.over() || h.load() != 100 {
		t.Errorf("worked all the time: over %v, %d %%", h.over(), h.load())
	}
}

// Who is called was at rest; nobody waits for who is not; the end is everybody's.
func TestShiftCallsThoseAtRest(t *testing.T) {
	s := newShift(3)
	s.call() // nobody is at rest
	called := make(chan bool, 3)
	for range 3 {
		go func() { called <- s.rest() }()
	}
	await(t, "three are at rest", func() bool { s.mu.Lock(); defer s.mu.Unlock(); return s.home == 3 })
	s.call()
	s.call()
	for range 2 {
		if !<-called {
			t.Error("who was called was sent home for good")
		}
	}
	s.end()
	s.end()
	if <-called {
		t.Error("the third was called")
	}
}

func await(t *testing.T, what string, is func() bool) {
	t.Helper()
	for deadline := time.Now().Add(10 * time.Second); !is(); time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("not in 10 s: %s", what)
		}
	}
}

func TestReaderIsOnesAtATime(t *testing.T) {
	var r reader
	if !r.take() || r.take() || r.leave() {
		t.Error("taken, asked for by another, so not left")
	}
	if !r.leave() || !r.take() || !r.leave() {
		t.Error("looked at again, left, and taken again")
	}
}

// However many loops are at work, what comes by one socket is handled in order and
// never by two, and nothing is forgotten.
func TestManyLoopsKeepTheOrder(t *testing.T) {
	const loops, sockets, packets = 4, 3, 3000
	l, err := NewLoops(loops, func(int) {})
	if err != nil {
		t.Fatal(err)
	}
	var running sync.WaitGroup
	running.Go(l.Run)
	t.Cleanup(func() { l.Close(); running.Wait() })
	await(t, "the spare loops are at rest", func() bool { l.shift.mu.Lock(); defer l.shift.mu.Unlock(); return l.shift.home == loops-1 })
	var senders sync.WaitGroup
	for range sockets {
		u, source := open(t), open(t)
		var inside, next atomic.Int32
		if err := l.Add(u, func(p *Packet, _ *Out) {
			if inside.Add(1) != 1 {
				t.Error("two loops have one socket")
			}
			if n := int32(binary.BigEndian.Uint32(p.Data())); n != next.Load() {
				t.Errorf("packet %d came in the place of %d", n, next.Load())
			}
			next.Add(1)
			inside.Add(-1)
		}); err != nil {
			t.Fatal(err)
		}
		senders.Go(func() {
			for n := range packets {
				if n%100 == 0 { // keep them all at work, and the socket's room free
					l.shift.call()
					await(t, "what was sent arrives", func() bool { return int(next.Load()) == n })
				}
				_ = source.Write(binary.BigEndian.AppendUint32(nil, uint32(n)), u.Local(), netip.AddrPort{})
			}
			await(t, "all of it arrives", func() bool { return next.Load() == packets })
		})
	}
	senders.Wait()
}
