package web

import (
	"net/http"
	"strings"
)

// Fixed headers of every answer. Camera, microphone and screen are for our own
// pages only. COOP keeps a window that opened us, or that we opened, out of our
// page. HSTS is missing on purpose: the ports speak plain HTTP too, to those who need it.
const (
	permissionsPolicy = "camera=(self), microphone=(self), display-capture=(self), geolocation=()"
	openerPolicy      = "same-origin"
	referrerPolicy    = "no-referrer"
)

// withHeaders puts the security headers on every answer of next, errors
// included. It leaves the ResponseWriter as it is, so that signaling can hijack it.
func withHeaders(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", contentSecurityPolicy(r.Host))
		h.Set("Permissions-Policy", permissionsPolicy)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", referrerPolicy)
		h.Set("Cross-Origin-Opener-Policy", openerPolicy)
		h.Set("X-Frame-Options", "DENY") // frame-ancestors for browsers that lack it
		next.ServeHTTP(w, r)
	})
}

// contentSecurityPolicy lets our pages load what we serve and connect to us, and
// nothing else. By CSP 3 'self' covers ws: and wss: to the same host, but older
// Firefox and Safari take it for http: only; so the socket is named too, by the
// host the browser itself asked for, and so is what a page needs by more schemes.
func contentSecurityPolicy(host string, more ...string) string {
	connect := "'self'"
	if isHostSource(host) {
		for _, scheme := range append([]string{"ws", "wss"}, more...) {
			connect += " " + scheme + "://" + host
		}
	}
	return strings.Join([]string{
		"default-src 'none'",
		"script-src 'self'",
		"style-src 'self'",
		"connect-src " + connect,
		"img-src 'self'",
		"media-src 'self' blob:",
		"base-uri 'none'",
		"form-action 'none'",
		"frame-ancestors 'none'",
		"require-trusted-types-for 'script'",
	}, "; ")
}

// isHostSource tells whether a Host header may stand in a policy: nothing that
// could smuggle in a directive, and neither IPv6 nor an underscore, for which CSP 3
// section 2.3.1 has no spelling (there 'self' must do).
func isHostSource(header string) bool {
	_, addr, ok := parseHost(header)
	return ok && !addr.Is6() && !strings.Contains(header, "_")
}
