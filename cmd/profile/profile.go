// Package profile serves profiles of the running process, for go tool pprof. They
// tell much about a server and cost it time: they belong on the operator's own
// socket, never on a port.
package profile

import (
	"net/http"
	"net/http/pprof"
)

// Path is where the profiles are.
const Path = "/debug/pprof/"

// Handler serves everything below Path. (Importing net/http/pprof registers the same
// on http.DefaultServeMux, which nothing of ours serves.)
func Handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc(Path, pprof.Index)
	mux.HandleFunc(Path+"cmdline", pprof.Cmdline)
	mux.HandleFunc(Path+"profile", pprof.Profile)
	mux.HandleFunc(Path+"symbol", pprof.Symbol)
	mux.HandleFunc(Path+"trace", pprof.Trace)
	return mux
}
