package web

import "net/http"

// handleTest serves the page on which people see why their calls fail. It asks the
// server nothing that a call would not ask, but for what /test/info says.
func handleTest(mux *http.ServeMux, files staticFiles, parts Parts) {
	mux.Handle("/test", only(files["/test/index.html"], http.MethodGet))
	mux.Handle("/test/", only(files, http.MethodGet))
	mux.Handle("/test/info", only(testInfo(parts), http.MethodGet))
}

// testInfo is what the page cannot find out by trying: which version its report is
// about, and whether there are https and /trust to lead people to.
func testInfo(parts Parts) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Cache-Control", "no-store")
		writeJSON(w, http.StatusOK, map[string]any{
			"version": parts.Version,
			"https":   parts.TLS,
			"trust":   parts.CA != nil,
		})
	})
}
