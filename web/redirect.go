package web

import (
	"net/http"
	"strings"

	"github.com/gorilla/websocket"
)

// plainRule says what a caller without TLS gets where TLS is to be had on the
// same port. Browsers give camera and microphone to secure pages only, so pages
// are redirected; localhost is secure as it is. What classic and native clients
// read, and what leads to trust, stays: they follow no redirect, or could not.
type plainRule struct {
	tls   bool // there is TLS
	plain bool // http.plain
}

// handle applies the rule in front of next.
func (p plainRule) handle(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case !p.tls || isSecure(r) || isLoopback(r.Host) || always(r.URL.Path):
			next.ServeHTTP(w, r)
		case p.plain && forClients(r):
			next.ServeHTTP(w, r)
		case r.Method == http.MethodGet || r.Method == http.MethodHead:
			redirectToTLS(w, r)
		default:
			fail(w, r, http.StatusForbidden, "https-only", "use https on the same port")
		}
	})
}

// always reachable: how a device comes to trust us, and what watches us asks for.
func always(path string) bool {
	return path == "/healthz" || path == "/readyz" || path == "/trust" || strings.HasPrefix(path, "/trust/") ||
		strings.HasPrefix(path, "/.well-known/acme-challenge/")
}

// forClients tells what programs ask for that were not written for us. They take
// their WebSocket at any path.
func forClients(r *http.Request) bool {
	path := r.URL.Path
	return websocket.IsWebSocketUpgrade(r) || path == "/ws" || strings.HasPrefix(path, "/api/") || strings.HasPrefix(path, "/example/")
}

// redirectToTLS leads to the same address by https. 308 keeps method and body
// (RFC 9110 section 15.4.9). A Host that is none leads nowhere.
func redirectToTLS(w http.ResponseWriter, r *http.Request) {
	if _, _, ok := parseHost(r.Host); !ok {
		fail(w, r, http.StatusBadRequest, "bad-host", "the Host header is not a host")
		return
	}
	w.Header().Set("Cache-Control", "no-store") // the mode may change
	http.Redirect(w, r, "https://"+r.Host+r.URL.RequestURI(), http.StatusPermanentRedirect)
}

// isLoopback tells a Host that browsers treat as secure without TLS.
func isLoopback(header string) bool {
	host, addr, ok := parseHost(header)
	if addr.IsValid() {
		return addr.Unmap().IsLoopback()
	}
	host = strings.TrimSuffix(strings.ToLower(host), ".")
	return ok && (host == "localhost" || strings.HasSuffix(host, ".localhost"))
}
