package web

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"net/http"
	"strings"
	"testing"

	"zerortc/config"
)

// fixedHealth says what it was made to say.
type fixedHealth struct {
	live    error
	reasons []string
}

func (f fixedHealth) Live(context.Context) error { return f.live }
func (f fixedHealth) Ready() []string            { return f.reasons }

func healthHandler(t *testing.T, h Health, log *slog.Logger) http.Handler {
	t.Helper()
	handler, err := newHandler(config.HTTP{}, Parts{Signaling: upgradeSeen, ICE: listICE{}, TLS: true, Health: h}, log)
	if err != nil {
		t.Fatal(err)
	}
	return handler
}

func TestHealth(t *testing.T) {
	for _, row := range []struct {
		name         string
		health       Health
		live, ready  int
		says, reason string
	}{
		{"nobody knows better", nil, 200, 200, "ok\n", `{"ready":true,"reasons":[]}`},
		{"well", fixedHealth{}, 200, 200, "ok\n", `{"ready":true,"reasons":[]}`},
		{"draining", fixedHealth{reasons: []string{"draining", "selftest"}}, 200, 503, "ok\n", `{"ready":false,"reasons":["draining","selftest"]}`},
		{"stuck", fixedHealth{live: errors.New("rooms: locked by 192.0.2.1")}, 503, 200, "a part of the server does not answer\n", `{"ready":true,"reasons":[]}`},
	} {
		t.Run(row.name, func(t *testing.T) {
			h := healthHandler(t, row.health, quietLog())
			live, ready := ask(h, "GET", "/healthz"), ask(h, "GET", "/readyz")
			if live.Code != row.live || live.Body.String() != row.says {
				t.Errorf("/healthz: %d %q", live.Code, live.Body)
			}
			if ready.Code != row.ready || strings.TrimSpace(ready.Body.String()) != row.reason {
				t.Errorf("/readyz: %d %s", ready.Code, ready.Body)
			}
			if got := ready.Header().Get("Cache-Control") + live.Header().Get("Cache-Control"); got != "no-storeno-store" {
				t.Errorf("may be kept: %s", got)
			}
		})
	}
}

// What hangs is told in the log, and not by everybody who asks.
func TestHealthIsLoggedSparingly(t *testing.T) {
	var log bytes.Buffer
	h := healthHandler(t, fixedHealth{live: errors.New("rooms does not answer")}, slog.New(slog.NewTextHandler(&log, nil)))
	for range 100 {
		ask(h, "GET", "/healthz")
	}
	if strings.Count(log.String(), "\n") != 1 || !strings.Contains(log.String(), "rooms does not answer") {
		t.Errorf("logged\n%s", log.String())
	}
}
