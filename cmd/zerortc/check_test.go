package main

import (
	"encoding/json"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

func TestCheck(t *testing.T) {
	t.Parallel()
	folder := filepath.Join(t.TempDir(), "state")
	code, stdout, stderr := asked(nil, "check", "--http-listen", "127.0.0.1:0", "--turn-listen", "127.0.0.1:0", "--state-dir", folder)
	if code != exitOK || stderr != "" || !strings.Contains(stdout, folder+" will be made") {
		t.Errorf("%d\n%s%s", code, stdout, stderr)
	}
	if _, err := os.Stat(folder); err == nil {
		t.Error("check made the folder")
	}

	// A server that runs holds its own ports; to another they are taken.
	s := startWith(t, "")
	page, _ := url.Parse(value(t, s.banner, "page"))
	turn, _ := url.Parse(value(t, s.banner, "turn"))
	args := []string{"check", "--json", "--http-listen", page.Host, "--turn-listen", turn.Opaque, "--state-dir"}
	var report struct {
		OK       bool
		Faults   int
		Findings []struct{ Check, Verdict, What string }
	}
	code, stdout, _ = asked(nil, append(args, s.state())...)
	if err := json.Unmarshal([]byte(stdout), &report); err != nil || code != exitOK || !report.OK || !strings.Contains(stdout, "is held by the server that runs") {
		t.Errorf("%d, %v\n%s", code, err, stdout)
	}
	code, stdout, _ = asked(nil, append(args, folder)...)
	if err := json.Unmarshal([]byte(stdout), &report); err != nil || code != exitFaults || report.Faults != 3 {
		t.Errorf("%d, %v\n%s", code, err, stdout)
	}
	s.stop(syscall.SIGTERM)
}

// Faults of the settings are faults that were found, each with its remedy.
func TestCheckOfBadSettings(t *testing.T) {
	code, stdout, _ := asked([]string{"ZERORTC_ICE_TTL=soon"}, "check", "--turn-relay-ports", "9-1")
	for _, want := range []string{`ZERORTC_ICE_TTL: "soon" is not a time`, "→ write it as 3600, 3600s or 1h", `--turn-relay-ports: "9-1" ends before it begins`} {
		if !strings.Contains(stdout, want) {
			t.Errorf("no %s in\n%s", want, stdout)
		}
	}
	if code != exitFaults {
		t.Errorf("exit code %d", code)
	}
}

func TestConfigShow(t *testing.T) {
	file := filepath.Join(t.TempDir(), "z.yaml")
	if err := os.WriteFile(file, []byte("turn:\n  users: [\"alice:hunter2\"]\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	code, stdout, stderr := asked([]string{"ZERORTC_ICE_TTL=60"}, "config", "show", "--sources", "--config", file, "--turn-realm", "here")
	for _, want := range []string{"  - \"alice:***\"  # " + file + ":2:11\n", "  realm: here  # --turn-realm\n", "  ttl: 60  # ZERORTC_ICE_TTL\n", "  level: info  # default\n"} {
		if !strings.Contains(stdout, want) {
			t.Errorf("no %s in\n%s", want, stdout)
		}
	}
	if code != exitOK || stderr != "" || strings.Contains(stdout, "hunter2") {
		t.Errorf("%d, %s", code, stderr)
	}
	if code, stdout, _ := asked(nil, "config", "show", "--ice-ttl", "soon"); code != exitSettings || stdout != "" {
		t.Errorf("a fault: %d, %s", code, stdout)
	}
}

func TestConfigInit(t *testing.T) {
	folder := t.TempDir()
	file := filepath.Join(folder, "z.yaml")
	code, printed, _ := asked(nil, "config", "init")
	if code != exitOK || !strings.HasPrefix(printed, "# Settings of zerortc.\n") {
		t.Fatalf("%d\n%s", code, printed)
	}
	if code, _, stderr := asked(nil, "config", "init", "--output", file); code != exitOK {
		t.Fatalf("%d, %s", code, stderr)
	}
	written, err := os.ReadFile(file)
	if err != nil || string(written) != printed {
		t.Errorf("wrote something else: %v", err)
	}
	if info, _ := os.Stat(file); info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v", info.Mode())
	}
	if err := os.WriteFile(file, []byte("mine"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(filepath.Join(folder, "elsewhere"), filepath.Join(folder, "link")); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{file, filepath.Join(folder, "link")} {
		code, _, stderr := asked(nil, "config", "init", "--output", name)
		if code != exitFailed || !strings.Contains(stderr, "is there already, and is left as it is") {
			t.Errorf("%d, %s", code, stderr)
		}
	}
	if content, _ := os.ReadFile(file); string(content) != "mine" {
		t.Error("wrote over it")
	}
	if code, stdout, _ := asked(nil, "config", "schema"); code != exitOK || !json.Valid([]byte(stdout)) {
		t.Errorf("schema: %d", code)
	}
}

func TestVersionAsJSON(t *testing.T) {
	code, stdout, _ := asked(nil, "version", "--json")
	var v built
	if err := json.Unmarshal([]byte(stdout), &v); err != nil || code != exitOK {
		t.Fatalf("%d, %v", code, err)
	}
	if v.Version == "" || !strings.HasPrefix(v.Go, "go1.") || v.OS == "" || v.Arch == "" {
		t.Errorf("got %+v", v)
	}
	// A test binary knows no modules; the shipped program does.
	s := start(t, nil, "version", "--json")
	if s.code() != exitOK {
		t.Fatal(s.stderr.String())
	}
	if err := json.Unmarshal([]byte(s.stdout.String()), &v); err != nil || v.Modules["github.com/pion/turn/v2"] != "v2.1.6" || v.Modules["github.com/gorilla/websocket"] == "" {
		t.Errorf("%v, %+v", err, v)
	}
}
