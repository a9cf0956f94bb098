package web

import (
	"context"
	"net"
	"net/http"
)

// Context keys of whether a connection to us came by TLS, and whether one to a
// trusted proxy did.
type (
	byTLS    struct{}
	proxyTLS struct{}
)

// noteTLS is an http.Server's ConnContext: TLS has been taken off a connection
// before it comes here, by whoever shares the port with us.
func noteTLS(ctx context.Context, conn net.Conn) context.Context {
	c, ok := conn.(interface{ Secure() bool })
	return context.WithValue(ctx, byTLS{}, ok && c.Secure())
}

// cameByTLS tells whether the caller's connection to us is encrypted, and so
// TURN over TLS to us may be too.
func cameByTLS(r *http.Request) bool {
	came, _ := r.Context().Value(byTLS{}).(bool)
	return came || r.TLS != nil
}

// byProxy tells whether the request came through a trusted proxy.
func byProxy(r *http.Request) bool {
	_, came := r.Context().Value(proxyTLS{}).(bool)
	return came
}

// isSecure tells whether the caller's browser sees https, from us or from a proxy.
func isSecure(r *http.Request) bool {
	secure, _ := r.Context().Value(proxyTLS{}).(bool)
	return secure || cameByTLS(r)
}
