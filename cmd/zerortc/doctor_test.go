package main

import (
	"encoding/json"
	"net/url"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"zerortc/cmd/finding"
)

// The doctor finds nothing wrong with the program as it is shipped: on its own
// machine, by its settings, and from anywhere, by its address.
func TestDoctor(t *testing.T) {
	t.Parallel()
	one := freeNumber(t)
	state := filepath.Join(t.TempDir(), "state")
	args := []string{"--http-listen", one, "--turn-listen", one, "--state-dir", state, "--rooms-access", "open"}
	server := start(t, nil, args...)
	server.ready()
	for name, words := range map[string][]string{
		"at home":  append([]string{"doctor"}, args...),
		"by https": {"doctor", "--url", "https://" + one, "--state-dir", state},
		"by http":  {"doctor", "--url", "http://" + one},
		"bare":     {"doctor", "--url", one, "--state-dir", state},
	} {
		code, stdout, stderr := asked(nil, words...)
		if code != exitOK || stderr != "" || strings.Contains(stdout, "\nfault ") || !strings.Contains(stdout, "from relay to relay and back") {
			t.Errorf("%s: %d\n%s%s", name, code, stdout, stderr)
		}
		if name != "by http" && !strings.Contains(stdout, "ok       turn-tls") {
			t.Errorf("%s: no TURN over TLS\n%s", name, stdout)
		}
	}
	code, stdout, _ := asked(nil, append([]string{"doctor", "--json"}, args...)...)
	var report struct {
		OK       bool
		Findings finding.List
	}
	if err := json.Unmarshal([]byte(stdout), &report); err != nil || code != exitOK || !report.OK || len(report.Findings) < 20 {
		t.Errorf("as JSON: %d, %v\n%s", code, err, stdout)
	}
	server.stop(syscall.SIGTERM)
	if log := server.stderr.String(); strings.Contains(log, "level=ERROR") {
		t.Errorf("the doctor did harm:\n%s", log)
	}
	code, stdout, stderr := asked(nil, append([]string{"doctor"}, args...)...)
	if code != exitFaults || !strings.Contains(stdout, "no server runs here") || stderr != "zerortc: 1 fault found\n" {
		t.Errorf("without a server: %d\n%s%s", code, stdout, stderr)
	}
}

// Where credentials are for the invited, the doctor invites itself at home, and is
// invited elsewhere by the link that people get.
func TestDoctorIsInvited(t *testing.T) {
	t.Parallel()
	one := freeNumber(t)
	args := []string{"--http-listen", one, "--turn-listen", one, "--state-dir", t.TempDir(), "--rooms-access", "invite"}
	server := start(t, nil, args...)
	page, _ := url.Parse(value(t, server.ready(), "page"))
	if code, stdout, _ := asked(nil, append([]string{"doctor"}, args...)...); code != exitOK {
		t.Errorf("at home: %d\n%s", code, stdout)
	}
	code, stdout, _ := asked(nil, "doctor", "--url", "http://"+page.Host)
	if code != exitFaults || !strings.Contains(stdout, "for the invited only") {
		t.Errorf("as a stranger: %d\n%s", code, stdout)
	}
	_, link, _ := asked(nil, append([]string{"invite", "blue sky", "--url", "http://" + page.Host}, args...)...)
	if code, stdout, _ := asked(nil, "doctor", "--url", strings.TrimSpace(link)); code != exitOK {
		t.Errorf("by %s: %d\n%s", link, code, stdout)
	}
	server.stop(syscall.SIGTERM)
}

func TestDoctorOfWrongSettings(t *testing.T) {
	code, stdout, _ := asked(nil, "doctor", "--turn-relay-ports", "many", "--ice-ttl", "never")
	if code != exitFaults || strings.Count(stdout, "fault ") != 2 || !strings.Contains(stdout, "--turn-relay-ports") || !strings.Contains(stdout, "→") {
		t.Errorf("%d\n%s", code, stdout)
	}
	for _, wrong := range []string{"ftp://x", "https://", "http://:9001", "ht tp://x"} {
		if code, _, stderr := asked(nil, "doctor", "--url", wrong); code != exitUsage {
			t.Errorf("%s: %d %s", wrong, code, stderr)
		}
	}
	if code, _, _ := asked(nil, "doctor", "https://x"); code != exitUsage {
		t.Errorf("an argument: %d", code)
	}
}
