package gate

import (
	"time"

	"golang.org/x/time/rate"
)

const (
	linesASecond = 10 // about refusals, of all clients together
	longest      = 64 // bytes of a name from outside in a log line
)

// sparing lets a few lines a second through, so that nobody can fill the disk
// with what we say about him.
type sparing struct{ limiter *rate.Limiter }

func newSparing(lines int) sparing {
	return sparing{rate.NewLimiter(rate.Limit(lines), lines)}
}

func (s sparing) allows(now time.Time) bool { return s.limiter.AllowN(now, 1) }

// Clip shortens a name from outside. The log's own quoting takes care of what
// is in it.
func Clip(s string) string {
	if len(s) > longest {
		return s[:longest] + "…"
	}
	return s
}
