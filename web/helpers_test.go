package web

import (
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"zerortc/config"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// listICE is an ICE list like the real one, with what it was asked visible in what
// it answers.
type listICE struct{}

func (listICE) URLs(reached string, _ bool) (stun, turn []string) {
	return []string{"stun:" + reached + ":3478"},
		[]string{"turn:" + reached + ":3478?transport=udp", "turn:" + reached + ":3478?transport=tcp"}
}

func (listICE) Credentials(name string, _ time.Time) (string, string, time.Time) {
	if name == "" {
		name = "nameless"
	}
	return "1767225600:" + name, "key/of+" + name + "=", time.Unix(1767225600, 0)
}

func (listICE) Member(room, uid string) string { return room + "." + uid }

func (listICE) TTL() time.Duration { return time.Hour }

// emptyICE is the list of a server that serves no TURN.
type emptyICE struct{ listICE }

func (emptyICE) URLs(string, bool) (stun, turn []string) { return nil, nil }

// upgradeSeen is a signaling part that only tells it was reached.
var upgradeSeen = http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
	w.WriteHeader(http.StatusTeapot)
})

func quietLog() *slog.Logger { return slog.New(slog.NewTextHandler(io.Discard, nil)) }

// newHandler is all routes with settings that stay.
func newHandler(cfg config.HTTP, parts Parts, log *slog.Logger) (http.Handler, error) {
	return routes(newCurrent(cfg), parts, &answers{}, log)
}

func testHandler(t *testing.T, ice ICE, log *slog.Logger, origins ...string) http.Handler {
	t.Helper()
	h, err := newHandler(config.HTTP{Origins: origins}, Parts{Signaling: upgradeSeen, ICE: ice}, log)
	if err != nil {
		t.Fatal(err)
	}
	return h
}

// ask sends one request without a network; headers are "Name: value" or empty.
func ask(h http.Handler, method, target string, headers ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, target, nil)
	r.Host = "192.0.2.7:9001"
	for _, header := range headers {
		if name, value, ok := strings.Cut(header, ": "); ok {
			r.Header.Add(name, value)
		}
	}
	return record(h, r)
}

func record(h http.Handler, r *http.Request) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}
