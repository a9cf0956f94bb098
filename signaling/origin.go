package signaling

import (
	"log/slog"
	"net/http"
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
	if flag := config.OriginFlag(origin); flag != "" {
		facts = append(facts, slog.String("allowWith", flag))
	}
	s.originLog.line(slog.LevelWarn, "origin refused", facts...)
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
