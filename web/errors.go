package web

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
)

// apiError is how the endpoints below /api/ tell an error: a code for programs,
// which never changes, and a message for people.
type apiError struct {
	Code    string `json:"code"`
	Message string `json:"message"`
}

// fail answers with an error: JSON below /api/, plain text elsewhere.
func fail(w http.ResponseWriter, r *http.Request, status int, code, message string) {
	if !strings.HasPrefix(r.URL.Path, "/api/") {
		http.Error(w, message, status)
		return
	}
	writeJSON(w, status, map[string]apiError{"error": {Code: code, Message: message}})
}

// writeJSON answers with v, which must be of a type that always encodes.
func writeJSON(w http.ResponseWriter, status int, v any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	encoder := json.NewEncoder(w)
	encoder.SetEscapeHTML(false) // the answer is JSON and nosniff; a reader of curl's output wants & as &
	encoder.Encode(v)            // an error here is the caller gone
}

func notFound(w http.ResponseWriter, r *http.Request) {
	fail(w, r, http.StatusNotFound, "not-found", "nothing is served at this path")
}

func methodNotAllowed(w http.ResponseWriter, r *http.Request, methods []string) {
	allowed := strings.Join(methods, ", ")
	w.Header().Set("Allow", allowed) // RFC 9110 section 15.5.6
	fail(w, r, http.StatusMethodNotAllowed, "method-not-allowed", "this path answers "+allowed+" only")
}

// allows tells whether method is among methods. HEAD is GET without the body
// (RFC 9110 section 9.3.2).
func allows(methods []string, method string) bool {
	if method == http.MethodHead {
		method = http.MethodGet
	}
	return slices.Contains(methods, method)
}
