//go:build foreign

package foreign

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/netip"
	"os/exec"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"
)

// Who may use the server: the classic static user, and whoever the secret signs.
const (
	staticUser     = "lqf"
	staticPassword = "123456"
	secret         = "north"
)

// relayHost is where relays are: an address of its own, which no client sends
// from. A client that gives its peer's relay a permission so gives none to the
// peer itself, and what both ends moved through the relay had no other way.
const relayHost = "127.0.0.2"

const (
	startsWithin = 20 * time.Second
	endsWithin   = 10 * time.Second
)

// server is a running zerortc.
type server struct {
	t      *testing.T
	page   string         // http://HOST:PORT/
	turn   netip.AddrPort // UDP and TCP
	log    *lines         // JSON, line by line
	cmd    *exec.Cmd
	exited chan error // one value, when it has ended

	stopped bool
}

// start runs zerortc on loopback for the time of the test, at the addresses the flags
// name, if they do.
func start(t *testing.T, flags ...string) *server {
	t.Helper()
	args := append([]string{"serve", "--banner", "always", "--state-dir", t.TempDir(), "--log-format", "json",
		"--turn-users", staticUser + ":" + staticPassword, "--turn-secrets", secret}, flags...)
	if !slices.Contains(flags, "--http-listen") {
		args = append(args, "--http-listen", "127.0.0.1:0")
	}
	if !slices.Contains(flags, "--turn-listen") {
		args = append(args, "--turn-listen", relayHost+":0")
	}
	s := &server{t: t, log: &lines{}, cmd: exec.Command(zerortc, args...), exited: make(chan error, 1)}
	s.cmd.Stderr = s.log
	stdout, err := s.cmd.StdoutPipe()
	must(t, err)
	must(t, s.cmd.Start())
	ready := make(chan error, 1)
	go func() {
		ready <- s.readBanner(bufio.NewReader(stdout))
		_, _ = io.Copy(io.Discard, stdout)
		s.exited <- s.cmd.Wait()
	}()
	t.Cleanup(s.stop)
	select {
	case err := <-ready:
		if err != nil {
			t.Fatalf("starting zerortc: %v; its log:\n%s", err, s.log)
		}
	case <-time.After(startsWithin):
		t.Fatalf("zerortc does not say it is ready; its log:\n%s", s.log)
	}
	return s
}

// readBanner reads what the program prints once it listens, up to the line about
// the firewall, which comes last.
func (s *server) readBanner(stdout *bufio.Reader) error {
	for {
		line, err := stdout.ReadString('\n')
		if err != nil {
			return fmt.Errorf("reading its standard output: %w", err)
		}
		what, value, _ := strings.Cut(strings.TrimSpace(line), " ")
		if what == "firewall" {
			return nil
		}
		if err := s.note(what, strings.TrimSpace(value)); err != nil {
			return fmt.Errorf("its line %q: %w", line, err)
		}
	}
}

// note keeps the addresses that need no TLS.
func (s *server) note(what, value string) (err error) {
	address, isTURN := strings.CutPrefix(value, "turn:")
	switch {
	case what == "page" && strings.HasPrefix(value, "http:") && s.page == "":
		s.page = value
	case what == "turn" && isTURN:
		address, _, _ = strings.Cut(address, "?")
		s.turn, err = netip.ParseAddrPort(address)
	}
	return err
}

// stop ends the server as an operator would, once.
func (s *server) stop() {
	s.t.Helper()
	if s.stopped {
		return
	}
	s.stopped = true
	_ = s.cmd.Process.Signal(syscall.SIGTERM)
	select {
	case err := <-s.exited:
		if err != nil {
			s.t.Errorf("zerortc ended with: %v", err)
		}
	case <-time.After(endsWithin):
		_ = s.cmd.Process.Kill()
		s.t.Errorf("zerortc does not end within %s of SIGTERM", endsWithin)
	}
	if s.t.Failed() {
		s.t.Logf("zerortc's log:\n%s", end(s.log.String()))
	}
}

// iceServer is an RTCIceServer.
type iceServer struct {
	URLs       []string `json:"urls"`
	Username   string   `json:"username,omitempty"`
	Credential string   `json:"credential,omitempty"`
}

// iceServers is what the server tells a caller of /api/ice, down to the TURN URLs
// of one transport.
func (s *server) iceServers(transport string) []iceServer {
	s.t.Helper()
	r, err := http.Get(s.page + "api/ice")
	must(s.t, err)
	defer r.Body.Close()
	var list struct{ ICEServers []iceServer }
	must(s.t, json.NewDecoder(r.Body).Decode(&list))
	for _, one := range list.ICEServers {
		for _, url := range one.URLs {
			if strings.HasPrefix(url, "turn:") && strings.HasSuffix(url, "?transport="+transport) {
				return []iceServer{{[]string{url}, one.Username, one.Credential}}
			}
		}
	}
	s.t.Fatalf("/api/ice has no TURN over %s: %+v", transport, list)
	return nil
}

// static is the same server with the static user, as a page that was configured
// by hand has it.
func static(servers []iceServer) []iceServer {
	return []iceServer{{servers[0].URLs, staticUser, staticPassword}}
}
