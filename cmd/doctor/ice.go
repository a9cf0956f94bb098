package doctor

import (
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"time"

	"zerortc/cmd/finding"
)

// iceList is what the checks of STUN and TURN need of /api/ice.
type iceList struct {
	stun       string            // host:port
	turn       map[string]string // host:port by way: overUDP, overTCP, overTLS
	user, pass string
	urls       int
}

// Ways by which clients reach TURN.
const (
	overUDP = "udp"
	overTCP = "tcp"
	overTLS = "tls"
)

// ways has the best first.
var ways = []string{overUDP, overTCP, overTLS}

// mostURLs is more than browsers take without a warning.
const mostURLs = 4

// iceAnswer is the JSON of /api/ice: an RTCConfiguration and when it ends.
type iceAnswer struct {
	ICEServers []struct {
		URLs                 []string
		Username, Credential string
	}
	ExpiresAt time.Time
}

// ice fetches the list that clients are given, and judges it.
func (v *visit) ice(ctx context.Context) finding.Finding {
	u := v.URL.JoinPath("api", "ice")
	header, trust := http.Header{}, v.tls()
	if v.Invite != "" {
		u.RawQuery = url.Values{"room": {v.Room}, "uid": {"doctor"}}.Encode()
		header.Set("Authorization", "Bearer "+v.Invite)
		trust = v.strict()
	}
	answer, body, err := v.get(ctx, trust, u, header)
	var unknown *tls.CertificateVerificationError
	if errors.As(err, &unknown) {
		return finding.Bad("", "the invite is not shown to a server of which nobody knows whose it is: "+shortly(unknown.Err),
			"mend what is said of certificate first, or have this machine trust the server at /trust")
	}
	if err != nil {
		what, remedy := v.unreached(err)
		return finding.Bad("", what, remedy)
	}
	if answer.StatusCode != http.StatusOK {
		what, remedy := noList(answer)
		return finding.Bad("", what, remedy)
	}
	list, err := readList(body)
	if err != nil {
		return finding.Bad("", "the answer of /api/ice is no ICE list: "+err.Error(), "see that /api/ice leads to this server and to no other; then look for a proxy that changes its answers")
	}
	if what, remedy := v.wrongList(list, body); what != "" {
		return finding.Bad("", what, remedy)
	}
	v.list = list
	if list.urls > mostURLs {
		return finding.Worth("", fmt.Sprintf("the list has %d URLs; browsers lose time over more than %d", list.urls, mostURLs), "have fewer listeners in turn.listen")
	}
	return finding.Good("", "a list of %d URLs and a user for TURN", list.urls)
}

func noList(answer *http.Response) (what, remedy string) {
	switch answer.StatusCode {
	case http.StatusUnauthorized, http.StatusForbidden:
		return "credentials are for the invited only: /api/ice answers " + answer.Status,
			"give the doctor an invite, as the whole link that zerortc invite prints: --url https://…/room/…#invite=…"
	case http.StatusTooManyRequests:
		return "too many ask for credentials from this address", "try again in a second"
	}
	return "/api/ice answers " + answer.Status, "see that a proxy passes /api/ on to this server"
}

// readList takes the URLs of RFC 7064 and RFC 7065.
func readList(body []byte) (list iceList, err error) {
	var answer iceAnswer
	if err := json.Unmarshal(body, &answer); err != nil {
		return list, fmt.Errorf("no JSON as it should be: %w", err)
	}
	list.turn = map[string]string{}
	for _, server := range answer.ICEServers {
		for _, text := range server.URLs {
			list.urls++
			if err := list.add(text); err != nil {
				return list, err
			}
		}
		if server.Username != "" {
			list.user, list.pass = server.Username, server.Credential
		}
	}
	switch {
	case list.stun == "":
		return list, fmt.Errorf("it has no stun: URL")
	case len(list.turn) == 0:
		return list, fmt.Errorf("it has no turn: URL")
	case list.user == "" || list.pass == "":
		return list, fmt.Errorf("it has no user for TURN")
	}
	return list, nil
}

// add takes the first URL of each way.
func (l *iceList) add(text string) error {
	u, err := url.Parse(text)
	if err != nil || u.Opaque == "" {
		return fmt.Errorf("%q is no URL of STUN or TURN", text)
	}
	secure := u.Scheme == "stuns" || u.Scheme == "turns"
	at := withPort(u.Opaque, secure)
	way := u.Query().Get("transport")
	switch {
	case u.Scheme == "stun":
		keepFirst(&l.stun, at)
		return nil
	case u.Scheme == "stuns":
		return nil
	case u.Scheme != "turn" && u.Scheme != "turns":
		return fmt.Errorf("%q is no URL of STUN or TURN", text)
	case secure:
		way = overTLS
	case way == "":
		way = overUDP
	}
	first := l.turn[way]
	keepFirst(&first, at)
	l.turn[way] = first
	return nil
}

func keepFirst(place *string, text string) {
	if *place == "" {
		*place = text
	}
}

// withPort adds the port that a URL may leave out (RFC 7065 section 3.1).
func withPort(host string, secure bool) string {
	if _, _, err := net.SplitHostPort(host); err == nil {
		return host
	}
	port := "3478"
	if secure {
		port = "5349"
	}
	return net.JoinHostPort(strings.Trim(host, "[]"), port)
}

// wrongList finds what is well-formed and yet leads nowhere.
func (v *visit) wrongList(list iceList, body []byte) (what, remedy string) {
	for _, at := range append([]string{list.stun}, list.turn[overUDP], list.turn[overTCP], list.turn[overTLS]) {
		host, _, _ := net.SplitHostPort(at)
		if nowhere(host) && !nowhere(v.URL.Hostname()) {
			return fmt.Sprintf("the list sends clients to %s, which is everybody's own machine", host),
				"have turn.listen at an address of the network, and a proxy in front pass on the header Host (or set ice.host)"
		}
	}
	var answer iceAnswer
	_ = json.Unmarshal(body, &answer) // it was read before
	theirs, err := http.ParseTime(v.date)
	if err == nil && !answer.ExpiresAt.IsZero() && answer.ExpiresAt.Before(theirs) {
		return "the credentials of the list ended at " + answer.ExpiresAt.Format(time.DateTime) + " already",
			"the answer comes out of a cache: have proxies keep nothing of /api/"
	}
	return "", ""
}

// nowhere tells a host that means another machine to everybody.
func nowhere(host string) bool {
	addr, err := netip.ParseAddr(host)
	if err != nil {
		return host == "localhost"
	}
	return addr.IsLoopback() || addr.IsUnspecified()
}
