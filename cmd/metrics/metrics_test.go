package metrics

import (
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/testutil"

	"zerortc/cmd/health"
	"zerortc/cmd/reports"
	"zerortc/cmd/selftest"
	"zerortc/signaling"
	"zerortc/turnserver"
	"zerortc/turnserver/gate"
	"zerortc/web"
	"zerortc/web/certs"
)

// noon is a time that is easily told from others.
var noon = time.Unix(1767225600, 500_000_000)

// fixed is a process that has seen a little of everything.
func fixed() Sources {
	return Sources{
		Version: "v1.2.3", Revision: "abcdef", Started: noon,
		NotReady: func() []string { return []string{health.SelfTest} },
		Draining: func() bool { return true },
		TCP:      func() map[string]uint64 { return map[string]uint64{"max-silent": 33} },
		Signaling: func() signaling.Stats {
			return signaling.Stats{Sockets: 7, Rooms: 2, Members: 3, Calls: 1, Extended: 20, WaitingBytes: 32, Opened: 21, Closed: map[string]uint64{"1001": 22}, RelayedFrames: 23, RelayedBytes: 24, Refusals: map[string]uint64{"room-full": 4, "bad-json": 0}}
		},
		TURN: func() turnserver.Stats {
			return turnserver.Stats{
				Figures: gate.Figures{
					Live:         map[gate.Transport]int{gate.UDP: 5},
					ToPeers:      gate.Traffic{Packets: 10, Bytes: 1000},
					FromPeers:    gate.Traffic{Packets: 20, Bytes: 2000},
					Allocations:  map[gate.Transport]map[string]uint64{gate.TLS: {"ok": 6, "capacity": 1}},
					Ended:        map[string]uint64{"client": 8},
					Refused:      map[string]uint64{"malformed": 9},
					AuthFailures: map[string]uint64{"expired": 11},
					DeniedPeers:  map[string]uint64{"loopback": 12},
				},
				PortsInUse: 13, PortCapacity: 14, Connections: 15,
			}
		},
		Web:    func() web.Stats { return web.Stats{ICE: map[string]uint64{"ok": 16}} },
		Minted: func() uint64 { return 17 },
		Reports: func() reports.Figures {
			return reports.Figures{Calls: map[reports.Kind]uint64{{Outcome: "lost", Pair: "relay", Transport: "tls"}: 30}, Verdicts: map[string]uint64{"no-way": 31}}
		},
		SelfTest: func() (selftest.Result, selftest.Runs) {
			return selftest.Result{At: noon, RoundTrip: 250 * time.Millisecond}, selftest.Runs{Passed: 18, Failed: 19}
		},
		Certificates: func() []certs.Validity {
			return []certs.Validity{{Name: "server", NotAfter: noon}, {Name: "call.example.org"}}
		},
		Own: func(user string) bool { return user == "our own" },
	}
}

func scrape(t *testing.T, m *Metrics, headers ...string) string {
	t.Helper()
	r := httptest.NewRequest("GET", "/metrics", nil)
	for _, h := range headers {
		name, value, _ := strings.Cut(h, ": ")
		r.Header.Set(name, value)
	}
	w := httptest.NewRecorder()
	m.Handler(slog.New(slog.NewTextHandler(t.Output(), nil))).ServeHTTP(w, r)
	if w.Code != http.StatusOK {
		t.Fatalf("%d %s", w.Code, w.Body)
	}
	return w.Body.String()
}

// What the parts count is what is shown.
func TestValues(t *testing.T) {
	m := New(fixed())
	m.Allocation(gate.Event{Kind: gate.Opened})
	m.Allocation(gate.Event{Kind: gate.Closed, Session: gate.Session{Opened: time.Now().Add(-time.Minute / 2)}})
	m.Allocation(gate.Event{Kind: gate.Closed, Session: gate.Session{User: "our own", Opened: time.Now()}})
	m.Signaling(signaling.CallEnded{Lasted: 10 * time.Minute})
	m.Signaling(signaling.Joined{Took: 3 * time.Millisecond})
	m.Signaling(signaling.RoundTrip{Took: 30 * time.Millisecond})
	m.Report(web.Report{Connect: 700 * time.Millisecond})
	m.Report(web.Report{}) // never connected
	shown := scrape(t, m)
	for _, want := range []string{
		`zerortc_build_info{goversion="go1`, `revision="abcdef",version="v1.2.3"} 1`,
		`zerortc_start_time_seconds 1.7672256005e+09`,
		`zerortc_tcp_refusals_total{reason="max-silent"} 33`,
		`zerortc_ready 0`, `zerortc_draining 1`,
		`zerortc_not_ready{reason="selftest"} 1`, `zerortc_not_ready{reason="certificate"} 0`,
		`zerortc_tls_cert_not_after_timestamp_seconds{name="server"} 1.7672256005e+09`,
		`zerortc_tls_cert_not_after_timestamp_seconds{name="call.example.org"} 0`,
		`zerortc_ws_connections 7`, `zerortc_calls 1`, `zerortc_ws_extended_sessions 20`, `zerortc_ws_waiting_bytes 32`, `zerortc_ws_connections_total 21`,
		`zerortc_ws_close_total{code="1001"} 22`, `zerortc_ws_relayed_messages_total 23`, `zerortc_ws_relayed_bytes_total 24`,
		`zerortc_call_duration_seconds_bucket{le="300"} 0`, `zerortc_call_duration_seconds_bucket{le="900"} 1`,
		`zerortc_join_duration_seconds_bucket{le="0.005"} 1`, `zerortc_ws_rtt_seconds_bucket{le="0.05"} 1`,
		`zerortc_rooms 2`, `zerortc_peers 3`,
		`zerortc_ws_refusals_total{reason="room-full"} 4`, `zerortc_ws_refusals_total{reason="bad-json"} 0`,
		`zerortc_ice_requests_total{result="ok"} 16`, `zerortc_ice_credentials_issued_total 17`,
		`zerortc_call_reports_total{outcome="lost",pair="relay",transport="tls"} 30`, `zerortc_call_verdicts_total{verdict="no-way"} 31`,
		`zerortc_call_connect_seconds_bucket{le="0.5"} 0`, `zerortc_call_connect_seconds_bucket{le="1"} 1`, `zerortc_call_connect_seconds_count 1`,
		`zerortc_turn_allocations{transport="udp"} 5`, `zerortc_turn_allocations{transport="tls"} 0`,
		`zerortc_turn_allocations_total{result="ok",transport="tls"} 6`,
		`zerortc_turn_allocations_total{result="capacity",transport="tls"} 1`,
		`zerortc_turn_sessions_ended_total{reason="client"} 8`,
		`zerortc_turn_relay_bytes_total{direction="to-peers"} 1000`, `zerortc_turn_relay_bytes_total{direction="from-peers"} 2000`,
		`zerortc_turn_relay_packets_total{direction="to-peers"} 10`, `zerortc_turn_relay_packets_total{direction="from-peers"} 20`,
		`zerortc_turn_refusals_total{reason="malformed"} 9`, `zerortc_turn_auth_failures_total{reason="expired"} 11`,
		`zerortc_turn_denied_peers_total{reason="loopback"} 12`,
		`zerortc_turn_ports_in_use 13`, `zerortc_turn_port_capacity 14`, `zerortc_turn_connections 15`,
		`zerortc_turn_session_duration_seconds_bucket{le="10"} 0`, `zerortc_turn_session_duration_seconds_bucket{le="60"} 1`,
		`zerortc_turn_session_duration_seconds_count 1`,
		`zerortc_selftest_success 0`, `zerortc_selftest_relay_rtt_seconds 0.25`,
		`zerortc_selftest_last_run_timestamp_seconds 1.7672256005e+09`,
		`zerortc_selftest_runs_total{result="passed"} 18`, `zerortc_selftest_runs_total{result="failed"} 19`,
		"go_goroutines ", "process_open_fds ",
	} {
		if !strings.Contains(shown, want) {
			t.Errorf("no %s", want)
		}
	}
	if t.Failed() {
		t.Log(shown)
	}
}

// The metrics are well formed, by those who made the format: names and units as the
// naming guide has them, every one described, and what is described is what comes.
func TestWellFormed(t *testing.T) {
	m := New(fixed())
	pedantic := prometheus.NewPedanticRegistry()
	pedantic.MustRegister(newCollector(fixed()))
	for _, d := range m.durations.all() {
		pedantic.MustRegister(d.histogram)
	}
	problems, err := testutil.GatherAndLint(pedantic)
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range problems {
		t.Errorf("%s: %s", p.Metric, p.Text)
	}
}

// The reference lists what is shown, and nothing else: name, kind, labels.
func TestReference(t *testing.T) {
	families, err := New(fixed()).registry.Gather()
	if err != nil {
		t.Fatal(err)
	}
	var shown, listed []string
	for _, f := range families {
		if !strings.HasPrefix(f.GetName(), prefix) {
			if !regexp.MustCompile(`^(go|process)_`).MatchString(f.GetName()) {
				t.Errorf("whose is %s?", f.GetName())
			}
			continue
		}
		var labels []string
		for _, l := range f.GetMetric()[0].GetLabel() {
			labels = append(labels, l.GetName())
		}
		shown = append(shown, strings.Join(append([]string{f.GetName(), strings.ToLower(f.GetType().String())}, labels...), " "))
	}
	for _, m := range Reference() {
		labels := slices.Sorted(slices.Values(m.Labels))
		listed = append(listed, strings.Join(append([]string{m.Name, m.Kind}, labels...), " "))
	}
	slices.Sort(listed)
	if !slices.Equal(shown, listed) {
		t.Errorf("shown\n%s\nlisted\n%s", strings.Join(shown, "\n"), strings.Join(listed, "\n"))
	}
}

// Readers get the format they ask for, compressed if they like.
func TestFormats(t *testing.T) {
	m := New(fixed())
	if text := scrape(t, m, "Accept: application/openmetrics-text; version=1.0.0"); !strings.Contains(text, "zerortc_rooms 2") {
		t.Errorf("no metrics in %q", text)
	}
	if packed := scrape(t, m, "Accept-Encoding: gzip"); strings.Contains(packed, "zerortc_rooms") {
		t.Error("not compressed")
	}
}

// A few at a time: a reader costs work, and one that does not read waits for nobody.
func TestReadersAreFew(t *testing.T) {
	sources, hang, inside := fixed(), make(chan struct{}), make(chan struct{}, 100)
	slow := sources.Minted
	sources.Minted = func() uint64 { inside <- struct{}{}; <-hang; return slow() }
	h := New(sources).Handler(slog.New(slog.NewTextHandler(io.Discard, nil)))
	ask := func() int {
		w := httptest.NewRecorder()
		h.ServeHTTP(w, httptest.NewRequest("GET", "/metrics", nil))
		return w.Code
	}
	codes := make(chan int)
	for range atOnce {
		go func() { codes <- ask() }()
	}
	for range atOnce {
		<-inside
	}
	if got := ask(); got != http.StatusServiceUnavailable {
		t.Errorf("one too many is answered %d", got)
	}
	close(hang)
	for range atOnce {
		if got := <-codes; got != http.StatusOK {
			t.Errorf("answered %d", got)
		}
	}
}
