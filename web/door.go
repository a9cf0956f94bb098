package web

import (
	"log/slog"
	"net/http"
	"net/netip"
	"strings"
	"time"

	"golang.org/x/time/rate"

	"zerortc/config"
)

// apiDoor decides who gets at the endpoints that hand out TURN credentials.
type apiDoor struct {
	settings *current
	callers  *limiter
	log      *slog.Logger
	brake    *rate.Sometimes // on the refusal log: foreign pages must not fill it
}

// An office behind one address never meets these figures: a call asks once.
const (
	callsPerSecond = 50
	callsBurst     = 500
	callersKept    = 8192
	refusalLogGap  = time.Second
	maxOriginShown = 200
)

func newAPIDoor(settings *current, log *slog.Logger) *apiDoor {
	return &apiDoor{
		settings: settings,
		callers:  newLimiter(callsPerSecond, callsBurst, callersKept),
		log:      log,
		brake:    &rate.Sometimes{First: 5, Interval: refusalLogGap},
	}
}

// guard lets a request pass to next when its origin may ask, its address has not
// asked too often, and the method is one of methods. A preflight is answered here.
func (d *apiDoor) guard(next http.Handler, methods ...string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Cache-Control", "no-store")
		h.Set("Vary", "Origin")
		allowed := d.mayAsk(r)
		if allowed {
			allowCrossOrigin(h, r.Header.Get("Origin"))
		}
		switch {
		case !d.callers.allow(callerAddr(r), time.Now()):
			h.Set("Retry-After", "1") // a token comes back in 1/callsPerSecond already
			fail(w, r, http.StatusTooManyRequests, "too-fast", "too many requests from this address, try again in a second")
		case !allowed:
			d.refuse(w, r)
		case r.Method == http.MethodOptions:
			preflight(w, methods)
		case !allows(methods, r.Method):
			methodNotAllowed(w, r, methods)
		default:
			next.ServeHTTP(w, r)
		}
	})
}

// mayAsk lets in requests without an Origin: curl, native clients, and a page of
// ours that GETs. Several Origin headers, which no browser sends, are nobody's.
func (d *apiDoor) mayAsk(r *http.Request) bool {
	switch origin := r.Header.Values("Origin"); len(origin) {
	case 0:
		return true
	case 1:
		return d.settings.Load().Origins.Allowed(origin[0], r.Host)
	default:
		return false
	}
}

// refuse tells the page nothing and the operator who it was and, if that is an origin that a
// browser could have sent, the flag that would let it in.
func (d *apiDoor) refuse(w http.ResponseWriter, r *http.Request) {
	d.brake.Do(func() {
		origin := strings.Join(r.Header.Values("Origin"), ", ")
		facts := []any{"path", r.URL.Path, "origin", clip(origin), "host", clip(r.Host), "remote", r.RemoteAddr}
		if flag := config.OriginFlag(origin); flag != "" {
			facts = append(facts, "allowWith", flag)
		}
		d.log.Warn("request of a foreign page refused", facts...)
	})
	fail(w, r, http.StatusForbidden, "origin-not-allowed", "pages of this origin may not ask; the server's log names the flag that lets them")
}

// allowCrossOrigin lets a page of another origin read the answer (Fetch standard,
// CORS protocol). No credentials: we set no cookies.
func allowCrossOrigin(h http.Header, origin string) {
	if origin == "" {
		return
	}
	h.Set("Access-Control-Allow-Origin", origin)
	h.Set("Access-Control-Expose-Headers", "Link, Retry-After, WWW-Authenticate")
}

func preflight(w http.ResponseWriter, methods []string) {
	h := w.Header()
	names := strings.Join(methods, ", ")
	h.Set("Allow", names+", "+http.MethodOptions)
	if h.Get("Access-Control-Allow-Origin") != "" {
		h.Set("Access-Control-Allow-Methods", names)
		h.Set("Access-Control-Allow-Headers", "Authorization, Content-Type")
		h.Set("Access-Control-Max-Age", "600")
	}
	w.WriteHeader(http.StatusNoContent)
}

// callerAddr is the address the request came from, by a trusted proxy's word if
// there is one (behindProxy); other headers are what a caller likes to claim.
func callerAddr(r *http.Request) netip.Addr {
	remote, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil {
		return netip.Addr{}
	}
	return remote.Addr()
}
