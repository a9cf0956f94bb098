package signaling

import (
	"log/slog"
	"net/http"
	"strings"
	"sync/atomic"

	"zerortc/config"
)

// liveOrigins are those that are allowed now.
type liveOrigins struct{ atomic.Pointer[config.Origins] }

// Allowed asks them.
func (l *liveOrigins) Allowed(origin, host string) bool { return l.Load().Allowed(origin, host) }

// AllowOrigins lets in the web pages of these origins from now on, instead of
// those named before. Sockets that are open stay.
func (s *Server) AllowOrigins(origins config.Origins) { s.origins.Store(&origins) }

// originAllowed decides whether the page that asks may connect. Browsers name
// the page's origin (RFC 6455 section 10.2); a request without one comes from a
// native client, which no foreign page can steer.
func (s *Server) originAllowed(r *http.Request) bool {
	for _, origin := range r.Header.Values("Origin") {
		if !s.allowed(origin, r.Host) {
			s.logOrigin(r, origin)
			return false
		}
	}
	return true
}

// logOrigin tells the operator who was refused and, if the origin is one that a
// browser could have sent, the flag that would let it in.
func (s *Server) logOrigin(r *http.Request, origin string) {
	facts := []slog.Attr{
		slog.String("reason", string(badOrigin)),
		slog.String("origin", clip(origin)),
		slog.String("host", clip(r.Host)),
		slog.String("client", r.RemoteAddr),
	}
	if flag := originFlag(origin); flag != "" {
		facts = append(facts, slog.String("allowWith", flag))
	}
	s.originLog.line(slog.LevelWarn, "origin refused", facts...)
}

// originFlag is the flag that would allow an origin, fit to be pasted into a
// shell, or nothing for what is no origin: the characters of scheme://host:port
// (RFC 6454 section 6.2) are harmless there, but for the brackets of IPv6.
func originFlag(origin string) string {
	const plain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.:/+-_"
	switch {
	case origin == "", origin != clip(origin), strings.HasPrefix(origin, "-"), strings.Trim(origin, plain+"[]") != "":
		return ""
	case strings.ContainsAny(origin, "[]"):
		return "--http-origins '" + origin + "'"
	default:
		return "--http-origins " + origin
	}
}

// clip shortens what a stranger wrote for the log, whose handlers escape what
// is left of it.
func clip(s string) string {
	const most = 128
	if len(s) > most {
		return s[:most] + "…"
	}
	return s
}
