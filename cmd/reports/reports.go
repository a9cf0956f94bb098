// Package reports keeps what pages tell of their calls: counts since the start, and
// the last calls one by one, for the operator. A report is a few words of fixed lists
// (web.Report); when it came is added here.
//
// Who runs: the goroutines of the HTTP server and of those who ask; one lock.
package reports

import (
	"maps"
	"sync"
	"time"

	"zerortc/web"
)

// Kept is how many calls are told one by one.
const Kept = 200

// Entry is a report and when it came.
type Entry struct {
	At time.Time
	web.Report
}

// Kind is what calls are counted by.
type Kind struct{ Outcome, Pair, Transport string }

// Book takes reports. Make one with New.
type Book struct {
	mu       sync.Mutex
	calls    map[Kind]uint64
	verdicts map[string]uint64
	last     []Entry // a ring once it is full
	next     int     // where the oldest stands then
	now      func() time.Time
}

// New makes an empty book, in which every count there can be is 0.
func New() *Book {
	b := &Book{calls: map[Kind]uint64{}, verdicts: map[string]uint64{}, now: time.Now}
	for _, outcome := range web.ReportOutcomes() {
		for _, pair := range web.ReportPairs() {
			for _, transport := range web.ReportTransports() {
				b.calls[Kind{outcome, pair, transport}] = 0
			}
		}
	}
	for _, verdict := range web.ReportVerdicts() {
		b.verdicts[verdict] = 0
	}
	return b
}

// Take notes a report whose words are those of the lists.
func (b *Book) Take(r web.Report) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.calls[Kind{r.Outcome, r.Pair, r.Transport}]++
	b.verdicts[r.Verdict]++
	entry := Entry{b.now(), r}
	if len(b.last) < Kept {
		b.last = append(b.last, entry)
		return
	}
	b.last[b.next] = entry
	b.next = (b.next + 1) % Kept
}

// Last is the calls that are still known one by one, the newest first.
func (b *Book) Last() []Entry {
	b.mu.Lock()
	defer b.mu.Unlock()
	all := make([]Entry, 0, len(b.last))
	for i := range b.last {
		at := (b.next - 1 - i + 2*len(b.last)) % len(b.last)
		all = append(all, b.last[at])
	}
	return all
}

// Figures are the counts of all reports so far.
type Figures struct {
	Calls    map[Kind]uint64
	Verdicts map[string]uint64
}

// Figures reads them.
func (b *Book) Figures() Figures {
	b.mu.Lock()
	defer b.mu.Unlock()
	return Figures{maps.Clone(b.calls), maps.Clone(b.verdicts)}
}
