//go:build foreign

package foreign

import (
	"crypto/tls"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"
)

// onePort is a server whose HTTP and TURN have one number, with a CA of its own.
type onePort struct {
	*server
	name   string // of this machine, which the certificate is for
	caFile string // PEM
}

func startOnePort(t *testing.T) onePort {
	t.Helper()
	at := freeAddress(t, relayHost)
	s := start(t, "--http-listen", at, "--turn-listen", at)
	return onePort{s, nameOf(t, at), s.caFile()}
}

// callOverTLS has two browsers that trust the CA make a call over nothing but TLS to
// the one port.
func callOverTLS(t *testing.T, from, to string) {
	t.Helper()
	o := startOnePort(t)
	ends := map[string]any{
		"page":     "https://" + net.JoinHostPort(o.name, strconv.Itoa(int(o.turn.Port()))) + "/",
		"address":  o.turn.Addr().String(),
		"from":     openStore(t, from, o.caFile),
		"to":       openStore(t, to, o.caFile),
		"stranger": openStore(t, from, ""),
	}
	task, err := json.Marshal(ends)
	must(t, err)
	out, complaints, code := run(t, 4*time.Minute, "node", "oneport.mjs", string(task))
	t.Log(strings.TrimSpace(out))
	if code != 0 || strings.Count(out, "kept out") != 1 || strings.Count(out, "a call") != 1 {
		t.Errorf("oneport.mjs: exit code %d (without the browsers or node_modules .ci/install-interop helps)\n%s", code, end(complaints))
	}
	for _, v := range o.visits() {
		if v.Transport != "tls" {
			t.Errorf("an allocation over %s: %+v", v.Transport, v)
		}
	}
	wantMoved(t, o.visits(), "tls", 2*callBytes)
}

// callBytes is what each side of a call sends at least while ten pictures of it are
// seen.
const callBytes = 10_000

// trustStore is a browser and the folder that has its store of certificates.
type trustStore struct {
	Browser string `json:"browser"`
	Home    string `json:"home"`
}

// openStore makes the store of a browser that trusts the CA in the file, if one is
// named.
func openStore(t *testing.T, browser, caFile string) trustStore {
	t.Helper()
	home := t.TempDir()
	store := home // Firefox has it in the profile, Chromium in the home
	if browser == "chromium" {
		store = filepath.Join(home, ".pki", "nssdb")
		must(t, os.MkdirAll(store, 0o700))
	}
	certutil(t, "-N", "--empty-password", "-d", "sql:"+store)
	if caFile != "" {
		certutil(t, "-A", "-d", "sql:"+store, "-t", "C,,", "-n", "zerortc", "-i", caFile)
	}
	return trustStore{browser, home}
}

func certutil(t *testing.T, args ...string) {
	t.Helper()
	if out, err := exec.Command("certutil", args...).CombinedOutput(); err != nil {
		t.Fatalf("certutil %s: %v; .ci/install installs it\n%s", args, err, out)
	}
}

// caFile is the server's CA, as a device downloads it.
func (s *server) caFile() string {
	s.t.Helper()
	r, err := http.Get(s.page + "trust/zerortc-ca.pem")
	must(s.t, err)
	defer r.Body.Close()
	content, err := io.ReadAll(r.Body)
	must(s.t, err)
	if r.StatusCode != http.StatusOK {
		s.t.Fatalf("the CA: %s", r.Status)
	}
	file := filepath.Join(s.t.TempDir(), "ca.pem")
	must(s.t, os.WriteFile(file, content, 0o600))
	return file
}

// nameOf is a name of the server's own choice for this machine, from its certificate.
func nameOf(t *testing.T, address string) string {
	t.Helper()
	// Looking, not trusting: the clients verify.
	conn, err := tls.Dial("tcp", address, &tls.Config{InsecureSkipVerify: true})
	must(t, err)
	defer conn.Close()
	names := conn.ConnectionState().PeerCertificates[0].DNSNames
	for _, name := range names {
		if strings.HasSuffix(name, ".lan") {
			return name
		}
	}
	t.Fatalf("the certificate is for %q; this machine needs a host name", names)
	return ""
}

// freeAddress has a port that is free for TCP and UDP.
func freeAddress(t *testing.T, host string) string {
	t.Helper()
	for range 20 {
		tcp, err := net.Listen("tcp", net.JoinHostPort(host, "0"))
		must(t, err)
		udp, err := net.ListenPacket("udp", tcp.Addr().String())
		_ = tcp.Close()
		if err == nil {
			_ = udp.Close()
			return tcp.Addr().String()
		}
	}
	t.Fatal("no port is free for TCP and UDP")
	return ""
}
