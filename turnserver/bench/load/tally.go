package load

import (
	"time"

	"github.com/HdrHistogram/hdrhistogram-go"
)

// tally is what arrived, and when. One thread at a time has it.
type tally struct {
	seen       []uint64 // a bit for each number
	total      int
	run        uint16
	delivered  int
	duplicates int
	alien      int // not ours, cut off, or at the wrong place
	latency    *hdrhistogram.Histogram
}

func newTally(run uint16, total int) *tally {
	return &tally{seen: make([]uint64, (total+63)/64), total: total, run: run, latency: newHistogram()}
}

// newHistogram holds nanoseconds up to a minute, to three digits.
func newHistogram() *hdrhistogram.Histogram {
	return hdrhistogram.New(1, time.Minute.Nanoseconds(), 3)
}

// take counts a payload; flow is the one it must be of where it arrived.
func (t *tally) take(payload []byte, flow, size int, at time.Time) {
	m, ok := markOf(payload)
	if ok && m.run != t.run {
		return // counted as lost already
	}
	if !ok || len(payload) != size || int(m.flow) != flow || m.number >= uint64(t.total) {
		t.alien++
		return
	}
	word, bit := m.number/64, uint64(1)<<(m.number%64)
	if t.seen[word]&bit != 0 {
		t.duplicates++
		return
	}
	t.seen[word] |= bit
	t.delivered++
	_ = t.latency.RecordValue(max(1, at.Sub(m.sent).Nanoseconds())) // beyond a minute: lost, for whoever waits
}
