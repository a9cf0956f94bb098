package web

import (
	"net/http"
	"strconv"
	"time"
)

// ICEConfig is an RTCConfiguration as browsers take it, with members for other
// clients: ttl and expiresAt say when to ask again, lifetimeDuration is the same
// for those written against Google's AppRTC. WebIDL ignores members it does not know.
type ICEConfig struct {
	ICEServers         []ICEServer `json:"iceServers"`
	ICETransportPolicy string      `json:"iceTransportPolicy"`
	TTL                int64       `json:"ttl"` // seconds
	ExpiresAt          string      `json:"expiresAt"`
	LifetimeDuration   string      `json:"lifetimeDuration"`
}

// ICEServer is an RTCIceServer. URLs is an array even for one URL: AppRTC's
// descendants read nothing else.
type ICEServer struct {
	URLs       []string `json:"urls"`
	Username   string   `json:"username,omitempty"`
	Credential string   `json:"credential,omitempty"`
}

// Grant is what one caller is given, before it takes the shape of an answer. Whoever
// gives ICE servers by another way than this package's endpoints gives them in the same
// shape.
type Grant struct {
	STUN, TURN           []string // URLs
	Username, Credential string   // for those of TURN
	Expires              time.Time
	TTL                  time.Duration
}

// iceHandler answers /api/ice. A POST is answered like a GET: AppRTC's descendants
// send an empty one and take nothing but 200 for success. One with JSON in it can
// say more of who asks (proof.go).
func iceHandler(ice ICE, door *proofDoor) http.Handler {
	return door.guard(func(w http.ResponseWriter, r *http.Request, c Claim) {
		g := newGrant(ice, r, c.name(ice, ""), time.Now())
		g.link(w.Header())
		writeJSON(w, http.StatusOK, g.Config())
	})
}

func newGrant(ice ICE, r *http.Request, name string, now time.Time) Grant {
	g := Grant{TTL: ice.TTL()}
	g.STUN, g.TURN = ice.URLs(reachedHost(r), cameByTLS(r))
	g.Username, g.Credential, g.Expires = ice.Credentials(name, now)
	return g
}

// Config is the answer of /api/ice.
func (g Grant) Config() ICEConfig {
	seconds := int64(g.TTL / time.Second)
	return ICEConfig{
		ICEServers:         g.Servers(),
		ICETransportPolicy: "all",
		TTL:                seconds,
		ExpiresAt:          g.Expires.UTC().Format(time.RFC3339),
		LifetimeDuration:   strconv.FormatInt(seconds, 10) + "s",
	}
}

// Servers is the list in that answer; empty, not nil, if there are none. It leaves out an
// entry without URLs, on which browsers throw.
func (g Grant) Servers() []ICEServer {
	servers := []ICEServer{}
	if len(g.STUN) > 0 {
		servers = append(servers, ICEServer{URLs: g.STUN})
	}
	if len(g.TURN) > 0 {
		servers = append(servers, ICEServer{URLs: g.TURN, Username: g.Username, Credential: g.Credential})
	}
	return servers
}

// link adds the same list as Link headers, which WHIP and WHEP clients read
// (RFC 9725 section 4.6).
func (g Grant) link(h http.Header) {
	for _, url := range g.STUN {
		h.Add("Link", "<"+url+`>; rel="ice-server"`)
	}
	for _, url := range g.TURN {
		h.Add("Link", "<"+url+`>; rel="ice-server"; username=`+strconv.Quote(g.Username)+
			"; credential="+strconv.Quote(g.Credential)+`; credential-type="password"`)
	}
}
