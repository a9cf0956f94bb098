package signaling

import (
	"fmt"
	"sync"
	"testing"
)

// TestQueueBounds fills a queue by frames and by bytes, and makes room again.
func TestQueueBounds(t *testing.T) {
	for about, c := range map[string]struct{ frames, bytes, fit int }{
		"by frames": {frames: 3, bytes: 1000, fit: 3},
		"by bytes":  {frames: 1000, bytes: 45, fit: 4},
	} {
		q := newQueue(&Limits{QueueFrames: c.frames, QueueBytes: c.bytes})
		for round := range 3 {
			for i := range c.fit {
				if !q.push([]byte("ten bytes.")) {
					t.Fatalf("%s, round %d: frame %d does not fit", about, round, i)
				}
			}
			if q.push([]byte("ten bytes.")) {
				t.Fatalf("%s, round %d: one too many fits", about, round)
			}
			for range c.fit {
				q.pop()
			}
		}
		if _, some := q.pop(); some || q.bytes != 0 {
			t.Errorf("%s: not empty at the end, %d bytes", about, q.bytes)
		}
	}
}

// TestQueueOrder has several push while one pops: nothing is lost, and what one
// pushed comes out in its order.
func TestQueueOrder(t *testing.T) {
	const pushers, each = 4, 500
	q := newQueue(&Limits{QueueFrames: pushers * each, QueueBytes: 1 << 20})
	var pushing sync.WaitGroup
	for p := range pushers {
		pushing.Go(func() {
			for i := range each {
				q.push(fmt.Appendf(nil, "%d %d", p, i))
			}
		})
	}
	next := make([]int, pushers)
	for got := 0; got < pushers*each; {
		<-q.ready
		for frame, some := q.pop(); some; frame, some = q.pop() {
			var p, i int
			fmt.Sscan(string(frame), &p, &i)
			if next[p] != i {
				t.Fatalf("frame %d of %d comes in the place of %d", i, p, next[p])
			}
			next[p]++
			got++
		}
	}
	pushing.Wait()
}
