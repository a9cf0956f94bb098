// Package logs makes the logger of the process: text for people, JSON for programs,
// and for the journal of systemd text with a priority on every line.
//
// Whatever a stranger gets into a line stays inside its quotes: line breaks, escape
// sequences that a terminal would obey, and characters that turn text around are
// written as their numbers, in both shapes. So a line can be neither forged nor
// broken, and every line can be read back as what was logged.
package logs

import (
	"io"
	"log/slog"
	"net"
	"time"

	"zerortc/cmd/terminal"
	"zerortc/config"
)

// New makes a logger that writes to w in the format of the settings.
func New(w io.Writer, format string, level slog.Leveler, getenv func(string) string) *slog.Logger {
	if toJournal(w, getenv) {
		return slog.New(newPriorities(w, func(w io.Writer) slog.Handler {
			return handler(w, format != config.LogJSON, &slog.HandlerOptions{Level: level, ReplaceAttr: withoutTime})
		}))
	}
	text := format == config.LogText || format == config.LogAuto && terminal.Is(w)
	return slog.New(handler(w, text, &slog.HandlerOptions{Level: level}))
}

func handler(w io.Writer, text bool, options *slog.HandlerOptions) slog.Handler {
	if text {
		return slog.NewTextHandler(escaping{w}, options)
	}
	alike := *options
	alike.ReplaceAttr = func(groups []string, a slog.Attr) slog.Attr {
		if options.ReplaceAttr != nil {
			a = options.ReplaceAttr(groups, a)
		}
		return legible(a)
	}
	return slog.NewJSONHandler(escaping{w}, &alike)
}

// legible writes in JSON as in text what JSON would take apart: times without their
// unit, addresses as structures.
func legible(a slog.Attr) slog.Attr {
	switch v := a.Value.Any().(type) {
	case time.Duration:
		a.Value = slog.StringValue(v.String())
	case net.Addr:
		a.Value = slog.StringValue(v.String())
	case []net.Addr:
		texts := make([]string, len(v))
		for i, addr := range v {
			texts[i] = addr.String()
		}
		a.Value = slog.AnyValue(texts)
	}
	return a
}

// withoutTime leaves out what the journal notes by itself.
func withoutTime(groups []string, a slog.Attr) slog.Attr {
	if len(groups) == 0 && a.Key == slog.TimeKey {
		return slog.Attr{}
	}
	return a
}
