package web

import (
	"encoding/json"
	"errors"
	"io"
	"mime"
	"net/http"
	"net/netip"
	"strings"
	"time"
)

// Claim is what a caller of /api/ice or /api/turn says of itself: for which room it
// wants credentials, as whom, and by what right. All of it may be empty.
type Claim struct {
	Room   string `json:"room"`
	UID    string `json:"uid"`
	Invite string `json:"invite"`
	PIN    string `json:"pin"`

	From netip.Addr `json:"-"` // the address that the claim came from
}

// Proof decides which claims are good enough for credentials. It is asked by many
// requests at a time.
type Proof interface {
	// Check answers nil; or ErrNoProof where the claim lacks something; ErrTooOften
	// where its address has guessed too often; and anything else where something in
	// it is wrong.
	Check(c Claim, now time.Time) error
}

// What a Proof may find.
var (
	ErrNoProof  = errors.New("the room's proof is missing")
	ErrTooOften = errors.New("too many wrong proofs from this address")
)

const maxClaim = 8 << 10 // bytes of a body; an invite takes 4 KiB at the most

// proofDoor asks callers of the ICE endpoints for their room's proof.
type proofDoor struct{ proof Proof }

func newProofDoor(proof Proof) *proofDoor {
	if proof == nil {
		proof = everybody{}
	}
	return &proofDoor{proof}
}

// everybody is the proof where none is asked for.
type everybody struct{}

func (everybody) Check(Claim, time.Time) error { return nil }

// guard hands next the claims that are good. The answers to the others have no
// credential in them, and do not say what exactly was wrong.
func (d *proofDoor) guard(next func(http.ResponseWriter, *http.Request, Claim)) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		c, err := readClaim(w, r)
		if err != nil {
			fail(w, r, http.StatusBadRequest, "bad-json", `a body has to be JSON such as {"room": "…", "uid": "…", "invite": "…", "pin": "…"}`)
			return
		}
		switch err := d.proof.Check(c, time.Now()); {
		case err == nil:
			next(w, r, c)
		case errors.Is(err, ErrNoProof):
			w.Header().Set("WWW-Authenticate", "Bearer") // RFC 6750 section 3
			fail(w, r, http.StatusUnauthorized, "proof-needed",
				"credentials are for people in a room: name it with room and uid, and prove it by its invite (Authorization: Bearer …) or its pin (in a JSON body)")
		case errors.Is(err, ErrTooOften):
			w.Header().Set("Retry-After", "60")
			fail(w, r, http.StatusTooManyRequests, "too-many-guesses", "too many wrong PINs from this address, try again after a minute")
		default:
			fail(w, r, http.StatusForbidden, "not-allowed", "the invite or the PIN does not open this room")
		}
	})
}

// readClaim takes room and uid from the query, the invite from the Authorization
// header, and any of them, with the PIN, from a body of JSON. What is secret has no
// place in a query, for that stands in the logs of proxies. Any other body is left
// unread, as it always was.
func readClaim(w http.ResponseWriter, r *http.Request) (Claim, error) {
	query := r.URL.Query()
	c := Claim{Room: query.Get("room"), UID: query.Get("uid"), Invite: bearer(r.Header.Get("Authorization")), From: callerAddr(r)}
	kind, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if r.Method != http.MethodPost || kind != "application/json" {
		return c, nil
	}
	err := json.NewDecoder(http.MaxBytesReader(w, r.Body, maxClaim)).Decode(&c)
	if errors.Is(err, io.EOF) { // empty
		err = nil
	}
	return c, err
}

// bearer is the token in an Authorization header (RFC 6750 section 2.1).
func bearer(header string) string {
	scheme, token, _ := strings.Cut(header, " ")
	if !strings.EqualFold(scheme, "Bearer") {
		return ""
	}
	return strings.TrimSpace(token)
}

// name is whom to mint credentials for: the person in the room, or who the caller
// wants to be.
func (c Claim) name(ice ICE, wanted string) string {
	if c.Room == "" {
		return wanted
	}
	return ice.Member(c.Room, c.UID)
}
