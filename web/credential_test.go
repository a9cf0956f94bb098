package web

import (
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"zerortc/config"
)

// oneSeen knows one credential.
type oneSeen struct{}

func (oneSeen) View(username, credential string, _ time.Time) View {
	if username != "1767225600:anna" || credential != "right" {
		return View{Credential: CredentialRefused, Refused: []string{}}
	}
	return View{Credential: CredentialAccepted, Opened: 2, Refused: []string{"peer-denied"}}
}

func TestCredential(t *testing.T) {
	h, err := newHandler(config.HTTP{}, Parts{Signaling: upgradeSeen, ICE: listICE{}, Seen: oneSeen{}}, quietLog())
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range []struct {
		body, origin string
		code         int
		want         string
	}{
		{`{"username":"1767225600:anna","credential":"right"}`, "", 200, `{"credential":"accepted","opened":2,"refused":["peer-denied"]}`},
		{`{"username":"1767225600:anna","credential":"wrong"}`, "", 200, `{"credential":"refused","opened":0,"refused":[]}`},
		{`{}`, "", 200, `{"credential":"refused","opened":0,"refused":[]}`},
		{`[`, "", 400, `bad-json`},
		{`{"username":"` + strings.Repeat("x", maxCredential) + `"}`, "", 400, `bad-json`},
		{`{"username":"1767225600:anna","credential":"right"}`, "https://evil.example", 403, `origin-not-allowed`},
	} {
		r := httptest.NewRequest("POST", "/api/credential", strings.NewReader(row.body))
		if row.origin != "" {
			r.Header.Set("Origin", row.origin)
		}
		w := record(h, r)
		if w.Code != row.code || !strings.Contains(w.Body.String(), row.want) || w.Header().Get("Cache-Control") != "no-store" {
			t.Errorf("%.60s: %d %s", row.body, w.Code, w.Body)
		}
	}
	if w := ask(h, "GET", "/api/credential"); w.Code != 405 {
		t.Errorf("GET: %d", w.Code)
	}
	if w := ask(testHandler(t, listICE{}, quietLog()), "POST", "/api/credential"); w.Code != 404 {
		t.Errorf("where nobody knows: %d", w.Code)
	}
}
