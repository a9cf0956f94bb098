package web

import (
	"net/http"

	"zerortc/web/certs"
)

// handleTrust serves what a device needs to trust this server: a page with the
// steps for each system, and the CA in every form a system takes. All of it is
// there over plain HTTP too, since a device that does not trust us yet gets there
// no other way; what it downloads it compares by the fingerprint that the server
// prints at start.
func handleTrust(mux *http.ServeMux, files staticFiles, ca *certs.CA, covers func(host string) bool) {
	if ca == nil {
		return
	}
	mux.Handle("/trust", only(trustPage(files["/trust/index.html"]), http.MethodGet))
	mux.Handle("/trust/", only(trustPage(files), http.MethodGet))
	for _, name := range ofTheCallPage {
		mux.Handle("/trust/"+name, only(files["/page/"+name], http.MethodGet))
	}
	mux.Handle("/trust/info", only(trustInfo(ca, covers), http.MethodGet))
	mux.Handle("/trust/qr.svg", only(http.HandlerFunc(trustQR), http.MethodGet))
	for _, d := range ca.Documents() {
		mux.Handle("/trust/"+d.Name, only(document(d), http.MethodGet))
	}
}

// ofTheCallPage are the files that the trust page has of the call page. It finds
// them beside its own, since /page/ is redirected to TLS.
var ofTheCallPage = []string{"style.css", "icon.svg", "dom.js", "store.js", "speech.js"}

// trustPage lets the page ask this host by https whether it is trusted, also where
// the page itself came without TLS and a browser does not take that for 'self'.
func trustPage(page http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Security-Policy", contentSecurityPolicy(r.Host, "https"))
		page.ServeHTTP(w, r)
	})
}

// document is the CA as a download.
func document(d certs.Document) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		h := w.Header()
		h.Set("Content-Type", d.ContentType)
		h.Set("Content-Disposition", `attachment; filename="`+d.Name+`"`)
		h.Set("Cache-Control", "no-store")
		_, _ = w.Write(d.Content)
	})
}

// trustInfo is what the page shows of the CA, and whether the certificate is for the
// host by which the caller came: where it is not, no trust helps.
func trustInfo(ca *certs.CA, covers func(host string) bool) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Cache-Control", "no-store")
		writeJSON(w, http.StatusOK, map[string]any{
			"name":        ca.Name(),
			"fingerprint": ca.Fingerprint(),
			"validUntil":  ca.NotAfter().UTC().Format("2006-01-02"),
			"covers":      covers == nil || covers(reachedHost(r)),
		})
	})
}
