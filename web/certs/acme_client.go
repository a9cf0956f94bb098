package certs

import (
	"context"
	"net/http"
)

// endingClient is client, or the default one, whose requests end with ctx.
func endingClient(ctx context.Context, client *http.Client) *http.Client {
	if client == nil {
		client = http.DefaultClient
	}
	ending := *client
	ending.Transport = endingTransport{ctx, client.Transport}
	return &ending
}

type endingTransport struct {
	ctx  context.Context
	next http.RoundTripper
}

// RoundTrip implements http.RoundTripper. The few requests there are stay tied to
// ctx: their bodies are read after RoundTrip.
func (t endingTransport) RoundTrip(r *http.Request) (*http.Response, error) {
	ctx, cancel := context.WithCancel(r.Context())
	context.AfterFunc(t.ctx, cancel)
	next := t.next
	if next == nil {
		next = http.DefaultTransport
	}
	return next.RoundTrip(r.WithContext(ctx))
}
