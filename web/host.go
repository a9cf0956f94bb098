package web

import (
	"net"
	"net/http"
	"net/netip"
	"strings"
)

// Reached tells how the caller of a request reached us: by which host, as in
// reachedHost, and whether by TLS. Others that get requests from here may ask.
func Reached(r *http.Request) (host string, byTLS bool) { return reachedHost(r), cameByTLS(r) }

// reachedHost is the name or address by which the caller reached us, without
// port and brackets: what a browser could reach once it can reach again for TURN. A
// Host header that is missing, malformed or the unspecified address (which some
// systems take for themselves) yields the address the connection came in on.
func reachedHost(r *http.Request) string {
	name, addr, ok := parseHost(r.Host)
	switch {
	case !ok || addr.IsValid() && addr.IsUnspecified():
		return localHost(r)
	case addr.IsValid():
		return addr.Unmap().String()
	default:
		return name
	}
}

// localHost is the connection's own end. A zone is dropped: it has a meaning on
// this machine only.
func localHost(r *http.Request) string {
	local, ok := r.Context().Value(http.LocalAddrContextKey).(net.Addr)
	if !ok {
		return ""
	}
	addr, err := netip.ParseAddrPort(local.String())
	if err != nil {
		return ""
	}
	return addr.Addr().Unmap().WithZone("").String()
}

// parseHost reads a Host header (RFC 9110 section 7.2). addr is set where the host
// is an address; a zone, which no URL of a browser holds, is refused.
func parseHost(header string) (host string, addr netip.Addr, ok bool) {
	host, port := splitHost(header)
	if !isPort(port) {
		return "", netip.Addr{}, false
	}
	if addr, err := netip.ParseAddr(host); err == nil {
		return host, addr, addr.Zone() == ""
	}
	return host, netip.Addr{}, isHostName(host)
}

// splitHost parts a Host header (RFC 9110 section 7.2) into host and port. The
// host of "[::1]:80" is "::1"; for anything that cannot be a Host it is empty.
func splitHost(header string) (host, port string) {
	if inside, ok := strings.CutPrefix(header, "["); ok {
		host, rest, closed := strings.Cut(inside, "]")
		port, colon := strings.CutPrefix(rest, ":")
		if !closed || !strings.Contains(host, ":") || rest != "" && !colon {
			return "", ""
		}
		return host, port
	}
	host, port, _ = strings.Cut(header, ":")
	return host, port
}

// isPort accepts a decimal port or none. "host:" with nothing behind is allowed by
// RFC 3986 section 3.2.3.
func isPort(s string) bool {
	if len(s) > 5 {
		return false
	}
	for _, c := range []byte(s) {
		if c < '0' || c > '9' {
			return false
		}
	}
	return true
}

// isHostName accepts names of letters, digits, '-' and '_' in dot-separated labels
// (RFC 1123 section 2.1, and the underscore of local networks). A last label of
// digits would be read as an IPv4 address, and those are settled before.
func isHostName(s string) bool {
	s = strings.TrimSuffix(s, ".")
	if s == "" || len(s) > 253 {
		return false
	}
	labels := strings.Split(s, ".")
	for _, label := range labels {
		if label == "" || len(label) > 63 || strings.Trim(label, nameChars) != "" {
			return false
		}
	}
	return strings.Trim(labels[len(labels)-1], "0123456789") != ""
}

const nameChars = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_"
