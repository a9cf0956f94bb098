package web

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"
	"time"

	"zerortc/config"
)

// fakeProof opens the room blue to those with the invite "golden" or the PIN 1234.
type fakeProof struct{}

func (fakeProof) Check(c Claim, _ time.Time) error {
	switch {
	case c.PIN == "0000" && c.From == netip.MustParseAddr("192.0.2.1"):
		return ErrTooOften
	case c.Room == "" || c.Invite == "" && c.PIN == "":
		return ErrNoProof
	case c.Room == "blue" && (c.Invite == "golden" || c.PIN == "1234"):
		return nil
	}
	return errors.New("wrong, and how wrong is nobody's business")
}

func provingHandler(t *testing.T) http.Handler {
	t.Helper()
	h, err := newHandler(config.HTTP{}, Parts{Signaling: upgradeSeen, ICE: listICE{}, Proof: fakeProof{}}, quietLog())
	if err != nil {
		t.Fatal(err)
	}
	return h
}

// post sends a body of a type.
func post(h http.Handler, target, kind, body string) *httptest.ResponseRecorder {
	r := httptest.NewRequest("POST", target, strings.NewReader(body))
	r.Host = "192.0.2.7:9001"
	r.Header.Set("Content-Type", kind)
	return record(h, r)
}

func TestProof(t *testing.T) {
	h := provingHandler(t)
	const golden = "Authorization: Bearer golden"
	for _, c := range []struct {
		name   string
		answer *httptest.ResponseRecorder
		status int
		want   string // in the answer
	}{
		{"nothing", ask(h, "GET", "/api/ice"), 401, `"proof-needed"`},
		{"no room", ask(h, "GET", "/api/ice", golden), 401, `"proof-needed"`},
		{"a room", ask(h, "GET", "/api/ice?room=blue&uid=anna"), 401, `"proof-needed"`},
		{"an invite", ask(h, "GET", "/api/ice?room=blue&uid=anna", golden), 200, `"1767225600:blue.anna"`},
		{"in small letters", ask(h, "GET", "/api/ice?room=blue&uid=anna", "Authorization: bearer  golden "), 200, `"1767225600:blue.anna"`},
		{"another scheme", ask(h, "GET", "/api/ice?room=blue&uid=anna", "Authorization: Basic golden"), 401, `"proof-needed"`},
		{"an invite for another room", ask(h, "GET", "/api/ice?room=red&uid=anna", golden), 403, `"not-allowed"`},
		{"a wrong invite", ask(h, "GET", "/api/ice?room=blue", "Authorization: Bearer x"), 403, `"not-allowed"`},
		{"in the query", ask(h, "GET", "/api/ice?room=blue&invite=golden&pin=1234"), 401, `"proof-needed"`},
		{"a body", post(h, "/api/ice", "application/json", `{"room":"blue","uid":"anna","invite":"golden"}`), 200, `"1767225600:blue.anna"`},
		{"a PIN", post(h, "/api/ice", "application/json; charset=utf-8", `{"room":"blue","uid":"anna","pin":"1234","more":1}`), 200, `"1767225600:blue.anna"`},
		{"a body beside a query", post(h, "/api/ice?room=blue&uid=ben", "application/json", `{"pin":"1234"}`), 200, `"1767225600:blue.ben"`},
		{"a wrong PIN", post(h, "/api/ice", "application/json", `{"room":"blue","pin":"1235"}`), 403, `"not-allowed"`},
		{"a guess too many", post(h, "/api/ice", "application/json", `{"room":"blue","pin":"0000"}`), 429, `"too-many-guesses"`},
		{"an empty body", post(h, "/api/ice?room=blue", "application/json", ""), 401, `"proof-needed"`},
		{"another body", post(h, "/api/ice?room=blue", "text/plain", `{"pin":"1234"}`), 401, `"proof-needed"`},
		{"no JSON", post(h, "/api/ice", "application/json", `{"room":`), 400, `"bad-json"`},
		{"a number", post(h, "/api/ice", "application/json", `{"room":7}`), 400, `"bad-json"`},
		{"an endless body", post(h, "/api/ice", "application/json", `{"room":"`+strings.Repeat("x", maxClaim)+`"}`), 400, `"bad-json"`},
		{"TURN, nothing", ask(h, "GET", "/api/turn?username=anna"), 401, `"proof-needed"`},
		{"TURN, an invite", ask(h, "GET", "/api/turn?username=x&room=blue&uid=anna", golden), 200, `"1767225600:blue.anna"`},
		{"TURN, a PIN", post(h, "/api/turn?room=blue&uid=anna", "application/json", `{"pin":"1234"}`), 200, `"1767225600:blue.anna"`},
	} {
		body := c.answer.Body.String()
		if c.answer.Code != c.status || !strings.Contains(body, c.want) {
			t.Errorf("%s: %d %s", c.name, c.answer.Code, body)
		}
		if c.status != 200 && (strings.Contains(body, "key/of") || len(c.answer.Header().Values("Link")) > 0) {
			t.Errorf("%s: a credential for nothing: %v %s", c.name, c.answer.Header(), body)
		}
		if strings.Contains(body, "nobody's business") {
			t.Errorf("%s: tells what was wrong", c.name)
		}
		if challenge := c.answer.Header().Get("WWW-Authenticate"); (challenge == "Bearer") != (c.status == 401) {
			t.Errorf("%s: WWW-Authenticate %q", c.name, challenge)
		}
	}
}

// Without a proof a room binds the credential all the same, and nobody has to name
// one.
func TestOpenAccessBindsToo(t *testing.T) {
	h := testHandler(t, listICE{}, quietLog())
	for target, want := range map[string]string{
		"/api/ice": `"1767225600:nameless"`, "/api/ice?uid=anna": `"1767225600:nameless"`,
		"/api/ice?room=blue&uid=anna": `"1767225600:blue.anna"`, "/api/turn?username=x&room=blue&uid=anna": `"1767225600:blue.anna"`,
	} {
		if w := ask(h, "GET", target); w.Code != 200 || !strings.Contains(w.Body.String(), want) {
			t.Errorf("%s: %d %s", target, w.Code, w.Body)
		}
	}
}

// FuzzClaim: whatever stands in a body, the answer is one of four.
func FuzzClaim(f *testing.F) {
	for _, seed := range []string{`{"room":"blue","pin":"1234"}`, `null`, `[]`, `{"room":null}`, ``, `{"ROOM":"blue","PIN":"1234"}`, "\x00"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, body string) {
		door := newProofDoor(fakeProof{})
		h := iceHandler(listICE{}, door)
		switch w := post(h, "/api/ice", "application/json", body); w.Code {
		case 200, 400, 401, 403:
		default:
			t.Fatalf("%q: %d", body, w.Code)
		}
	})
}
