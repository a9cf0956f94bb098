package main

import (
	"crypto/tls"
	"crypto/x509"
	"os"
	"syscall"
	"testing"
)

// Each CA's certificates are apart, and those of the default one where they were.
func TestACMEFolder(t *testing.T) {
	staging, own := acmeFolder("https://acme-staging-v02.api.letsencrypt.org/directory"), acmeFolder("https://ca.lan/acme/directory")
	if acmeFolder("") != "acme" || staging == own || staging == "acme" {
		t.Errorf("%q, %q, %q", acmeFolder(""), staging, own)
	}
}

// TestPermit: who trusts the CA finds the server by what tls.permit adds.
func TestPermit(t *testing.T) {
	t.Parallel()
	e := startEverything(t, "--tls-permit", "corp.example.org", "--tls-permit", "203.0.113.9")
	defer e.stop(syscall.SIGTERM)
	content, err := os.ReadFile(e.ca)
	if err != nil {
		t.Fatal(err)
	}
	known := x509.NewCertPool()
	known.AppendCertsFromPEM(content)
	for host, trusted := range map[string]bool{
		"corp.example.org": true, "203.0.113.9": true, "localhost": true, "example.org": false, "203.0.113.8": false,
	} {
		conn, err := tls.Dial("tcp", e.page.Host, &tls.Config{RootCAs: known, ServerName: host})
		if (err == nil) != trusted {
			t.Errorf("%s: %v", host, err)
		}
		if err == nil {
			conn.Close()
		}
	}
}
