package check

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"log/slog"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"zerortc/cmd/finding"
	"zerortc/cmd/state"
	"zerortc/config"
	"zerortc/web/certs"
)

// start is one that would work.
func start(t *testing.T) Start {
	t.Helper()
	return Start{
		Folder: filepath.Join(t.TempDir(), "state"),
		Config: config.Config{
			HTTP: config.HTTP{Listen: []string{"127.0.0.1:0"}},
			TURN: config.TURN{Listen: []string{"127.0.0.1:0"}, RelayPorts: config.PortRange{Min: 49152, Max: 65535}},
			TLS:  config.TLS{Mode: config.TLSAuto},
		},
	}
}

// wants finds a finding of the check whose words begin so.
func wants(t *testing.T, list finding.List, check string, verdict finding.Verdict, what string) {
	t.Helper()
	for _, f := range list {
		if f.Check == check && f.Verdict == verdict && strings.Contains(f.What, what) {
			if verdict == finding.Fault && f.Remedy == "" {
				t.Errorf("%s: no remedy", f.What)
			}
			return
		}
	}
	t.Errorf("no %s %s %q in %+v", verdict, check, what, list)
}

func TestAllIsWell(t *testing.T) {
	s := start(t)
	list := Look(s)
	if err := list.Err(); err != nil {
		t.Errorf("%v: %+v", err, list)
	}
	for check, what := range map[string]string{
		"settings": "no file", "http-tcp": "tcp 127.0.0.1:0 is free", "turn-udp": "udp 127.0.0.1:0 is free", "turn-tcp": "is free", "relay-ports": "of 16 that were tried are free",
		"certificate": "a local CA will be made", "state": s.Folder + " will be made", "turn-secret": "one will be made",
	} {
		wants(t, list, check, finding.OK, what)
	}
	if _, err := os.Stat(s.Folder); err == nil {
		t.Error("the look made the folder")
	}
}

func TestPorts(t *testing.T) {
	tcp, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer tcp.Close()
	udp, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer udp.Close()
	s := start(t)
	s.Config.HTTP.Listen = []string{tcp.Addr().String(), "203.0.113.1:9001"}
	s.Config.TURN.Listen = []string{udp.LocalAddr().String()}
	list := Look(s)
	wants(t, list, "http-tcp", finding.Fault, "is taken by another program")
	wants(t, list, "http-tcp", finding.Fault, "203.0.113.1:9001 is no address of this machine")
	wants(t, list, "turn-udp", finding.Fault, "is taken by another program")
	wants(t, list, "turn-tcp", finding.OK, "is free")
	s.Running = func(address string) bool { return address == tcp.Addr().String() }
	list = Look(s)
	wants(t, list, "http-tcp", finding.OK, "is held by the server that runs")
	wants(t, list, "turn-udp", finding.Fault, "is taken by another program")

	// One port for HTTP and TURN is tried once over TCP.
	s = start(t)
	s.Config.TURN.SharedTCP = s.Config.TURN.Listen
	for _, f := range Look(s) {
		if f.Check == "turn-tcp" {
			t.Errorf("tried %s", f.What)
		}
	}

	all, err := net.ListenPacket("udp", ":0")
	if err != nil {
		t.Fatal(err)
	}
	defer all.Close()
	port := uint16(all.LocalAddr().(*net.UDPAddr).Port)
	s = start(t)
	s.Config.TURN.RelayPorts = config.PortRange{Min: port, Max: port}
	wants(t, Look(s), "relay-ports", finding.Fault, "0 of 1 that were tried are free")
}

// pair writes a certificate and its key.
func pair(t *testing.T, from, until time.Time, names ...string) config.TLS {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), NotBefore: from, NotAfter: until, DNSNames: names}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	private, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	folder := t.TempDir()
	write := func(name, kind string, der []byte) string {
		path := filepath.Join(folder, name)
		if err := os.WriteFile(path, pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	return config.TLS{Mode: config.TLSFiles, Cert: write("c.pem", "CERTIFICATE", der), Key: write("k.pem", "PRIVATE KEY", private)}
}

func TestCertificate(t *testing.T) {
	now := time.Now()
	const d = 24 * time.Hour
	for _, c := range []struct {
		what    string
		tls     config.TLS
		verdict finding.Verdict
		words   string
	}{
		{"good", pair(t, now.Add(-d), now.Add(90*d), "call.example.org", "a.example.org"), finding.OK, "for call.example.org, a.example.org until "},
		{"near its end", pair(t, now.Add(-d), now.Add(5*d), "a"), finding.Hint, "ends on "},
		{"over", pair(t, now.Add(-9*d), now.Add(-d), "a"), finding.Fault, "ended on "},
		{"not yet", pair(t, now.Add(d), now.Add(9*d), "a"), finding.Fault, "valid from "},
		{"for nobody", pair(t, now.Add(-d), now.Add(90*d)), finding.Hint, "names no host"},
		{"missing", config.TLS{Mode: config.TLSFiles, Cert: "/nowhere/c", Key: "/nowhere/k"}, finding.Fault, "/nowhere/c"},
		{"off", config.TLS{Mode: config.TLSOff}, finding.OK, "tls.mode is off"},
		{"acme without a port", config.TLS{Mode: config.TLSACME, Domains: []string{"call.example.org"}}, finding.Hint, "nothing listens on port 80 or 443"},
		{"acme for an address", config.TLS{Mode: config.TLSACME, Domains: []string{"192.0.2.7"}}, finding.Fault, "192.0.2.7"},
	} {
		s := start(t)
		s.Config.TLS = c.tls
		wants(t, s.certificate(), "certificate", c.verdict, c.words)
	}
	s := start(t)
	s.Config.TLS = config.TLS{Mode: config.TLSACME, Domains: []string{"call.example.org"}}
	s.Config.HTTP.Listen = []string{":443"}
	wants(t, s.certificate(), "certificate", finding.OK, "by ACME for call.example.org")
	if _, err := os.Stat(s.Folder); err == nil {
		t.Error("the look made the folder")
	}

	s = start(t)
	if err := os.MkdirAll(s.Folder, 0o700); err != nil {
		t.Fatal(err)
	}
	machine := func() certs.Machine { return certs.Machine{Name: "box"} }
	if _, err := certs.OpenLocal(s.Folder, machine, certs.Permitted{}, slog.New(slog.DiscardHandler)); err != nil {
		t.Fatal(err)
	}
	wants(t, s.certificate(), "certificate", finding.OK, "local CA ")
	if err := os.WriteFile(filepath.Join(s.Folder, certs.CAFile), []byte("x"), 0o600); err != nil {
		t.Fatal(err)
	}
	wants(t, s.certificate(), "certificate", finding.Fault, certs.CAFile)
}

func TestState(t *testing.T) {
	s := start(t)
	s.Folder = ""
	wants(t, s.state(), "state", finding.Hint, "there is no state folder")

	s = start(t)
	if _, err := state.TURNSecrets(s.Folder); err != nil {
		t.Fatal(err)
	}
	s.Config.Rooms.Access = config.AccessInvite
	wants(t, s.state(), "state", finding.OK, s.Folder)
	wants(t, s.state(), "turn-secret", finding.OK, "1 in use")
	wants(t, s.state(), "invite-secret", finding.OK, "one will be made")

	if err := os.Chmod(s.Folder, 0o755); err != nil {
		t.Fatal(err)
	}
	wants(t, s.state(), "state", finding.Hint, "is open to other users")
	if err := os.WriteFile(filepath.Join(s.Folder, state.SecretFile), []byte("hunter2\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	wants(t, s.state(), "turn-secret", finding.Fault, "is damaged")
	if strings.Contains(fmt.Sprint(s.state()), "hunter2") {
		t.Error("shows the secret")
	}

	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	s.Folder = file
	wants(t, s.state(), "state", finding.Fault, "is no folder")
	s.Folder = filepath.Join(file, "below")
	wants(t, s.state(), "state", finding.Fault, "not a directory")
}

// The warnings of the settings are worth a look before the start too.
func TestWarnings(t *testing.T) {
	s := start(t)
	s.Config.File, s.Warnings = "/etc/z.yaml", []string{"a doubtful one"}
	wants(t, s.settings(), "settings", finding.OK, "/etc/z.yaml")
	wants(t, s.settings(), "settings", finding.Hint, "a doubtful one")
}
