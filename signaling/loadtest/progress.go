package loadtest

import (
	"fmt"
	"sync"
	"time"
)

// report tells once a second how it goes, until the function it returns is
// called.
func (r *run) report() (stop func()) {
	ended := make(chan struct{})
	var telling sync.WaitGroup
	telling.Go(func() {
		second := time.NewTicker(time.Second)
		defer second.Stop()
		before := r.delivered.Load()
		for {
			select {
			case <-ended:
				return
			case <-second.C:
				now := r.delivered.Load()
				r.tell(now - before)
				before = now
			}
		}
	})
	return func() { close(ended); telling.Wait() }
}

// tell writes one line; newly is how many frames arrived since the last one.
func (r *run) tell(newly int64) {
	line := fmt.Sprintf("%4.0f s  %-8s", time.Since(r.begun).Seconds(), r.phase.Load())
	if p := r.relay.percentiles(); p.Count > 0 {
		line += fmt.Sprintf("%6d/s  p50 %.2f ms  p99 %.2f ms", newly, p.P50, p.P99)
	} else {
		p := r.join.percentiles()
		line += fmt.Sprintf("%6d seated  joins p50 %.2f ms  p99 %.2f ms", r.ready(), p.P50, p.P99)
	}
	if n := r.errors.total(); n > 0 {
		line += fmt.Sprintf("  errors %d", n)
	}
	fmt.Fprintln(r.options.Progress, line)
}
