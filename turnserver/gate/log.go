package gate

import (
	"strconv"
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

// Clip makes a name from outside fit for a log line: short, and nothing in it
// that a terminal would obey. JSON leaves some of that as it is.
func Clip(s string) string {
	if len(s) > longest {
		s = s[:longest] + "…"
	}
	quoted := strconv.Quote(s)
	return quoted[1 : len(quoted)-1]
}
