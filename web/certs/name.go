package certs

import (
	"strings"

	"golang.org/x/net/publicsuffix"
)

// hostName spells a host name one way, in lower case without the dot that may end
// it, and refuses what is none by RFC 1123 section 2.1. Underscores are refused
// too: some verifiers take them for damage, and with one bad name the whole
// certificate is lost. A last label of digits would be read as an IPv4 address.
func hostName(text string) (string, bool) {
	name := strings.ToLower(strings.TrimSuffix(text, "."))
	if len(name) > 253 {
		return "", false
	}
	labels := strings.Split(name, ".")
	for _, label := range labels {
		if label == "" || len(label) > 63 || label[0] == '-' || label[len(label)-1] == '-' ||
			strings.Trim(label, "abcdefghijklmnopqrstuvwxyz0123456789-") != "" {
			return "", false
		}
	}
	return name, strings.Trim(labels[len(labels)-1], "0123456789") != ""
}

// isWithin tells whether name is domain or lies below it, as a DNS name constraint
// means it (RFC 5280 section 4.2.1.10).
func isWithin(name, domain string) bool {
	return name == domain || strings.HasSuffix(name, "."+domain)
}

// isPublic tells whether strangers get names below name: com, dev, co.uk. A machine
// can be called "dev" or "app"; a CA for these could speak for half the Internet.
func isPublic(name string) bool {
	suffix, icann := publicsuffix.PublicSuffix(name)
	// A suffix that nobody lists is its last label (the list's rule "*").
	return suffix == name && (icann || strings.Contains(suffix, "."))
}

// firstLabel is the short name of a machine.
func firstLabel(name string) string {
	label, _, _ := strings.Cut(name, ".")
	return label
}
