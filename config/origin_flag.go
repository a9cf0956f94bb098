package config

import "strings"

// OriginFlag is the flag that would allow an origin, fit to be pasted from a log into a
// shell, or nothing for what is no origin or of no sane length: a stranger wrote it. The
// characters of scheme://host:port (RFC 6454 section 6.2) are harmless in a shell, but for
// the brackets of IPv6.
func OriginFlag(origin string) string {
	const (
		plain   = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.:/+-_"
		longest = 128
	)
	if _, ok := parseOrigin(origin); !ok || len(origin) > longest || strings.Trim(origin, plain+"[]") != "" {
		return ""
	}
	if strings.ContainsAny(origin, "[]") {
		origin = "'" + origin + "'"
	}
	return "--http-origins " + origin
}
