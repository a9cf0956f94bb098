package web

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"time"

	"golang.org/x/time/rate"
)

// liveWithin is how long the parts may take to answer: well inside the patience of
// whoever watches.
const liveWithin = 3 * time.Second

// healthz tells whether the process should go on living: 200 and "ok", or 503.
// What is wrong is for the log alone.
func healthz(h Health, log *slog.Logger) http.Handler {
	brake := &rate.Sometimes{First: 1, Interval: time.Minute}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/plain; charset=utf-8")
		w.Header().Set("Cache-Control", "no-store")
		if err := live(r.Context(), h); err != nil {
			brake.Do(func() { log.Error("a part of the process hangs", "err", err) })
			w.WriteHeader(http.StatusServiceUnavailable)
			io.WriteString(w, "a part of the server does not answer\n")
			return
		}
		io.WriteString(w, "ok\n")
	})
}

func live(ctx context.Context, h Health) error {
	if h == nil {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, liveWithin)
	defer cancel()
	return h.Live(ctx)
}

// readiness is the answer of /readyz.
type readiness struct {
	Ready   bool     `json:"ready"`
	Reasons []string `json:"reasons"` // why not; empty, never null
}

// readyz tells whether new calls can be sent here: 200, or 503 and why not.
func readyz(h Health) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		answer := readiness{Reasons: []string{}}
		if h != nil {
			answer.Reasons = append(answer.Reasons, h.Ready()...)
		}
		answer.Ready = len(answer.Reasons) == 0
		status := http.StatusOK
		if !answer.Ready {
			status = http.StatusServiceUnavailable
		}
		w.Header().Set("Cache-Control", "no-store")
		writeJSON(w, status, answer)
	})
}
