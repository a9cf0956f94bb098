package loadtest_test

import (
	"context"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"go.uber.org/goleak"

	"zerortc/config"
	"zerortc/signaling"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// handler is the real server, until the test ends.
func handler(t testing.TB) http.Handler {
	t.Helper()
	server := signaling.New(config.Rooms{Capacity: 2}, signaling.Parts{}, slog.New(slog.DiscardHandler))
	ctx, stop := context.WithCancel(context.Background())
	served := make(chan error)
	go func() { served <- server.Serve(ctx) }()
	t.Cleanup(func() { stop(); <-served })
	return server
}

// serve is the URL of the real server.
func serve(t testing.TB) string {
	t.Helper()
	front := httptest.NewServer(handler(t))
	t.Cleanup(front.Close)
	return "ws" + strings.TrimPrefix(front.URL, "http") + "/ws"
}
