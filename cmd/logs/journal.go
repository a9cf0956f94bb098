package logs

import (
	"context"
	"io"
	"log/slog"
)

// priorities gives every line the priority by which the journal sorts it: a number
// of syslog in front (sd-daemon(3)), which the journal takes off again.
type priorities struct {
	of map[string]slog.Handler // by prefix
}

func newPriorities(w io.Writer, newHandler func(io.Writer) slog.Handler) priorities {
	p := priorities{map[string]slog.Handler{}}
	for _, level := range []slog.Level{slog.LevelDebug, slog.LevelInfo, slog.LevelWarn, slog.LevelError} {
		p.of[prefix(level)] = newHandler(prefixed{prefix(level), w})
	}
	return p
}

// prefix is the priority of a level.
func prefix(level slog.Level) string {
	switch {
	case level >= slog.LevelError:
		return "<3>"
	case level >= slog.LevelWarn:
		return "<4>"
	case level >= slog.LevelInfo:
		return "<6>"
	default:
		return "<7>"
	}
}

// Enabled implements slog.Handler.
func (p priorities) Enabled(ctx context.Context, level slog.Level) bool {
	return p.of[prefix(level)].Enabled(ctx, level)
}

// Handle implements slog.Handler.
func (p priorities) Handle(ctx context.Context, r slog.Record) error {
	return p.of[prefix(r.Level)].Handle(ctx, r)
}

// WithAttrs implements slog.Handler.
func (p priorities) WithAttrs(attrs []slog.Attr) slog.Handler {
	return p.each(func(h slog.Handler) slog.Handler { return h.WithAttrs(attrs) })
}

// WithGroup implements slog.Handler.
func (p priorities) WithGroup(name string) slog.Handler {
	return p.each(func(h slog.Handler) slog.Handler { return h.WithGroup(name) })
}

func (p priorities) each(change func(slog.Handler) slog.Handler) priorities {
	changed := priorities{map[string]slog.Handler{}}
	for prefix, h := range p.of {
		changed.of[prefix] = change(h)
	}
	return changed
}

// prefixed writes a line behind a prefix, in one piece.
type prefixed struct {
	prefix string
	w      io.Writer
}

// Write implements io.Writer.
func (p prefixed) Write(line []byte) (int, error) {
	_, err := p.w.Write(append([]byte(p.prefix), line...))
	return len(line), err
}
