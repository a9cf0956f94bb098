package web

import (
	"log/slog"
	"net/http"
	"sync"
	"sync/atomic"

	"github.com/gorilla/websocket"

	"zerortc/config"
	"zerortc/web/static"
)

// current is the section of the settings that is in force, of which origins, proxies
// and the plain rule are asked with each request.
type current struct{ atomic.Pointer[config.HTTP] }

func newCurrent(cfg config.HTTP) *current {
	l := &current{}
	l.Store(&cfg)
	return l
}

// routes joins all routes under the security headers. The answers of the ICE
// endpoints are counted in ice.
func routes(settings *current, parts Parts, ice *answers, log *slog.Logger) (http.Handler, error) {
	files, err := loadStatic(static.Files)
	if err != nil {
		return nil, err
	}
	door := newAPIDoor(settings, log)
	mux := http.NewServeMux()
	mux.Handle("/ws", parts.Signaling)
	scripts := sync.OnceValue(func() []string { return modules(static.Files, "page/page.js") })
	page := only(preloading(scripts, files["/page/index.html"]), http.MethodGet)
	mux.Handle("/{$}", page)
	mux.Handle("/room/{name}", page) // which reads the name from the address itself
	mux.Handle("/room/{$}", only(http.RedirectHandler("/", http.StatusFound), http.MethodGet))
	mux.Handle("/page/", only(files, http.MethodGet))
	mux.Handle("/example/", only(files, http.MethodGet))
	proofs := newProofDoor(parts.Proof)
	mux.Handle("/api/ice", ice.counted(door.guard(iceHandler(parts.ICE, proofs), http.MethodGet, http.MethodPost)))
	mux.Handle("/api/turn", ice.counted(door.guard(turnHandler(parts.ICE, proofs), http.MethodGet, http.MethodPost)))
	if parts.Seen != nil {
		mux.Handle("/api/credential", door.guard(credentialHandler(parts.Seen), http.MethodPost))
	}
	handleReport(mux, settings, parts.Report)
	drawings := newAPIDoor(settings, log)
	drawings.callers = newLimiter(qrPerSecond, qrBurst, callersKept)
	mux.Handle("/api/qr", drawings.guard(http.HandlerFunc(roomQR), http.MethodPost))
	mux.Handle("/healthz", only(healthz(parts.Health, log), http.MethodGet))
	mux.Handle("/readyz", only(readyz(parts.Health), http.MethodGet))
	if parts.Metrics.Handler != nil {
		mux.Handle("/metrics", newInsideDoor(parts.Metrics, log).guard(only(parts.Metrics.Handler, http.MethodGet)))
	}
	mux.Handle("/favicon.ico", only(http.HandlerFunc(noIcon), http.MethodGet))
	handleTrust(mux, files, parts.CA, parts.Covers)
	handleTest(mux, files, parts)
	mux.HandleFunc("/", notFound)
	// net/http writes a log line for each query with a semicolon unless told that
	// they are expected: whoever asks must not be able to fill the log.
	var h http.Handler = http.AllowQuerySemicolons(upgradesTo(parts.Signaling, mux))
	h = plainRule{tls: parts.TLS, on443: listensOn443(settings.Load().Listen), settings: settings}.handle(h)
	if parts.Challenge != nil {
		h = parts.Challenge(h)
	}
	return behindProxy(settings, withHeaders(h)), nil
}

// upgradesTo hands every WebSocket upgrade to signaling, whatever its path: the
// old server took any, and clients in the field use /ws and /. This happens before
// routing, which would answer a path such as //ws with a redirect, and WebSocket
// clients follow none.
func upgradesTo(signaling, others http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if websocket.IsWebSocketUpgrade(r) {
			signaling.ServeHTTP(w, r)
			return
		}
		others.ServeHTTP(w, r)
	})
}

// only lets the named methods through, and HEAD wherever GET goes.
func only(next http.Handler, methods ...string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !allows(methods, r.Method) {
			methodNotAllowed(w, r, methods)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// noIcon spares the consoles of browsers, which ask for an icon unbidden, an error.
func noIcon(w http.ResponseWriter, _ *http.Request) {
	w.WriteHeader(http.StatusNoContent)
}
