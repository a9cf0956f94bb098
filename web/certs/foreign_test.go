package certs

import (
	"encoding/pem"
	"fmt"
	"os/exec"
	"strings"
	"testing"
	"time"
)

// run starts a foreign program, which has to be there.
func run(t *testing.T, name string, args ...string) (string, error) {
	t.Helper()
	out, err := exec.CommandContext(t.Context(), name, args...).CombinedOutput()
	return string(out), err
}

// TestOpenSSL: what we make is what another reads, constraints included.
func TestOpenSSL(t *testing.T) {
	now := time.Now()
	ca := must(NewCA("vm", Permitted{}, now))(t)
	folder := t.TempDir()
	root := write(t, folder, "ca.pem", ca.PEM())
	good := writeLeaf(t, folder, "good.pem", must(ca.issue(home, now))(t))
	bad := writeLeaf(t, folder, "bad.pem", must(ca.issue(identity{home.names, append(addrs("192.0.2.2"), home.addrs...)}, now))(t))

	for _, host := range []string{"vm.local", "localhost"} {
		if out, err := run(t, "openssl", "verify", "-x509_strict", "-purpose", "sslserver", "-CAfile", root, "-verify_hostname", host, good); err != nil {
			t.Error(out)
		}
	}
	for _, ip := range []string{"192.168.1.5", "127.0.0.1", "::1", "fd00::2"} {
		if out, err := run(t, "openssl", "verify", "-x509_strict", "-purpose", "sslserver", "-CAfile", root, "-verify_ip", ip, good); err != nil {
			t.Error(out)
		}
	}
	if out, err := run(t, "openssl", "verify", "-CAfile", root, bad); err == nil || !strings.Contains(out, "permitted subtree violation") {
		t.Errorf("one address outside: %v %s", err, out)
	}

	text := must(run(t, "openssl", "x509", "-in", root, "-noout", "-text", "-fingerprint", "-sha256"))(t)
	for _, want := range []string{
		"X509v3 Name Constraints: critical", "DNS:home.arpa", "DNS:vm", "IP:192.168.0.0/255.255.0.0", "IP:100.64.0.0/255.192.0.0",
		"CA:TRUE, pathlen:0", "Certificate Sign", "TLS Web Server Authentication", "prime256v1", ca.Fingerprint(),
	} {
		if !strings.Contains(text, want) {
			t.Errorf("no %q in %s", want, text)
		}
	}
}

// TestOpenSSLShakesHands with a server of ours, by its own client.
func TestOpenSSLShakesHands(t *testing.T) {
	l, at := tlsAt(t, machine("vm"))
	root := write(t, t.TempDir(), "ca.pem", l.CA().PEM())
	out, err := run(t, "openssl", "s_client", "-connect", fmt.Sprint("127.0.0.1:", at.Port), "-CAfile", root, "-verify_return_error",
		"-verify_ip", "127.0.0.1", "-alpn", "h2,http/1.1")
	if err != nil || !strings.Contains(out, "Verify return code: 0 (ok)") || !strings.Contains(out, "ALPN protocol: http/1.1") {
		t.Errorf("%v %s", err, out)
	}
}

// TestNSS is what Firefox and Chromium on Linux verify with.
func TestNSS(t *testing.T) {
	now := time.Now()
	ca := must(NewCA("vm", Permitted{}, now))(t)
	folder := t.TempDir()
	database := "sql:" + folder
	must(run(t, "certutil", "-N", "--empty-password", "-d", database))(t)
	must(run(t, "certutil", "-A", "-d", database, "-t", "C,,", "-n", ca.Name(), "-i", write(t, folder, "ca.pem", ca.PEM())))(t)
	for name, l := range map[string]*leaf{
		"good": must(ca.issue(home, now))(t),
		"bad":  must(ca.issue(identity{names: []string{"vm.local", "bank.example.com"}}, now))(t),
	} {
		file := writeLeaf(t, folder, name+".pem", l)
		must(run(t, "certutil", "-A", "-d", database, "-t", ",,", "-n", name, "-i", file))(t)
		out, err := run(t, "certutil", "-V", "-d", database, "-u", "V", "-n", name)
		if (err == nil) != (name == "good") {
			t.Errorf("%s: %s", name, out)
		}
	}
}

func writeLeaf(t *testing.T, folder, name string, l *leaf) string {
	t.Helper()
	return write(t, folder, name, pem.EncodeToMemory(&pem.Block{Type: certificateBlock, Bytes: l.cert.Certificate[0]}))
}
