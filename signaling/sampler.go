package signaling

import (
	"context"
	"log/slog"
	"sync/atomic"
	"time"

	"golang.org/x/time/rate"
)

// sampler logs what strangers can cause as often as they like: the first lines
// of a flood, then a few, each with the number of lines held back before it.
type sampler struct {
	log     *slog.Logger
	allowed *rate.Limiter
	held    atomic.Uint64
}

func newSampler(log *slog.Logger) *sampler {
	return &sampler{log: log, allowed: rate.NewLimiter(rate.Every(6*time.Second), 10)}
}

// line logs a message with its facts, or counts it as held back.
func (s *sampler) line(level slog.Level, message string, facts ...slog.Attr) {
	if !s.allowed.Allow() {
		s.held.Add(1)
		return
	}
	if held := s.held.Swap(0); held > 0 {
		facts = append(facts, slog.Uint64("heldBack", held))
	}
	s.log.LogAttrs(context.Background(), level, message, facts...)
}
