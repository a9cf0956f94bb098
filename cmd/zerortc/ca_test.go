package main

import (
	"crypto/x509"
	"encoding/pem"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// The CA of a server that has run is shown and exported, and its key is not.
func TestCA(t *testing.T) {
	t.Parallel()
	folder := filepath.Join(t.TempDir(), "state")
	server := start(t, nil, "--http-listen", "127.0.0.1:0", "--turn-listen", "127.0.0.1:0", "--state-dir", folder)
	server.ready()
	server.stop(syscall.SIGTERM)

	ca := func(args ...string) (int, string, string) {
		return inProcess(nil, append(append([]string{"ca"}, args...), "--state-dir", folder)...)
	}
	code, shown, stderr := ca("show")
	if code != exitOK || !strings.Contains(shown, "SHA-256") || !strings.Contains(shown, "192.168.0.0/16") {
		t.Errorf("show: %d\n%s%s", code, shown, stderr)
	}
	code, exported, stderr := ca("export")
	block, rest := pem.Decode([]byte(exported))
	if code != exitOK || block == nil || len(rest) != 0 || strings.Contains(exported, "KEY") {
		t.Fatalf("export: %d\n%s%s", code, exported, stderr)
	}
	if cert, err := x509.ParseCertificate(block.Bytes); err != nil || !cert.IsCA {
		t.Errorf("exported %v, %v", cert, err)
	}
	if code, der, _ := ca("export", "--format", "crt"); code != exitOK || der != string(block.Bytes) {
		t.Errorf("as crt: %d, %d bytes", code, len(der))
	}
	if code, profile, _ := ca("export", "--format", "mobileconfig"); code != exitOK || !strings.Contains(profile, "<plist") {
		t.Errorf("as mobileconfig: %d\n%s", code, profile)
	}
	code, _, stderr = ca("export", "--format", "jks")
	if code != exitUsage {
		t.Errorf("an unknown format: %d\n%s", code, stderr)
	}
}

func TestCAThatIsNotThere(t *testing.T) {
	for _, command := range []string{"show", "export", "install"} {
		code, _, stderr := inProcess(nil, "ca", command, "--state-dir", t.TempDir())
		if code != exitFailed {
			t.Errorf("%s: %d", command, code)
		}
		wantOneError(t, stderr, "there is no CA", "--state-dir", "tls.mode auto")
	}
	if code, _, stderr := inProcess(nil, "ca", "shwo"); code != exitUsage || !strings.Contains(stderr, "show") {
		t.Errorf("a wrong word: %d, %s", code, stderr)
	}
}
