package metrics

import (
	"runtime"
	"slices"

	"zerortc/cmd/health"
	"zerortc/turnserver/gate"
)

// prefix begins every name.
const prefix = "zerortc_"

// Metric is a row of the reference.
type Metric struct {
	Name   string
	Kind   string // gauge, counter or histogram
	Labels []string
	Help   string
}

// Reference lists every metric but those of the Go runtime (go_) and of the process
// as the system sees it (process_).
func Reference() (all []Metric) {
	for _, r := range table() {
		all = append(all, r.Metric)
	}
	for _, d := range newDurations().all() {
		all = append(all, d.Metric)
	}
	return all
}

// row is a metric and the way to its values.
type row struct {
	Metric
	read func(now *figures, put put)
}

func gauge(name, help string, read func(*figures, put), labels ...string) row {
	return row{Metric{prefix + name, "gauge", labels, help}, read}
}

func counter(name, help string, read func(*figures, put), labels ...string) row {
	return row{Metric{prefix + name, "counter", labels, help}, read}
}

// table is every metric that is read when somebody asks.
func table() []row {
	return slices.Concat(ofProcess(), ofSignaling(), ofWeb(), ofTURN(), ofSelfTest())
}

func ofProcess() []row {
	return []row{
		gauge("build_info", "What runs: always 1.", func(now *figures, put put) {
			put(1, now.sources.Version, now.sources.Revision, runtime.Version())
		}, "version", "revision", "goversion"),
		gauge("start_time_seconds", "When the process started, in seconds since 1970.", func(now *figures, put put) {
			put(seconds(now.sources.Started))
		}),
		gauge("ready", "Whether new calls can be served (/readyz).", func(now *figures, put put) {
			put(truth(len(now.notReady) == 0))
		}),
		gauge("not_ready", "Whether this is a reason for not being ready.", func(now *figures, put put) {
			for _, reason := range health.Reasons() {
				put(truth(slices.Contains(now.notReady, reason)), reason)
			}
		}, "reason"),
		gauge("draining", "Whether the operator sends new calls elsewhere.", func(now *figures, put put) {
			put(truth(now.sources.Draining()))
		}),
		gauge("tls_cert_not_after_timestamp_seconds", "When a certificate ends, in seconds since 1970; 0 while it is being obtained.", func(now *figures, put put) {
			for _, c := range now.certificates {
				put(seconds(c.NotAfter), c.Name)
			}
		}, "name"),
		counter("tcp_refusals_total", "TCP connections closed before they were served, by the limit they met or what they spoke.", func(now *figures, put put) {
			each(now.sources.TCP(), func(n float64, reason string) { put(n, reason) })
		}, "reason"),
	}
}

func ofSignaling() []row {
	return []row{
		gauge("ws_connections", "Signaling sockets that are open.", func(now *figures, put put) {
			put(float64(now.signaling.Sockets))
		}),
		gauge("ws_extended_sessions", "Sessions of the extended dialect, those included whose client is to come back.", func(now *figures, put put) {
			put(float64(now.signaling.Extended))
		}),
		gauge("ws_waiting_bytes", "Bytes that wait for signaling clients that read slowly or are to come back, or for the rest of what they send; what may wait for each is less while much waits for all.", func(now *figures, put put) {
			put(float64(now.signaling.WaitingBytes))
		}),
		counter("ws_connections_total", "Signaling sockets that were opened.", func(now *figures, put put) {
			put(float64(now.signaling.Opened))
		}),
		counter("ws_close_total", "Signaling sockets that ended, by close code; none is a connection that broke.", func(now *figures, put put) {
			each(now.signaling.Closed, func(n float64, code string) { put(n, code) })
		}, "code"),
		counter("ws_relayed_messages_total", "Messages handed from one client to another.", func(now *figures, put put) {
			put(float64(now.signaling.RelayedFrames))
		}),
		counter("ws_relayed_bytes_total", "Bytes of those messages.", func(now *figures, put put) {
			put(float64(now.signaling.RelayedBytes))
		}),
		gauge("calls", "Rooms with two people or more.", func(now *figures, put put) {
			put(float64(now.signaling.Calls))
		}),
		gauge("rooms", "Rooms with somebody in them.", func(now *figures, put put) {
			put(float64(now.signaling.Rooms))
		}),
		gauge("peers", "Clients in rooms.", func(now *figures, put put) {
			put(float64(now.signaling.Members))
		}),
		counter("ws_refusals_total", "Frames, sockets and upgrades that signaling dropped, closed or turned away.", func(now *figures, put put) {
			each(now.signaling.Refusals, func(n float64, reason string) { put(n, reason) })
		}, "reason"),
	}
}

func ofWeb() []row {
	return []row{
		counter("ice_requests_total", "Answers of /api/ice and /api/turn.", func(now *figures, put put) {
			each(now.web.ICE, func(n float64, result string) { put(n, result) })
		}, "result"),
		counter("ice_credentials_issued_total", "TURN credentials handed out.", func(now *figures, put put) {
			put(float64(now.sources.Minted()))
		}),
		counter("call_reports_total", "Calls of which a page told when they were over, by how they ended and the way media took.", func(now *figures, put put) {
			for kind, n := range now.reports.Calls {
				put(float64(n), kind.Outcome, kind.Pair, kind.Transport)
			}
		}, "outcome", "pair", "transport"),
		counter("call_verdicts_total", "Those calls by what the page found.", func(now *figures, put put) {
			each(now.reports.Verdicts, func(n float64, verdict string) { put(n, verdict) })
		}, "verdict"),
	}
}

// Values of the label direction.
const (
	toPeers   = "to-peers"
	fromPeers = "from-peers"
)

func ofTURN() []row {
	return []row{
		gauge("turn_allocations", "Allocations (relays) there are.", func(now *figures, put put) {
			for _, t := range gate.Transports() {
				put(float64(now.turn.Live[t]), t.String())
			}
		}, "transport"),
		counter("turn_allocations_total", "Allocate requests, by ok or by why there was none; the self-test has two every two minutes.", func(now *figures, put put) {
			for _, t := range gate.Transports() {
				each(now.turn.Allocations[t], func(n float64, result string) { put(n, t.String(), result) })
			}
		}, "transport", "result"),
		counter("turn_sessions_ended_total", "Allocations that have ended, by why.", func(now *figures, put put) {
			each(now.turn.Ended, func(n float64, reason string) { put(n, reason) })
		}, "reason"),
		counter("turn_relay_bytes_total", "Bytes of data relayed, without headers.", func(now *figures, put put) {
			put(float64(now.turn.ToPeers.Bytes), toPeers)
			put(float64(now.turn.FromPeers.Bytes), fromPeers)
		}, "direction"),
		counter("turn_relay_packets_total", "Packets relayed.", func(now *figures, put put) {
			put(float64(now.turn.ToPeers.Packets), toPeers)
			put(float64(now.turn.FromPeers.Packets), fromPeers)
		}, "direction"),
		counter("turn_auth_failures_total", "Requests with a credential that was not let in.", func(now *figures, put put) {
			each(now.turn.AuthFailures, func(n float64, reason string) { put(n, reason) })
		}, "reason"),
		counter("turn_denied_peers_total", "Requests for peers, and packets to them, that the peer policy denied.", func(now *figures, put put) {
			each(now.turn.DeniedPeers, func(n float64, reason string) { put(n, reason) })
		}, "reason"),
		counter("turn_refusals_total", "Packets, requests and connections refused; unauthorized counts the usual first request of every client too.", func(now *figures, put put) {
			each(now.turn.Refused, func(n float64, reason string) { put(n, reason) })
		}, "reason"),
		gauge("turn_connections", "Connections of TURN clients over TCP and TLS.", func(now *figures, put put) {
			put(float64(now.turn.Connections))
		}),
		gauge("turn_ports_in_use", "Relay ports in use, on all addresses together.", func(now *figures, put put) {
			put(float64(now.turn.PortsInUse))
		}),
		gauge("turn_port_capacity", "Relay ports of one address (turn.relay-ports).", func(now *figures, put put) {
			put(float64(now.turn.PortCapacity))
		}),
	}
}

func ofSelfTest() []row {
	return []row{
		gauge("selftest_success", "Whether the last relay self-test passed, and not long ago.", func(now *figures, put put) {
			put(truth(now.selftest.Good(now.at)))
		}),
		gauge("selftest_relay_rtt_seconds", "How long its packet took through two relays and back; 0 if the peer policy forbids that.", func(now *figures, put put) {
			put(now.selftest.RoundTrip.Seconds())
		}),
		gauge("selftest_last_run_timestamp_seconds", "When the last one ended, in seconds since 1970.", func(now *figures, put put) {
			put(seconds(now.selftest.At))
		}),
		counter("selftest_runs_total", "Relay self-tests.", func(now *figures, put put) {
			put(float64(now.selftests.Passed), "passed")
			put(float64(now.selftests.Failed), "failed")
		}, "result"),
	}
}
