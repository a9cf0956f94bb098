package web

import (
	"encoding/json"
	"mime"
	"net/http"
	"slices"
	"time"

	"zerortc/config"
)

// Report is what a page tells of one call when the call is over: words of fixed lists
// and a time. Nothing in it says who called whom, from where, or about what.
type Report struct {
	Outcome   string        // a word of ReportOutcomes
	Pair      string        // a word of ReportPairs: the way that media took
	Transport string        // a word of ReportTransports: to the relay if there was one, else to the other
	Verdict   string        // a word of ReportVerdicts
	Connect   time.Duration // until media first ran; 0 if it never did
}

// ReportOutcomes are how a call may end: it ran, it ran and broke for good, it never
// ran, or somebody gave up before it did. Of a call that is over within two
// seconds of its opening the page does not tell.
func ReportOutcomes() []string { return []string{"connected", "lost", "failed", "abandoned"} }

// ReportPairs are the ways of media: straight, through a NAT, through the relay, none.
func ReportPairs() []string { return []string{"host", "reflexive", "relay", "none"} }

// ReportTransports are those of media.
func ReportTransports() []string { return []string{"udp", "tcp", "tls", "none"} }

// ReportVerdicts are what the page may find (static/page/verdict.js).
func ReportVerdicts() []string {
	return []string{
		"ok", "lost", "server-gone", "no-answer", "no-list", "no-candidates",
		"credential-expired", "credential-refused", "relay-full", "relay-refused", "relay-unreachable",
		"peer-denied", "other-side", "relay-ports", "no-way", "handshake", "unknown",
	}
}

const (
	maxReport        = 512 // bytes
	longestConnect   = 10 * time.Minute
	reportsPerSecond = 1 // of one address: a call tells once
	reportsBurst     = 60
)

// reportDoor takes the reports of our own pages.
type reportDoor struct {
	settings *current
	take     func(Report) // nil: nobody wants them
	callers  *limiter
}

// handleReport serves /api/report.
func handleReport(mux *http.ServeMux, settings *current, take func(Report)) {
	d := &reportDoor{settings: settings, take: take, callers: newLimiter(reportsPerSecond, reportsBurst, callersKept)}
	mux.Handle("/api/report", only(d, http.MethodPost))
}

// ServeHTTP implements http.Handler. Reports that the settings do not want are not
// even read, and their senders need not know.
func (d *reportDoor) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Cache-Control", "no-store")
	switch {
	case !ownPage(r):
		fail(w, r, http.StatusForbidden, "origin-not-allowed", "reports are for the pages of this server")
	case d.take == nil || d.settings.Load().ReportsOff:
		w.WriteHeader(http.StatusNoContent)
	case !d.callers.allow(callerAddr(r), time.Now()):
		w.Header().Set("Retry-After", "1")
		fail(w, r, http.StatusTooManyRequests, "too-fast", "too many reports from this address")
	default:
		report, ok := readReport(w, r)
		if !ok {
			fail(w, r, http.StatusBadRequest, "bad-report", "this is no report of this server's page")
			return
		}
		d.take(report)
		w.WriteHeader(http.StatusNoContent)
	}
}

// ownPage tells that a page of this very server asks. Unlike at the ICE endpoints, who
// sends no Origin is nobody here: browsers send it with every POST.
func ownPage(r *http.Request) bool {
	origin := r.Header.Values("Origin")
	return len(origin) == 1 && origin[0] != "" && config.Origins{}.Allowed(origin[0], r.Host) && ownFetch(r.Header.Get("Sec-Fetch-Site"))
}

// readReport reads a body. Whatever is not one of the words makes all of it worthless.
func readReport(w http.ResponseWriter, r *http.Request) (Report, bool) {
	var body struct {
		Outcome, Pair, Transport, Verdict string
		ConnectMS                         int64
	}
	kind, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if kind != "application/json" || json.NewDecoder(http.MaxBytesReader(w, r.Body, maxReport)).Decode(&body) != nil {
		return Report{}, false
	}
	report := Report{
		Outcome: body.Outcome, Pair: body.Pair, Transport: body.Transport, Verdict: body.Verdict,
		Connect: time.Duration(body.ConnectMS) * time.Millisecond,
	}
	good := slices.Contains(ReportOutcomes(), body.Outcome) && slices.Contains(ReportPairs(), body.Pair) &&
		slices.Contains(ReportTransports(), body.Transport) && slices.Contains(ReportVerdicts(), body.Verdict) &&
		body.ConnectMS >= 0 && body.ConnectMS <= longestConnect.Milliseconds()
	return report, good
}
