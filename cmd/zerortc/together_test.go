package main

import (
	"context"
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// patient is a part as it should be: it ends with its context, after a while.
func patient(takes time.Duration) func(context.Context) error {
	return func(ctx context.Context) error {
		<-ctx.Done()
		time.Sleep(takes)
		return nil
	}
}

func failing(after time.Duration, err error) func(context.Context) error {
	return func(context.Context) error {
		time.Sleep(after)
		return err
	}
}

func TestRunTogether(t *testing.T) {
	const second = time.Second
	broken := errors.New("broken")
	echo := errors.New("echo")
	for _, row := range []struct {
		name  string
		end   time.Duration // of the context; 0: never
		parts []part
		want  []string // words of the error; none: nil
		took  time.Duration
	}{
		{"all end when asked", second, []part{{"a", patient(0)}, {"b", patient(2 * second)}}, nil, 3 * second},
		{"one fails, the others end", 0, []part{{"a", failing(second, broken)}, {"b", patient(second)}}, []string{"a: broken"}, 2 * second},
		{"the first error is told", 0, []part{{"a", failing(second, broken)}, {"b", failing(2*second, echo)}}, []string{"a: broken"}, 2 * second},
		{"one ends unasked", 0, []part{{"a", failing(second, nil)}, {"b", patient(0)}}, []string{"a ended by itself"}, second},
		{"the context's own error is none", second, []part{{"a", func(ctx context.Context) error {
			<-ctx.Done()
			return ctx.Err()
		}}}, nil, second},
		{"an error while ending", second, []part{{"a", failing(2*second, broken)}, {"b", patient(0)}}, []string{"a: broken"}, 2 * second},
		{"one does not end", second, []part{{"a", patient(time.Minute)}, {"b", patient(0)}}, []string{"stopping took more than 4.5s"}, 5500 * time.Millisecond},
		{"one fails, one does not end", 0, []part{{"a", failing(second, broken)}, {"b", patient(time.Minute)}},
			[]string{"a: broken", "stopping took more than 4.5s"}, 5500 * time.Millisecond},
	} {
		t.Run(row.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				ctx, cancel := context.WithCancel(t.Context())
				defer cancel()
				if row.end > 0 {
					time.AfterFunc(row.end, cancel)
				}
				begin := time.Now()
				err := runTogether(ctx, stopWithin, row.parts...)
				if took := time.Since(begin); took != row.took {
					t.Errorf("took %v, want %v", took, row.took)
				}
				if (err == nil) != (row.want == nil) {
					t.Errorf("got %v", err)
				}
				for _, word := range row.want {
					if !strings.Contains(err.Error(), word) {
						t.Errorf("no %q in %v", word, err)
					}
				}
				time.Sleep(time.Hour) // for those that were left behind
			})
		})
	}
}
