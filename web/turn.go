package web

import (
	"net/http"
	"strings"
	"time"
)

// turnGrant is the answer of the TURN REST API (draft-uberti-behave-turn-rest-00
// section 2.2), which speaks of password and uris and knows TURN alone.
type turnGrant struct {
	Username string   `json:"username"`
	Password string   `json:"password"`
	TTL      int64    `json:"ttl"` // seconds
	URIs     []string `json:"uris"`
}

// turnHandler answers GET /api/turn?service=turn&username=NAME. The draft's key,
// which Janus spells api, is ignored: who may ask is decided by origin, rate and
// the room's proof.
func turnHandler(ice ICE, door *proofDoor) http.Handler {
	return door.guard(func(w http.ResponseWriter, r *http.Request, c Claim) {
		query := r.URL.Query()
		if service := query.Get("service"); service != "" && service != "turn" {
			fail(w, r, http.StatusBadRequest, "bad-service", "the only service here is turn: ?service=turn")
			return
		}
		name := query.Get("username")
		if !IsUserName(name) {
			fail(w, r, http.StatusBadRequest, "bad-username",
				"username is up to 64 letters, digits and any of "+userNamePunctuation)
			return
		}
		g := newGrant(ice, r, c.name(ice, name), time.Now())
		g.link(w.Header())
		writeJSON(w, http.StatusOK, g.turnGrant())
	})
}

func (g Grant) turnGrant() turnGrant {
	return turnGrant{
		Username: g.Username,
		Password: g.Credential,
		TTL:      int64(g.TTL / time.Second),
		URIs:     append([]string{}, g.TURN...), // an empty array, never null
	}
}

const (
	maxUserName         = 64
	userNamePunctuation = ". _ ~ @ + = -"
)

// IsUserName checks the name a caller wants in its credential; none is fine. The
// colon is missing because it parts expiry from name there; the length keeps the
// whole far below the 508 bytes of a USERNAME attribute (RFC 8489 section 14.3).
func IsUserName(s string) bool {
	return len(s) <= maxUserName && strings.Trim(s, userNameChars) == ""
}

const userNameChars = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._~@+=-"
