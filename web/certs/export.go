package certs

import (
	"crypto/sha256"
	"encoding/pem"
	"fmt"
	"slices"
	"strings"
	"time"
)

// Document is the CA in the form that some system takes. There is no key in it.
type Document struct {
	Format      string // pem, crt or mobileconfig
	Name        string // of the file
	ContentType string
	Content     []byte
}

// Documents is the CA in every form: PEM (RFC 7468) for Linux and Firefox, DER for
// Android, Windows and macOS, and a profile for iOS.
func (ca *CA) Documents() []Document {
	return []Document{
		{"pem", "zerortc-ca.pem", "application/x-pem-file", ca.PEM()},
		{"crt", "zerortc-ca.crt", "application/x-x509-ca-cert", ca.DER()},
		{"mobileconfig", "zerortc-ca.mobileconfig", "application/x-apple-aspen-config", ca.MobileConfig()},
	}
}

// Document is the CA in one of its forms.
func (ca *CA) Document(format string) (Document, error) {
	all := ca.Documents()
	at := slices.IndexFunc(all, func(d Document) bool { return d.Format == format })
	if at < 0 {
		return Document{}, fmt.Errorf("there is no form %q of a CA; take pem, crt or mobileconfig", format)
	}
	return all[at], nil
}

// PEM is the certificate as text.
func (ca *CA) PEM() []byte {
	return pem.EncodeToMemory(&pem.Block{Type: certificateBlock, Bytes: ca.cert.Raw})
}

// DER is the certificate itself.
func (ca *CA) DER() []byte { return slices.Clone(ca.cert.Raw) }

// Fingerprint is the SHA-256 of the certificate as people compare it: pairs of
// hexadecimal digits with colons between.
func (ca *CA) Fingerprint() string {
	sum := sha256.Sum256(ca.cert.Raw)
	pairs := make([]string, len(sum))
	for i, b := range sum {
		pairs[i] = fmt.Sprintf("%02X", b)
	}
	return strings.Join(pairs, ":")
}

// Text is the CA for people to read.
func (ca *CA) Text() string {
	var text strings.Builder
	line := func(name, value string) { fmt.Fprintf(&text, "%-12s %s\n", name, value) }
	line("name", ca.Name())
	line("SHA-256", ca.Fingerprint())
	line("valid", ca.cert.NotBefore.UTC().Format(time.DateOnly)+" to "+ca.cert.NotAfter.UTC().Format(time.DateOnly))
	line("names", strings.Join(ca.may.Names, ", ")+", and those below them")
	for i, prefix := range ca.may.Prefixes {
		line([]string{"addresses", ""}[min(i, 1)], prefix.String())
	}
	return text.String()
}
