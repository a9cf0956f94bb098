package web

import (
	"context"
	"net"
	"net/http"
	"net/netip"
	"strings"
)

// byTrusted is the context key of whether a trusted proxy told whose request it is.
type byTrusted struct{}

// vouchedFor tells whether the caller's address is what a trusted proxy says it is.
// A proxy that names a proxy, be it itself, does not say who asks.
func vouchedFor(r *http.Request) bool {
	told, _ := r.Context().Value(byTrusted{}).(bool)
	return told
}

// behindProxy makes a request look as it did to a trusted proxy: the client's
// address, which limits and the log are about, and whether the client came by
// https. Only the last address that no trusted proxy added counts: all before it
// is the client's own word.
func behindProxy(settings *current, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		trusted := settings.Load().TrustedProxies
		if from, err := netip.ParseAddrPort(r.RemoteAddr); err == nil && contains(trusted, from.Addr()) {
			https := strings.EqualFold(r.Header.Get("X-Forwarded-Proto"), "https")
			r = r.WithContext(context.WithValue(r.Context(), proxyTLS{}, https))
			if client := forwarded(r.Header.Values("X-Forwarded-For"), trusted); client.IsValid() {
				r = r.WithContext(context.WithValue(r.Context(), byTrusted{}, !contains(trusted, client)))
				r.RemoteAddr = net.JoinHostPort(client.String(), "0")
			}
		}
		next.ServeHTTP(w, r)
	})
}

// forwarded is the client by X-Forwarded-For.
func forwarded(headers []string, trusted []netip.Prefix) (client netip.Addr) {
	hops := strings.Split(strings.Join(headers, ","), ",")
	for i := len(hops) - 1; i >= 0; i-- {
		hop, err := netip.ParseAddr(strings.TrimSpace(hops[i]))
		if err != nil {
			return client
		}
		if client = hop.Unmap(); !contains(trusted, client) {
			return client
		}
	}
	return client
}

func contains(list []netip.Prefix, a netip.Addr) bool {
	for _, p := range list {
		if p.Contains(a.Unmap()) {
			return true
		}
	}
	return false
}
