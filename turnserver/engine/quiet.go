package engine

import (
	"context"
	"fmt"
	"log/slog"

	"github.com/pion/logging"
)

// quiet makes loggers for the library. It writes a line per packet and calls
// ordinary refusals errors, so all it says is debug here, and what it says per
// packet is not even put into words.
type quiet struct{ log *slog.Logger }

// NewLogger implements logging.LoggerFactory.
func (q quiet) NewLogger(string) logging.LeveledLogger { return q }

func (q quiet) say(format string, args ...any) {
	if q.log.Enabled(context.Background(), slog.LevelDebug) {
		q.log.Debug("engine", "says", fmt.Sprintf(format, args...))
	}
}

// Trace and Debug speak of every packet, and so does Info, of each one without
// a permission.

func (quiet) Trace(string)          {}
func (quiet) Tracef(string, ...any) {}
func (quiet) Debug(string)          {}
func (quiet) Debugf(string, ...any) {}
func (quiet) Info(string)           {}
func (quiet) Infof(string, ...any)  {}

func (q quiet) Warn(msg string)                   { q.say("%s", msg) }
func (q quiet) Warnf(format string, args ...any)  { q.say(format, args...) }
func (q quiet) Error(msg string)                  { q.say("%s", msg) }
func (q quiet) Errorf(format string, args ...any) { q.say(format, args...) }
