package reports

import (
	"testing"
	"time"

	"zerortc/web"
)

func TestBook(t *testing.T) {
	b := New()
	clock := time.Unix(0, 0)
	b.now = func() time.Time { clock = clock.Add(time.Second); return clock }
	if got := b.Last(); len(got) != 0 {
		t.Errorf("before anything: %v", got)
	}
	series := len(b.Figures().Calls)
	for n := 1; n <= Kept+7; n++ {
		b.Take(web.Report{Outcome: "failed", Pair: "none", Transport: "none", Verdict: "no-answer", Connect: time.Duration(n)})
		last := b.Last()
		if want := min(n, Kept); len(last) != want {
			t.Fatalf("after %d: %d are kept, want %d", n, len(last), want)
		}
		for i, e := range last {
			if e.Connect != time.Duration(n-i) || e.At != time.Unix(int64(n-i), 0) {
				t.Fatalf("after %d: entry %d is %+v", n, i, e)
			}
		}
	}
	f := b.Figures()
	if f.Calls[Kind{"failed", "none", "none"}] != Kept+7 || f.Verdicts["no-answer"] != Kept+7 || f.Verdicts["ok"] != 0 {
		t.Errorf("counted %v", f)
	}
	if len(f.Calls) != series || len(f.Verdicts) != len(web.ReportVerdicts()) {
		t.Errorf("%d kinds, %d verdicts", len(f.Calls), len(f.Verdicts))
	}
}
