package web

import (
	"net/http"
	"sync/atomic"
)

// Stats is a glance at the server's counters.
type Stats struct {
	// ICE counts the answers of /api/ice and /api/turn by result: a word of a fixed
	// list, all of which are there.
	ICE map[string]uint64
}

// Stats reads the counters.
func (s *Server) Stats() Stats { return Stats{ICE: s.answers.read()} }

// answers counts by status, whose words are these.
type answers struct{ counts [len(results)]atomic.Uint64 }

var results = [...]struct {
	status int
	word   string
}{
	{http.StatusOK, "ok"},
	{http.StatusNoContent, "preflight"},
	{http.StatusBadRequest, "bad-request"},
	{http.StatusUnauthorized, "proof-needed"},
	{http.StatusForbidden, "refused"}, // the page's origin, or the proof
	{http.StatusMethodNotAllowed, "method-not-allowed"},
	{http.StatusTooManyRequests, "too-fast"},
	{0, "other"},
}

// counted has next's answers counted.
func (a *answers) counted(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		noted := &noted{ResponseWriter: w, status: http.StatusOK}
		next.ServeHTTP(noted, r)
		a.count(noted.status)
	})
}

func (a *answers) count(status int) {
	for i, r := range results {
		if r.status == status || r.status == 0 {
			a.counts[i].Add(1)
			return
		}
	}
}

func (a *answers) read() map[string]uint64 {
	m := make(map[string]uint64, len(results))
	for i, r := range results {
		m[r.word] = a.counts[i].Load()
	}
	return m
}

// noted notes the status of an answer. Nothing that stands behind it upgrades.
type noted struct {
	http.ResponseWriter
	status int
}

// WriteHeader implements http.ResponseWriter.
func (n *noted) WriteHeader(status int) {
	n.status = status
	n.ResponseWriter.WriteHeader(status)
}

// Unwrap is for http.ResponseController.
func (n *noted) Unwrap() http.ResponseWriter { return n.ResponseWriter }
