package config

import (
	"net/netip"
	"strconv"
	"strings"
)

// Origins lists the web pages' origins that may use the signaling socket and
// the ICE endpoint, beside the pages of this server: such as
// https://app.example.org, "*" for every origin, "null" for the opaque one.
type Origins []string

const (
	everyOrigin  = "*"
	opaqueOrigin = "null"
)

// Allowed decides for a request with the given Origin and Host headers.
//
// No Origin is a native client, which needs no protection from foreign pages. A
// page of our own is one whose Origin names the host that Host names, on any
// port: behind a proxy the ports differ. All loopback names and addresses are
// one host, the machine in front of the user.
func (o Origins) Allowed(origin, host string) bool {
	if origin == "" {
		return true
	}
	page, ok := parseOrigin(origin)
	if !ok {
		return false
	}
	return page.isOwn(host) || o.lists(page)
}

func (o Origins) lists(page origin) bool {
	for _, entry := range o {
		if entry == everyOrigin {
			return true
		}
		if listed, ok := parseOrigin(entry); ok && listed == page {
			return true
		}
	}
	return false
}

// origin is an origin (RFC 6454 section 4) spelled one way; the zero value is
// the opaque one.
type origin struct {
	scheme, host string
	port         uint16
}

// isOwn compares the host names. Only web pages have a host that could be ours:
// in capacitor://localhost it is the app itself.
func (o origin) isOwn(hostHeader string) bool {
	if o.scheme != "http" && o.scheme != "https" {
		return false
	}
	host, _, ok := splitAuthority(hostHeader)
	return ok && sameMachine(host) == sameMachine(o.host)
}

// sameMachine gives all loopback hosts one name.
func sameMachine(host string) string {
	if host == "localhost" || strings.HasSuffix(host, ".localhost") {
		return "localhost"
	}
	if addr, err := netip.ParseAddr(host); err == nil && addr.IsLoopback() {
		return "localhost"
	}
	return host
}

// parseOrigin takes what RFC 6454 section 6.2 serializes. Old Android web views
// say file:// where the standard says null.
func parseOrigin(text string) (origin, bool) {
	if text == opaqueOrigin || text == "file://" {
		return origin{}, true
	}
	scheme, authority, found := strings.Cut(text, "://")
	scheme = strings.ToLower(scheme)
	if !found || !isScheme(scheme) {
		return origin{}, false
	}
	host, port, ok := splitAuthority(authority)
	if !ok {
		return origin{}, false
	}
	if port == 0 {
		port = defaultPort(scheme)
	}
	return origin{scheme: scheme, host: host, port: port}, true
}

func defaultPort(scheme string) uint16 {
	switch scheme {
	case "http":
		return 80
	case "https":
		return 443
	}
	return 0
}

// isScheme is RFC 3986 section 3.1, for a lower-case text.
func isScheme(text string) bool {
	for i, r := range text {
		letter := r >= 'a' && r <= 'z'
		if !letter && (i == 0 || !strings.ContainsRune("0123456789+-.", r)) {
			return false
		}
	}
	return text != ""
}

// splitAuthority takes host or host:port; port 0 is none. User names, paths and
// IPv6 addresses without brackets are no part of an origin or a Host header.
func splitAuthority(text string) (host string, port uint16, ok bool) {
	text, portText, hasPort := cutPort(text)
	if hasPort {
		n, err := strconv.ParseUint(portText, 10, 16)
		if err != nil || n == 0 {
			return "", 0, false
		}
		port = uint16(n)
	}
	if strings.HasPrefix(text, "[") && strings.HasSuffix(text, "]") {
		addr, err := netip.ParseAddr(text[1 : len(text)-1])
		return addr.Unmap().String(), port, err == nil && addr.Is6() && addr.Zone() == ""
	}
	host, ok = hostName(text)
	return host, port, ok
}

// cutPort cuts at the last colon that is not inside brackets.
func cutPort(text string) (host, port string, found bool) {
	colon := strings.LastIndexByte(text, ':')
	if colon < strings.LastIndexByte(text, ']') || colon < 0 {
		return text, "", false
	}
	return text[:colon], text[colon+1:], true
}

// hostName spells a name or an IPv4 address one way: in lower case, without the
// dot that may end it. Underscores are in no standard and on many a LAN.
func hostName(text string) (string, bool) {
	const letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_"
	name := strings.TrimSuffix(text, ".")
	if len(name) > 253 {
		return "", false
	}
	for label := range strings.SplitSeq(name, ".") {
		if label == "" || strings.Trim(label, letters) != "" {
			return "", false
		}
	}
	return strings.ToLower(name), true
}

// parseOriginSetting checks an entry of the list.
func parseOriginSetting(text string) (string, error) {
	if text == everyOrigin {
		return text, nil
	}
	if _, ok := parseOrigin(text); ok {
		return text, nil
	}
	const remedy = "write scheme and host alone, such as https://app.example.org"
	if strings.Contains(text, "*") {
		return "", bad(shown(text)+" has a * inside, and only a lone * is known", "write each origin out")
	}
	return "", bad(shown(text)+" is not an origin", remedy)
}
