package web

import (
	"net/http"
	"strconv"
	"time"
)

// iceConfig is an RTCConfiguration as browsers take it, with members for other
// clients: ttl and expiresAt say when to ask again, lifetimeDuration is the same
// for those written against Google's AppRTC. WebIDL ignores members it does not know.
type iceConfig struct {
	ICEServers         []iceServer `json:"iceServers"`
	ICETransportPolicy string      `json:"iceTransportPolicy"`
	TTL                int64       `json:"ttl"` // seconds
	ExpiresAt          string      `json:"expiresAt"`
	LifetimeDuration   string      `json:"lifetimeDuration"`
}

// iceServer is an RTCIceServer. URLs is an array even for one URL: AppRTC's
// descendants read nothing else.
type iceServer struct {
	URLs       []string `json:"urls"`
	Username   string   `json:"username,omitempty"`
	Credential string   `json:"credential,omitempty"`
}

// grant is what one caller is given, before it takes the shape of an answer.
type grant struct {
	stun, turn           []string
	username, credential string
	expires              time.Time
	ttl                  time.Duration
}

// iceHandler answers /api/ice. A POST is answered like a GET: AppRTC's descendants
// send an empty one and take nothing but 200 for success. One with JSON in it can
// say more of who asks (proof.go).
func iceHandler(ice ICE, door *proofDoor) http.Handler {
	return door.guard(func(w http.ResponseWriter, r *http.Request, c Claim) {
		g := newGrant(ice, r, c.name(ice, ""), time.Now())
		g.link(w.Header())
		writeJSON(w, http.StatusOK, g.config())
	})
}

func newGrant(ice ICE, r *http.Request, name string, now time.Time) grant {
	g := grant{ttl: ice.TTL()}
	g.stun, g.turn = ice.URLs(reachedHost(r), cameByTLS(r))
	g.username, g.credential, g.expires = ice.Credentials(name, now)
	return g
}

func (g grant) config() iceConfig {
	seconds := int64(g.ttl / time.Second)
	return iceConfig{
		ICEServers:         g.servers(),
		ICETransportPolicy: "all",
		TTL:                seconds,
		ExpiresAt:          g.expires.UTC().Format(time.RFC3339),
		LifetimeDuration:   strconv.FormatInt(seconds, 10) + "s",
	}
}

// servers leaves out an entry without URLs, on which browsers throw.
func (g grant) servers() []iceServer {
	servers := []iceServer{}
	if len(g.stun) > 0 {
		servers = append(servers, iceServer{URLs: g.stun})
	}
	if len(g.turn) > 0 {
		servers = append(servers, iceServer{URLs: g.turn, Username: g.username, Credential: g.credential})
	}
	return servers
}

// link adds the same list as Link headers, which WHIP and WHEP clients read
// (RFC 9725 section 4.6).
func (g grant) link(h http.Header) {
	for _, url := range g.stun {
		h.Add("Link", "<"+url+`>; rel="ice-server"`)
	}
	for _, url := range g.turn {
		h.Add("Link", "<"+url+`>; rel="ice-server"; username=`+strconv.Quote(g.username)+
			"; credential="+strconv.Quote(g.credential)+`; credential-type="password"`)
	}
}
