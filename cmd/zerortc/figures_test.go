package main

import (
	"crypto/rand"
	"fmt"
	"math"
	"net/http"
	"net/netip"
	"net/url"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"github.com/gorilla/websocket"

	"zerortc/turnserver/probe"
)

// metricsOf are the metrics of a server whose banner this is, by name and labels;
// those of the runtime, which are not ours, are left out.
func metricsOf(t *testing.T, banner string) map[string]float64 {
	t.Helper()
	status, body := get(t, value(t, banner, "page")+"metrics")
	if status != http.StatusOK {
		t.Fatalf("/metrics: %d %s", status, body)
	}
	all := map[string]float64{}
	for line := range strings.Lines(body) {
		if !strings.HasPrefix(line, "zerortc_") {
			continue
		}
		at := strings.LastIndexByte(line, ' ')
		n, err := strconv.ParseFloat(strings.TrimSpace(line[at:]), 64)
		if err != nil || math.IsNaN(n) {
			t.Errorf("%s: %v", line, err)
		}
		all[line[:at]] = n
	}
	return all
}

// join takes a seat in a room, or tries to.
func join(t *testing.T, signaling, frame string) *websocket.Conn {
	t.Helper()
	socket, _, err := websocket.DefaultDialer.Dial(signaling, nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { socket.Close() })
	if err := socket.WriteMessage(websocket.TextMessage, []byte(frame)); err != nil {
		t.Fatal(err)
	}
	return socket
}

// turnClient is a client of the server's TURN with the user and the realm.
func turnClient(t *testing.T, banner, user, realm string) *probe.Client {
	t.Helper()
	at, err := url.Parse(value(t, banner, "turn"))
	if err != nil {
		t.Fatal(err)
	}
	c, err := probe.Dial(t.Context(), probe.Config{Network: "udp", Server: at.Opaque, Username: user, Password: "123456789", Realm: realm})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	return c
}

// What happens at the ports of a server shows in its metrics.
func TestMetricsFollowWhatHappens(t *testing.T) {
	t.Parallel()
	server := start(t, nil, onLoopback(t, "--turn-users", "alice:123456789")...)
	banner := server.ready()
	tested := func() bool { return metricsOf(t, banner)["zerortc_ready"] == 1 }
	eventually(t, "ready", tested) // the self-test has relays of its own
	before := metricsOf(t, banner)
	alice := turnClient(t, banner, "alice", "")
	if _, err := alice.Allocate(t.Context(), probe.AllocateOptions{}); err != nil {
		t.Fatal(err)
	}
	if err := alice.CreatePermission(t.Context(), netip.MustParseAddrPort("224.0.0.1:9")); probe.Code(err) != 403 {
		t.Fatal(err)
	}
	_, _ = turnClient(t, banner, "mallory", "").Allocate(t.Context(), probe.AllocateOptions{})
	listURLs(t, value(t, banner, "ice"))
	join(t, value(t, banner, "signaling"), `{"cmd":"join","roomId":"r","uid":"u"}`)

	for what, more := range map[string]float64{
		`zerortc_turn_allocations{transport="udp"}`:                             1,
		`zerortc_turn_allocations_total{result="unauthorized",transport="udp"}`: 1,
		`zerortc_turn_auth_failures_total{reason="unknown-user"}`:               1,
		`zerortc_turn_denied_peers_total{reason="multicast"}`:                   1,
		`zerortc_ice_requests_total{result="ok"}`:                               1,
		`zerortc_ice_credentials_issued_total`:                                  1,
		`zerortc_ws_connections`:                                                1,
		`zerortc_rooms`:                                                         1,
		`zerortc_peers`:                                                         1,
	} {
		eventually(t, what, func() bool { return metricsOf(t, banner)[what]-before[what] == more })
	}
	now := metricsOf(t, banner)
	if _, there := now[`zerortc_tls_cert_not_after_timestamp_seconds{name="authority"}`]; !there {
		t.Error("nothing tells when the authority ends")
	}
	server.stop(syscall.SIGTERM)
}

// Whatever strangers send, there are not more series than before: no name, address
// or path of theirs is ever a label.
func TestStrangersCannotMakeSeries(t *testing.T) {
	t.Parallel()
	server := start(t, nil, onLoopback(t, "--turn-users", "alice:123456789")...)
	banner := server.ready()
	page := strings.TrimSuffix(value(t, banner, "page"), "/")
	before := metricsOf(t, banner)
	alice := turnClient(t, banner, "alice", "")
	if _, err := alice.Allocate(t.Context(), probe.AllocateOptions{}); err != nil {
		t.Fatal(err)
	}
	for i := range 40 {
		name := rand.Text() + "\n\x1b[31m\u202e\"}"
		join(t, value(t, banner, "signaling"), fmt.Sprintf(`{"cmd":"join","roomId":%q,"uid":%q}`, rand.Text(), rand.Text()))
		join(t, value(t, banner, "signaling"), fmt.Sprintf(`{"cmd":%q,"roomId":%q}`, rand.Text(), name))
		join(t, value(t, banner, "signaling"), name).Close()
		_, _ = turnClient(t, banner, name[:20], "").Allocate(t.Context(), probe.AllocateOptions{})
		_ = alice.CreatePermission(t.Context(), netip.AddrPortFrom(netip.AddrFrom4([4]byte{127, 0, byte(i), 1}), 9))
		for _, path := range []string{"/api/ice", "/api/turn?username=" + rand.Text(), "/" + rand.Text(), "/metrics"} {
			for _, method := range []string{"GET", "POST", "X" + rand.Text()} {
				request, err := http.NewRequest(method, page+path, nil)
				if err != nil {
					t.Fatal(err)
				}
				request.Header.Set("User-Agent", rand.Text())
				request.Header.Set("Origin", "http://"+rand.Text()+".example")
				answer, err := http.DefaultClient.Do(request)
				if err != nil {
					t.Fatal(err)
				}
				answer.Body.Close()
			}
		}
	}
	after := metricsOf(t, banner)
	for series := range after {
		if _, known := before[series]; !known {
			t.Errorf("new: %s", series)
		}
	}
	if len(before) < 100 || after[`zerortc_ice_requests_total{result="refused"}`] < 40 {
		t.Errorf("%d series, of which little happened: this test has lost its meaning", len(before))
	}
	server.stop(syscall.SIGTERM)
}

// Neither metrics nor profiles are for everybody who reaches the ports.
func TestMetricsAreKeptIn(t *testing.T) {
	t.Parallel()
	server := start(t, nil, onLoopback(t)...)
	page := value(t, server.ready(), "page")
	for _, row := range []struct {
		path, header, value string
		want                int
	}{
		{"metrics", "", "", http.StatusOK},
		{"metrics", "Host", "rebound.example", http.StatusForbidden},
		{"metrics", "X-Forwarded-For", "198.51.100.1", http.StatusForbidden},
		{"metrics", "Origin", "https://evil.example", http.StatusForbidden},
		{"debug/pprof/", "", "", http.StatusNotFound},
		{"debug/pprof/heap", "", "", http.StatusNotFound},
	} {
		request, err := http.NewRequest("GET", page+row.path, nil)
		if err != nil {
			t.Fatal(err)
		}
		if row.header == "Host" {
			request.Host = row.value
		} else if row.header != "" {
			request.Header.Set(row.header, row.value)
		}
		answer, err := http.DefaultClient.Do(request)
		if err != nil {
			t.Fatal(err)
		}
		answer.Body.Close()
		if answer.StatusCode != row.want {
			t.Errorf("%s with %s %s: %d", row.path, row.header, row.value, answer.StatusCode)
		}
	}
	server.stop(syscall.SIGTERM)
}

// What a page tells of a call is counted, and listed for the operator.
func TestReportsAreCountedAndListed(t *testing.T) {
	t.Parallel()
	s := startWith(t, "")
	if got := tellsOfACall(t, s); got != "1 more" {
		t.Errorf("listed: %s", got)
	}
	table := s.mustCtl(t, "ctl reports")
	for _, want := range []string{"OUTCOME", "connected  relay  udp", "700ms", "ok"} {
		if !strings.Contains(table, want) {
			t.Errorf("no %q in\n%s", want, table)
		}
	}
	now := metricsOf(t, s.banner)
	for what, want := range map[string]float64{
		`zerortc_call_reports_total{outcome="connected",pair="relay",transport="udp"}`: 1,
		`zerortc_call_verdicts_total{verdict="ok"}`:                                    1,
		`zerortc_call_connect_seconds_count`:                                           1,
	} {
		if now[what] != want {
			t.Errorf("%s is %v", what, now[what])
		}
	}
}
