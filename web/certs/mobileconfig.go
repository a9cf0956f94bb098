package certs

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/xml"
	"fmt"
	"strings"
)

// MobileConfig is the CA as a configuration profile for iOS and macOS (Apple's
// Configuration Profile Reference: a Root certificate payload). Its identifiers come
// from the CA: the same CA installed again replaces itself, and the profile of
// another one stands beside it.
func (ca *CA) MobileConfig() []byte {
	certificate, profile := ca.uuid("certificate"), ca.uuid("profile")
	root := dict{
		{"PayloadCertificateFileName", "zerortc-ca.crt"},
		{"PayloadContent", ca.cert.Raw},
		{"PayloadDescription", "Adds the CA " + ca.Name()},
		{"PayloadDisplayName", ca.Name()},
		{"PayloadIdentifier", "zerortc.ca." + certificate},
		{"PayloadType", "com.apple.security.root"},
		{"PayloadUUID", certificate},
		{"PayloadVersion", 1},
	}
	all := dict{
		{"PayloadContent", []dict{root}},
		{"PayloadDescription", "Lets this device trust the zerortc server of this network. SHA-256: " + ca.Fingerprint()},
		{"PayloadDisplayName", ca.Name()},
		{"PayloadIdentifier", "zerortc.profile." + profile},
		{"PayloadOrganization", organization},
		{"PayloadRemovalDisallowed", false},
		{"PayloadType", "Configuration"},
		{"PayloadUUID", profile},
		{"PayloadVersion", 1},
	}
	var text strings.Builder
	text.WriteString(xml.Header)
	text.WriteString(`<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">` + "\n")
	text.WriteString("<plist version=\"1.0\">\n")
	all.write(&text)
	text.WriteString("</plist>\n")
	return []byte(text.String())
}

// uuid is a UUID that follows from the CA and a purpose (RFC 9562 section 5.8,
// version 8: ours to fill).
func (ca *CA) uuid(purpose string) string {
	sum := sha256.Sum256(append([]byte("zerortc "+purpose+" "), ca.cert.Raw...))
	id := sum[:16]
	id[6] = id[6]&0x0f | 0x80 // version 8
	id[8] = id[8]&0x3f | 0x80 // variant of RFC 9562 section 4.1
	return strings.ToUpper(fmt.Sprintf("%x-%x-%x-%x-%x", id[:4], id[4:6], id[6:8], id[8:10], id[10:]))
}

// dict is a dictionary of a property list, in order.
type dict []struct {
	key   string
	value any // string, []byte, int, bool, []dict
}

func (d dict) write(w *strings.Builder) {
	w.WriteString("<dict>\n")
	for _, entry := range d {
		fmt.Fprintf(w, "<key>%s</key>\n", entry.key)
		switch value := entry.value.(type) {
		case string:
			w.WriteString("<string>")
			xml.EscapeText(w, []byte(value)) // a Builder takes everything
			w.WriteString("</string>\n")
		case []byte:
			fmt.Fprintf(w, "<data>%s</data>\n", base64.StdEncoding.EncodeToString(value))
		case int:
			fmt.Fprintf(w, "<integer>%d</integer>\n", value)
		case bool:
			fmt.Fprintf(w, "<%t/>\n", value)
		case []dict:
			w.WriteString("<array>\n")
			for _, inner := range value {
				inner.write(w)
			}
			w.WriteString("</array>\n")
		}
	}
	w.WriteString("</dict>\n")
}
