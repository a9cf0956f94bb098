package web

import (
	"bytes"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"

	"zerortc/config"
)

// metricsHandler has a monitor's page behind proxies on 127.0.0.1 and 10.0.0.1,
// open to 192.0.2.0/24 and fd00::/64, on a server called call.lan.
func metricsHandler(t *testing.T, log *slog.Logger, proxies ...string) http.Handler {
	t.Helper()
	page := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, "figures") })
	cfg := config.HTTP{}
	for _, p := range proxies {
		cfg.TrustedProxies = append(cfg.TrustedProxies, netip.MustParsePrefix(p))
	}
	h, err := newHandler(cfg, Parts{Signaling: upgradeSeen, ICE: listICE{}, TLS: true, Metrics: Metrics{
		Handler: page,
		Allow: func() []netip.Prefix {
			return []netip.Prefix{netip.MustParsePrefix("192.0.2.0/24"), netip.MustParsePrefix("fd00::/64")}
		},
		Named: func(host string) bool { return host == "call.lan" },
	}}, log)
	if err != nil {
		t.Fatal(err)
	}
	return h
}

// askFrom sends GET /metrics as it comes in on a connection; headers are "Name: value".
func askFrom(h http.Handler, from, host string, headers ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest("GET", "/metrics", nil)
	r.RemoteAddr, r.Host = from, host
	for _, header := range headers {
		name, value, _ := strings.Cut(header, ": ")
		r.Header.Add(name, value)
	}
	return record(h, r)
}

func TestWhoMayReadMetrics(t *testing.T) {
	const local, near, far = "127.0.0.1:4000", "192.0.2.8:4000", "198.51.100.8:4000"
	var log bytes.Buffer
	trusting := metricsHandler(t, slog.New(slog.NewTextHandler(&log, nil)), "127.0.0.1/32", "10.0.0.1/32")
	plain := metricsHandler(t, slog.New(slog.NewTextHandler(&log, nil)))
	for _, row := range []struct {
		name       string
		h          http.Handler
		from, host string
		header     []string
		why        string // empty: let in
	}{
		{"this machine", plain, local, "127.0.0.1:9001", nil, ""},
		{"this machine by IPv6", plain, "[::1]:4000", "[::1]:9001", nil, ""},
		{"this machine, mapped", plain, "[::ffff:127.0.0.1]:4000", "localhost:9001", nil, ""},
		{"a network of the list", plain, near, "192.0.2.1:9001", nil, ""},
		{"of the list by IPv6", plain, "[fd00::7]:4000", "[fd00::1]:9001", nil, ""},
		{"by a name of ours", plain, near, "call.lan:9001", nil, ""},
		{"anybody else", plain, far, "192.0.2.1:9001", nil, tooFar},
		{"private is not near", plain, "192.168.1.9:4000", "192.168.1.7:9001", nil, tooFar},
		{"no address", plain, "@", "127.0.0.1", nil, tooFar},

		{"DNS rebinding at home", plain, local, "evil.example:9001", nil, foreignHost},
		{"DNS rebinding from a network of the list", plain, near, "evil.example", nil, foreignHost},
		{"a name that only begins like ours", plain, local, "localhost.evil.example", nil, foreignHost},
		{"an address in a name", plain, local, "127.0.0.1.evil.example", nil, foreignHost},
		{"no host", plain, local, "", nil, foreignHost},
		{"a page elsewhere", plain, local, "localhost:9001", []string{"Origin: https://evil.example"}, foreignPage},
		{"a page without an origin", plain, local, "localhost:9001", []string{"Origin: null"}, foreignPage},
		{"a picture of a page elsewhere", plain, local, "localhost:9001", []string{"Sec-Fetch-Site: cross-site"}, foreignPage},
		{"a page of another port", plain, local, "localhost:9001", []string{"Sec-Fetch-Site: same-site"}, foreignPage},
		{"the address bar", plain, local, "localhost:9001", []string{"Sec-Fetch-Site: none"}, ""},

		{"an unknown proxy on this machine", plain, local, "127.0.0.1:9001", []string{"X-Forwarded-For: 198.51.100.8"}, ofAProxy},
		{"whoever claims to be local", plain, far, "127.0.0.1:9001", []string{"X-Forwarded-For: 127.0.0.1"}, tooFar},
		{"an unknown proxy's other words", plain, local, "127.0.0.1:9001", []string{"Via: 1.1 varnish"}, ofAProxy},
		{"of the RFC", plain, local, "127.0.0.1:9001", []string{"Forwarded: for=198.51.100.8"}, ofAProxy},
		{"of nginx", plain, local, "127.0.0.1:9001", []string{"X-Real-Ip: 198.51.100.8"}, ofAProxy},
		{"of https", plain, local, "127.0.0.1:9001", []string{"X-Forwarded-Proto: https"}, ofAProxy},

		{"the world through our proxy", trusting, local, "call.lan", []string{"X-Forwarded-For: 198.51.100.8"}, tooFar},
		{"the list through our proxy", trusting, local, "call.lan", []string{"X-Forwarded-For: 192.0.2.8"}, ""},
		{"the list through a proxy elsewhere", trusting, "10.0.0.1:4000", "call.lan", []string{"X-Forwarded-For: 192.0.2.8"}, ""},
		{"a lie before our proxy", trusting, local, "call.lan", []string{"X-Forwarded-For: 127.0.0.1, 198.51.100.8"}, tooFar},
		{"a lie that our proxy hands on", trusting, local, "call.lan", []string{"X-Forwarded-For: 127.0.0.1"}, ofAProxy},
		{"a lie that a proxy elsewhere hands on", trusting, "10.0.0.1:4000", "call.lan", []string{"X-Forwarded-For: 127.0.0.2"}, ofAProxy},
		{"a proxy that says https alone", trusting, local, "call.lan", []string{"X-Forwarded-Proto: https"}, ofAProxy},
		{"nonsense in its mouth", trusting, local, "call.lan", []string{"X-Forwarded-For: unknown"}, ofAProxy},
		{"a program beside our proxy", trusting, local, "127.0.0.1:9001", nil, ""},
	} {
		log.Reset()
		w := askFrom(row.h, row.from, row.host, row.header...)
		if row.why == "" {
			if w.Code != http.StatusOK || w.Body.String() != "figures" {
				t.Errorf("%s: %d %s", row.name, w.Code, log.String())
			}
			continue
		}
		if w.Code != http.StatusForbidden || strings.Contains(w.Body.String(), "figures") {
			t.Errorf("%s: let in with %d", row.name, w.Code)
		}
		if said := log.String(); said != "" && !strings.Contains(said, row.why) {
			t.Errorf("%s: %s", row.name, said)
		}
	}
}

func TestMetricsRoute(t *testing.T) {
	h := metricsHandler(t, quietLog())
	r := httptest.NewRequest("POST", "/metrics", nil)
	r.RemoteAddr, r.Host = "127.0.0.1:4000", "127.0.0.1"
	if w := record(h, r); w.Code != http.StatusMethodNotAllowed {
		t.Errorf("POST: %d", w.Code)
	}
	w := askFrom(h, "192.0.2.8:4000", "192.0.2.1") // not by TLS, where there is TLS
	if got := w.Header(); w.Code != http.StatusOK || got.Get("Cache-Control") != "no-store" || got.Get("Cross-Origin-Resource-Policy") != "same-origin" {
		t.Errorf("%d %v", w.Code, got)
	}
	if w := askFrom(testHandler(t, listICE{}, quietLog()), "127.0.0.1:4000", "127.0.0.1"); w.Code != http.StatusNotFound {
		t.Errorf("without metrics: %d", w.Code)
	}
}

// Who is kept out shows in the log, with the reason, and cannot fill it.
func TestRefusedMetricsAreLoggedSparingly(t *testing.T) {
	var log bytes.Buffer
	h := metricsHandler(t, slog.New(slog.NewTextHandler(&log, nil)))
	for range 1000 {
		askFrom(h, "198.51.100.8:4000", strings.Repeat("x", 5000)+"\n")
	}
	lines := strings.Count(log.String(), "\n")
	if lines < 1 || lines > 7 || log.Len() > lines*600 || !strings.Contains(log.String(), tooFar) {
		t.Errorf("%d lines, %d bytes", lines, log.Len())
	}
}

// Profiles of the running process are not for the web.
func TestNoProfilesOnTheWeb(t *testing.T) {
	h := metricsHandler(t, quietLog())
	for _, path := range []string{"/debug/pprof", "/debug/pprof/", "/debug/pprof/heap", "/debug/vars"} {
		r := httptest.NewRequest("GET", path, nil)
		r.RemoteAddr, r.Host = "127.0.0.1:4000", "127.0.0.1"
		if w := record(h, r); w.Code != http.StatusNotFound {
			t.Errorf("%s: %d", path, w.Code)
		}
	}
}
