package web

import (
	"log/slog"
	"net/http"
	"net/netip"

	"golang.org/x/time/rate"
)

// Metrics is what is for monitors alone.
type Metrics struct {
	Handler http.Handler          // nil: there are none
	Allow   func() []netip.Prefix // who may read them now, beside this machine
	// Named tells whether a host name is one of this server's.
	Named func(host string) bool
}

// insideDoor lets in who may look inside: this machine and the networks that the
// operator names. Two must be kept out who may come from there: a proxy that hands
// on what the world asks, and a browser in which a foreign page asks.
type insideDoor struct {
	allow func() []netip.Prefix
	named func(host string) bool
	log   *slog.Logger
	brake *rate.Sometimes
}

func newInsideDoor(m Metrics, log *slog.Logger) *insideDoor {
	named := m.Named
	if named == nil {
		named = func(string) bool { return false }
	}
	return &insideDoor{allow: m.Allow, named: named, log: log, brake: &rate.Sometimes{First: 5, Interval: refusalLogGap}}
}

// Why somebody is kept out, for the log.
const (
	tooFar      = "the address is neither this machine's nor in metrics.allow"
	ofAProxy    = "a proxy asks, and does not say for whom"
	foreignHost = "the Host is neither an address nor a name of this server"
	foreignPage = "a web page asks"
)

// guard answers those who are kept out: 403, whatever the reason.
func (d *insideDoor) guard(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Cache-Control", "no-store")
		w.Header().Set("Cross-Origin-Resource-Policy", "same-origin") // Fetch standard: no foreign page loads it as a script or picture
		if why := d.against(r); why != "" {
			d.brake.Do(func() { d.log.Info("metrics refused", "remote", r.RemoteAddr, "host", clip(r.Host), "why", why) })
			fail(w, r, http.StatusForbidden, "not-allowed", "this is for the machine itself and the networks of metrics.allow; the server's log says more")
			return
		}
		next.ServeHTTP(w, r)
	})
}

// against is what speaks against letting a request in, or empty.
func (d *insideDoor) against(r *http.Request) string {
	from := callerAddr(r).Unmap()
	switch {
	case !from.IsLoopback() && !contains(d.allow(), from):
		return tooFar
	case handedOn(r) && (from.IsLoopback() || !vouchedFor(r)):
		return ofAProxy
	case !d.ours(r.Host):
		return foreignHost
	case r.Header.Get("Origin") != "" || !ownFetch(r.Header.Get("Sec-Fetch-Site")):
		return foreignPage
	}
	return ""
}

// handedOn tells whether a proxy left a trace. One on this machine that leaves none
// cannot be told from a program here; none that is set up as our documents say does.
func handedOn(r *http.Request) bool {
	for _, header := range []string{"X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Real-Ip", "Forwarded", "Via"} {
		if len(r.Header.Values(header)) > 0 {
			return true
		}
	}
	return false
}

// ours tells a Host that is an address or a name of this server. Any other may be a
// name that somebody else has lead here, to have our answers for answers of his own
// server's (DNS rebinding).
func (d *insideDoor) ours(header string) bool {
	host, addr, ok := parseHost(header)
	return ok && (addr.IsValid() || isLoopback(header) || d.named(host))
}

// ownFetch tells by Sec-Fetch-Site, where a browser sends it, that nobody else's page
// asks (W3C Fetch Metadata section 2.2).
func ownFetch(site string) bool { return site == "" || site == "none" || site == "same-origin" }

// clip makes what a caller claims fit for a log line.
func clip(s string) string { return s[:min(len(s), maxOriginShown)] }
