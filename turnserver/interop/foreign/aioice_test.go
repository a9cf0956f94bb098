//go:build foreign

package foreign

import (
	"net/netip"
	"strconv"
	"strings"
	"testing"
	"time"
)

// python is Debian's, which has Debian's package python3-aioice; another one in
// the PATH need not.
const python = "/usr/bin/python3"

// aioiceBytes is what each end of aioice.py sends at least: the payloads, first to
// an address and then over ICE.
const aioiceBytes = 2 * (1 + 4 + 5 + 101 + 1200)

// TestAioice: payloads of few bytes through the relay, over TCP one by one, and
// ICE where both ends have a relay only. Here the other end is a relay of this
// server, so nothing has to be allowed.
func TestAioice(t *testing.T) {
	for _, transport := range []string{"udp", "tcp"} {
		t.Run(transport+" static user", func(t *testing.T) {
			s := start(t)
			runAioice(t, s, transport, staticUser, staticPassword)
			wantRelayed(t, s, transport, staticUser, aioiceBytes)
		})
		t.Run(transport+" user with an end", func(t *testing.T) {
			s := start(t)
			ice := s.iceServers(transport)[0]
			runAioice(t, s, transport, ice.Username, ice.Credential)
			wantRelayed(t, s, transport, ice.Username, aioiceBytes)
		})
	}
}

// TestAioiceOverTLS: the same over TLS, as a client of the LAN that was given the CA
// and verifies by it.
func TestAioiceOverTLS(t *testing.T) {
	s := start(t, "--turn-listen", "127.0.0.1:0")
	// Loopback is what the certificate is for on every machine. Python wants the very
	// host in it, be it a name or an address.
	for _, host := range []string{"localhost", "127.0.0.1"} {
		out, complaints, code := aioice(t, host, s.turn, "tls", staticUser, staticPassword, s.caFile())
		if code != 0 {
			t.Errorf("aioice.py over TLS to %s: exit code %d\n%s%s", host, code, out, end(complaints))
		}
		t.Log(host, strings.TrimSpace(out))
	}
	wantRelayed(t, s, "tls", staticUser, 2*aioiceBytes)
}

// TestAioiceDistrusts: it does verify.
func TestAioiceDistrusts(t *testing.T) {
	s := start(t) // at an address that no certificate of ours is for
	for _, row := range []struct {
		name, want string
		ca         []string
	}{
		{"without the CA", "CERTIFICATE_VERIFY_FAILED", nil},
		{"by another address", "is not valid for '" + relayHost + "'", []string{s.caFile()}},
	} {
		out, complaints, code := aioice(t, relayHost, s.turn, "tls", staticUser, staticPassword, row.ca...)
		if code == 0 || !strings.Contains(complaints, row.want) {
			t.Errorf("%s: exit code %d, want %q\n%s%s", row.name, code, row.want, out, end(complaints))
		}
	}
	if all := s.visits(); len(all) > 0 {
		t.Errorf("allocations: %+v", all)
	}
}

func runAioice(t *testing.T, s *server, transport, user, password string) {
	t.Helper()
	out, complaints, code := aioice(t, s.turn.Addr().String(), s.turn, transport, user, password)
	if code != 0 {
		t.Errorf("aioice.py: exit code %d (without python3-aioice .ci/install-interop helps)\n%s%s", code, out, end(complaints))
	}
	t.Log(strings.TrimSpace(out))
}

func aioice(t *testing.T, host string, at netip.AddrPort, transport, user, password string, ca ...string) (stdout, stderr string, code int) {
	t.Helper()
	args := []string{"-I", "aioice.py", host, strconv.Itoa(int(at.Port())), transport, user, password}
	return run(t, 2*time.Minute, python, append(args, ca...)...)
}
