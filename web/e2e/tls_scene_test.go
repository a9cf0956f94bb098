//go:build page

package e2e

import (
	"context"
	"crypto/sha256"
	"crypto/tls"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

// TestTLS is of a server with its own CA and one port for everything, as a machine
// of the LAN sees it: by a name that browsers do not take for their own machine, in a
// browser that has the CA in its store and in one that has not. Neither is told to be
// lenient about certificates. The parts are in the other files named tls_*.
func TestTLS(t *testing.T) {
	o := startOnePort(t)
	trusting, strange := o.startBrowser(t, o.caFile), o.startBrowser(t, "")
	t.Run("call", func(t *testing.T) { o.callOverTLSAlone(o.newScene(t, trusting)) })
	t.Run("test", func(t *testing.T) { o.testOverTLS(o.newScene(t, trusting)) })
	t.Run("plain", func(t *testing.T) { o.plainPagesLeadToTLS(o.newScene(t, trusting)) })
	t.Run("trusted", func(t *testing.T) { o.trustIsSeen(o.newScene(t, trusting)) })
	t.Run("untrusted", func(t *testing.T) { o.distrustIsSeen(o.newScene(t, strange)) })
	t.Run("uncovered", func(t *testing.T) { o.uncoveredIsSeen(o.newScene(t, trusting)) })
	t.Run("pictures", func(t *testing.T) { o.trustPictures(o.newScene(t, strange)) })
}

// onePort is such a server.
type onePort struct {
	*server
	plain, secure string // its addresses by the name, up to the first slash behind
	name          string
	foreign       string // its address, without TLS, by a name that its certificate is not for
	caFile        string // PEM
	ca            []byte // DER
}

func startOnePort(t *testing.T) *onePort {
	t.Helper()
	s, err := startServerOn(freePort(t))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.stop(); err != nil {
			t.Error(err)
		}
	})
	o := &onePort{server: s, name: nameOf(t, s.host), caFile: filepath.Join(t.TempDir(), "ca.pem")}
	at := o.name + s.host[strings.LastIndex(s.host, ":"):]
	o.plain, o.secure = "http://"+at+"/", "https://"+at+"/"
	o.foreign = strings.Replace(o.plain, o.name, foreignName, 1)
	if err := os.WriteFile(o.caFile, mustGet(t, s.page+"trust/zerortc-ca.pem"), 0o600); err != nil {
		t.Fatal(err)
	}
	o.ca = mustGet(t, s.page+"trust/zerortc-ca.crt")
	return o
}

// fingerprint is the CA's, as people compare it.
func (o *onePort) fingerprint() string {
	return strings.ReplaceAll(fmt.Sprintf("% X", sha256.Sum256(o.ca)), " ", ":")
}

// freePort is an address of which TCP and UDP are free, twice: for --http-listen
// and --turn-listen.
func freePort(t *testing.T) (string, string) {
	t.Helper()
	for range 20 {
		tcp, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		udp, err := net.ListenPacket("udp", tcp.Addr().String())
		tcp.Close()
		if err == nil {
			udp.Close()
			return tcp.Addr().String(), tcp.Addr().String()
		}
	}
	t.Fatal("no port is free for TCP and UDP")
	return "", ""
}

// nameOf is a name of the server's own choice for this machine, from its certificate.
func nameOf(t *testing.T, host string) string {
	t.Helper()
	// Looking, not trusting: the browsers verify.
	conn, err := tls.Dial("tcp", host, &tls.Config{InsecureSkipVerify: true})
	if err != nil {
		t.Fatal(err)
	}
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

const foreignName = "box.example.org"

// startBrowser starts a browser to which the server's name is this machine. It trusts
// the CA in the file, if there is one.
func (o *onePort) startBrowser(t *testing.T, caFile string) browser {
	t.Helper()
	home := t.TempDir()
	if caFile != "" {
		database := filepath.Join(home, ".pki", "nssdb")
		if err := os.MkdirAll(database, 0o700); err != nil {
			t.Fatal(err)
		}
		certutil(t, "-N", "--empty-password", "-d", "sql:"+database)
		certutil(t, "-A", "-d", "sql:"+database, "-t", "C,,", "-n", "zerortc", "-i", caFile)
	}
	c, err := startChromium(home,
		chromedp.Env("HOME="+home),
		chromedp.Flag("host-resolver-rules", "MAP "+o.name+" 127.0.0.1, MAP "+foreignName+" 127.0.0.1"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.close)
	return c
}

// newScene is one test's, in which the server's page is that by https.
func (o *onePort) newScene(t *testing.T, browser browser) *scene {
	reached := *o.server
	reached.page = o.secure
	return &scene{t: t, server: &reached, browser: browser}
}

func certutil(t *testing.T, args ...string) {
	t.Helper()
	if out, err := exec.CommandContext(context.Background(), "certutil", args...).CombinedOutput(); err != nil {
		t.Fatalf("certutil %s: %v (apt-get install libnss3-tools)\n%s", args, err, out)
	}
}
