package certs

import (
	"bytes"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"encoding/xml"
	"io"
	"regexp"
	"strings"
	"testing"
)

func TestDocuments(t *testing.T) {
	ca := testCA(t, "vm", Permitted{})
	for format, decode := range map[string]func([]byte) []byte{
		"pem":          func(content []byte) []byte { b, _ := pem.Decode(content); return b.Bytes },
		"crt":          func(content []byte) []byte { return content },
		"mobileconfig": func(content []byte) []byte { return profile(t, content).root(t) },
	} {
		document := must(ca.Document(format))(t)
		got := must(x509.ParseCertificate(decode(document.Content)))(t)
		if !got.Equal(ca.cert) {
			t.Errorf("%s: another certificate", format)
		}
		if document.Format != format || document.Name != "zerortc-ca."+format || document.ContentType == "" {
			t.Errorf("%s: called %s, of type %s", format, document.Name, document.ContentType)
		}
		if bytes.Contains(document.Content, []byte("PRIVATE")) {
			t.Errorf("%s: with the key", format)
		}
	}
	if _, err := ca.Document("p12"); err == nil {
		t.Error("there is a p12")
	}
}

func TestFingerprint(t *testing.T) {
	if print := testCA(t, "vm", Permitted{}).Fingerprint(); !regexp.MustCompile(`^([0-9A-F]{2}:){31}[0-9A-F]{2}$`).MatchString(print) {
		t.Error(print)
	}
}

func TestText(t *testing.T) {
	ca := testCA(t, "vm", Permitted{})
	wantText(t, ca.Text(), ca.Name(), ca.Fingerprint(), "2026-06-01 to 2036-06-01", "local, home.arpa", "192.168.0.0/16")
}

func TestMobileConfig(t *testing.T) {
	ca := testCA(t, "vm", Permitted{})
	outer := profile(t, ca.MobileConfig())
	for key, want := range map[string]string{
		"PayloadType": "Configuration", "PayloadVersion": "1", "PayloadDisplayName": ca.Name(), "PayloadRemovalDisallowed": "false",
	} {
		if outer.values[key] != want {
			t.Errorf("%s is %q", key, outer.values[key])
		}
	}
	inner := outer.content
	if inner.values["PayloadType"] != "com.apple.security.root" || inner.values["PayloadCertificateFileName"] != "zerortc-ca.crt" {
		t.Errorf("the payload is %v", inner.values)
	}
	uuid := regexp.MustCompile(`^[0-9A-F]{8}-[0-9A-F]{4}-8[0-9A-F]{3}-[89AB][0-9A-F]{3}-[0-9A-F]{12}$`)
	seen := map[string]bool{}
	for _, p := range []plist{outer, *inner} {
		id := p.values["PayloadUUID"]
		if !uuid.MatchString(id) || !strings.HasSuffix(p.values["PayloadIdentifier"], id) || seen[id] {
			t.Errorf("UUID %q, identifier %q", id, p.values["PayloadIdentifier"])
		}
		seen[id] = true
	}
	if !bytes.Equal(ca.MobileConfig(), ca.MobileConfig()) {
		t.Error("each time another profile")
	}
	if other := profile(t, testCA(t, "vm", Permitted{}).MobileConfig()); seen[other.values["PayloadUUID"]] {
		t.Error("two CAs have one UUID")
	}
}

// plist is a property list that is a dictionary, whose PayloadContent may be a list
// of one more.
type plist struct {
	values  map[string]string
	content *plist
}

func (p plist) root(t *testing.T) []byte {
	t.Helper()
	return must(base64.StdEncoding.DecodeString(p.content.values["PayloadContent"]))(t)
}

func profile(t *testing.T, content []byte) plist {
	t.Helper()
	d := xml.NewDecoder(bytes.NewReader(content))
	for {
		token, err := d.Token()
		if err != nil {
			t.Fatal(err)
		}
		if start, ok := token.(xml.StartElement); ok && start.Name.Local == "dict" {
			p := readDict(t, d)
			for {
				if _, err := d.Token(); err == io.EOF {
					return p
				} else if err != nil {
					t.Fatal(err)
				}
			}
		}
	}
}

func readDict(t *testing.T, d *xml.Decoder) plist {
	t.Helper()
	p, key := plist{values: map[string]string{}}, ""
	for {
		token := must(d.Token())(t)
		switch token := token.(type) {
		case xml.EndElement:
			if token.Name.Local == "dict" {
				return p
			}
		case xml.StartElement:
			switch name := token.Name.Local; name {
			case "array":
			case "dict":
				inner := readDict(t, d)
				p.content = &inner
			case "true", "false":
				p.values[key] = name
			default:
				var text string
				if err := d.DecodeElement(&text, &token); err != nil {
					t.Fatal(err)
				}
				if name == "key" {
					key = text
				} else {
					p.values[key] = text
				}
			}
		}
	}
}
