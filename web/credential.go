package web

import (
	"encoding/json"
	"net/http"
	"time"
)

// Seen knows what became of TURN credentials. It is asked by many requests at a time.
type Seen interface {
	View(username, credential string, now time.Time) View
}

// View is what there is to know of a credential, for whoever holds it.
type View struct {
	Credential string   `json:"credential"` // one of the words below
	Opened     int      `json:"opened"`     // relays, ever
	Refused    []string `json:"refused"`    // why requests were refused, by the names of package gate
}

// What may be said of a credential.
const (
	CredentialAccepted = "accepted"
	CredentialExpired  = "expired"
	CredentialRefused  = "refused"
)

const maxCredential = 2 << 10 // bytes of a body

// credentialHandler answers /api/credential: a page whose call failed asks what the
// server saw of it. The credential comes in a body, since a query stands in the logs of
// proxies.
func credentialHandler(seen Seen) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var asked struct{ Username, Credential string }
		if err := json.NewDecoder(http.MaxBytesReader(w, r.Body, maxCredential)).Decode(&asked); err != nil {
			fail(w, r, http.StatusBadRequest, "bad-json", `a body has to be JSON such as {"username": "…", "credential": "…"}`)
			return
		}
		writeJSON(w, http.StatusOK, seen.View(asked.Username, asked.Credential, time.Now()))
	})
}
