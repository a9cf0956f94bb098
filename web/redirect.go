package web

import (
	"net/http"
	"slices"
	"strings"

	"github.com/gorilla/websocket"
)

// plainRule says what a caller without TLS gets where TLS is to be had on the
// same port. Browsers give camera and microphone to secure pages only, so pages
// are redirected; localhost is secure as it is. What classic and native clients
// read, and what leads to trust, stays: they follow no redirect, or could not.
type plainRule struct {
	tls      bool // there is TLS
	on443    bool // we listen where https is without a port
	settings *current
}

// handle applies the rule in front of next.
func (p plainRule) handle(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case !p.tls || isSecure(r) || isLoopback(r.Host) || always(r.URL.Path):
			next.ServeHTTP(w, r)
		case !p.settings.Load().PlainOff && forClients(r):
			next.ServeHTTP(w, r)
		case r.Method == http.MethodGet || r.Method == http.MethodHead:
			p.redirect(w, r)
		default:
			fail(w, r, http.StatusForbidden, "https-only", "use https on the same port")
		}
	})
}

// always reachable: how a device comes to trust us, and what watches us asks for.
func always(path string) bool {
	return path == "/healthz" || path == "/readyz" || path == "/metrics" || path == "/trust" || strings.HasPrefix(path, "/trust/") ||
		strings.HasPrefix(path, "/.well-known/acme-challenge/")
}

// forClients tells what programs ask for that were not written for us. They take
// their WebSocket at any path.
func forClients(r *http.Request) bool {
	path := r.URL.Path
	return websocket.IsWebSocketUpgrade(r) || path == "/ws" || strings.HasPrefix(path, "/api/") || strings.HasPrefix(path, "/example/")
}

// redirect leads to the same address by https. 308 keeps method and body (RFC 9110
// section 15.4.9). A Host that is none leads nowhere.
func (p plainRule) redirect(w http.ResponseWriter, r *http.Request) {
	if _, _, ok := parseHost(r.Host); !ok {
		fail(w, r, http.StatusBadRequest, "bad-host", "the Host header is not a host")
		return
	}
	w.Header().Set("Cache-Control", "no-store") // the mode may change
	http.Redirect(w, r, "https://"+p.secureHost(r)+r.URL.RequestURI(), http.StatusPermanentRedirect)
}

// secureHost is where the caller finds us by https: on the port he came by, since it
// speaks TLS too, whatever maps it to ours. A Host without a port means 80 with http
// and 443 with https (RFC 9110 section 4.2). 443 is the better one where we listen on
// it, or where a proxy that we trust does; else port 80 is named, which has just
// proved that it leads here.
func (p plainRule) secureHost(r *http.Request) string {
	if _, port := splitHost(r.Host); port != "" || p.on443 || byProxy(r) {
		return r.Host
	}
	return strings.TrimSuffix(r.Host, ":") + ":80"
}

// listensOn443 tells whether one of the addresses is at the port of https.
func listensOn443(addresses []string) bool {
	return slices.ContainsFunc(addresses, func(address string) bool { return strings.HasSuffix(address, ":443") })
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
