package health

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

func passes(context.Context) error { return nil }

func TestReady(t *testing.T) {
	for _, row := range []struct {
		name     string
		selftest SelfTestState
		valid    bool
		draining bool
		want     []string
	}{
		{"all is well", Passed, true, false, nil},
		{"just started", Untested, true, false, []string{Starting}},
		{"no relay", Failed, true, false, []string{SelfTest}},
		{"certificate ended", Passed, false, false, []string{Certificate}},
		{"draining", Passed, true, true, []string{Draining}},
		{"everything", Failed, false, true, []string{SelfTest, Draining, Certificate}},
	} {
		h := New(Source{
			SelfTest:    func(time.Time) SelfTestState { return row.selftest },
			Certificate: func(time.Time) bool { return row.valid },
		})
		h.Drain(row.draining)
		got := h.Ready()
		if !slices.Equal(got, row.want) || h.Draining() != row.draining {
			t.Errorf("%s: %v, want %v", row.name, got, row.want)
		}
		for _, r := range got {
			if !slices.Contains(Reasons(), r) {
				t.Errorf("%s is not listed", r)
			}
		}
	}
	if got := New(Source{}).Ready(); got != nil {
		t.Errorf("a process without TLS and TURN is not ready: %v", got)
	}
}

func TestLive(t *testing.T) {
	if err := New(Source{}, Check{"rooms", passes}, Check{"turn", passes}).Live(t.Context()); err != nil {
		t.Error(err)
	}
	broken := errors.New("it broke")
	err := New(Source{}, Check{"rooms", passes}, Check{"turn", func(context.Context) error { return broken }}).Live(t.Context())
	if !errors.Is(err, broken) || !strings.Contains(err.Error(), "turn") {
		t.Errorf("got %v", err)
	}
}

// A part that hangs shows before the asker's patience ends, is not asked twice at
// once, however often somebody wants to know, and is trusted again once it answers.
func TestLiveSeesWhatHangs(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var running, most atomic.Int32
		hang := make(chan struct{})
		h := New(Source{}, Check{"rooms", func(context.Context) error {
			most.Store(max(most.Load(), running.Add(1)))
			defer running.Add(-1)
			<-hang // as behind a lock, where no context helps
			return nil
		}})
		for range 100 {
			go func() { _ = h.Live(t.Context()) }()
		}
		began := time.Now()
		if err := h.Live(t.Context()); err == nil || !strings.Contains(err.Error(), "rooms does not answer") {
			t.Errorf("got %v", err)
		}
		if took := time.Since(began); took != within+serves {
			t.Errorf("it took %v", took)
		}
		impatient, cancel := context.WithTimeout(t.Context(), time.Millisecond)
		defer cancel()
		if err := h.Live(impatient); !strings.Contains(err.Error(), "rooms does not answer") {
			t.Errorf("got %v", err)
		}
		if most.Load() != 1 {
			t.Errorf("asked %d times at once", most.Load())
		}
		close(hang)
		synctest.Wait()
		if err := h.Live(t.Context()); err != nil {
			t.Errorf("it answers again, and %v", err)
		}
	})
}

// An answer does for a while, so that a flood at /healthz costs nothing.
func TestAnswersAreShared(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var runs atomic.Int32
		h := New(Source{}, Check{"turn", func(context.Context) error { runs.Add(1); return nil }})
		for range 1000 {
			if err := h.Live(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		if runs.Load() != 1 {
			t.Errorf("%d runs", runs.Load())
		}
		time.Sleep(serves)
		_ = h.Live(t.Context())
		if runs.Load() != 2 {
			t.Errorf("%d runs after the answer grew old", runs.Load())
		}
	})
}
