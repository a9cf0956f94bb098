package deploy

import (
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"zerortc/cmd/systemd"
	"zerortc/config"
	"zerortc/signaling"
)

const (
	unitFile  = "zerortc.service"
	installed = "/usr/bin/zerortc"
)

// unit is the unit file: the values of each key, in order.
func unit(t *testing.T) map[string][]string {
	t.Helper()
	all := map[string][]string{}
	for line := range strings.Lines(read(t, unitFile)) {
		if key, value, found := strings.Cut(strings.TrimSpace(line), "="); found && key[0] != '#' {
			all[key] = append(all[key], value)
		}
	}
	return all
}

// one is the value of a key that stands there once.
func one(t *testing.T, unit map[string][]string, key string) string {
	t.Helper()
	if len(unit[key]) != 1 {
		t.Fatalf("%s has %d values", key, len(unit[key]))
	}
	return unit[key][0]
}

// Systemd has no complaint. It looks for the program, so that is put where the
// unit says, in a copy.
func TestUnitIsAccepted(t *testing.T) {
	text := read(t, unitFile)
	if !strings.Contains(text, "ExecStart="+installed+" ") {
		t.Fatalf("the program is not %s", installed)
	}
	file := filepath.Join(t.TempDir(), unitFile)
	if err := os.WriteFile(file, []byte(strings.ReplaceAll(text, installed, program)), 0o644); err != nil {
		t.Fatal(err)
	}
	if out, err := exec.Command("systemd-analyze", "verify", "--man=no", file).CombinedOutput(); err != nil || len(out) > 0 {
		t.Errorf("%v (on Debian systemd-analyze is in the package systemd)\n%s", err, out)
	}
}

// What the documents say to write by systemctl edit is accepted as well.
func TestDropInsAreAccepted(t *testing.T) {
	t.Parallel()
	text, shown := strings.ReplaceAll(read(t, unitFile), installed, program), 0
	for _, b := range readDocument(t, "README.md").blocks {
		if b.language != "ini" {
			continue
		}
		shown++
		file := filepath.Join(t.TempDir(), unitFile)
		if err := os.WriteFile(file, []byte(text+"\n"+b.text), 0o644); err != nil {
			t.Fatal(err)
		}
		if out, err := exec.Command("systemd-analyze", "verify", "--man=no", file).CombinedOutput(); err != nil || len(out) > 0 {
			t.Errorf("%s%v\n%s", b.text, err, out)
		}
	}
	if shown == 0 {
		t.Error("no document shows how to change the unit")
	}
}

// At most 1.5 points of exposure, of ten. What is left is what a server on the
// network must have.
func TestUnitIsHardened(t *testing.T) {
	out, err := exec.Command("systemd-analyze", "security", "--offline=true", "--threshold=15", "./"+unitFile).CombinedOutput()
	if err != nil {
		t.Errorf("%v (on Debian systemd-analyze is in the package systemd)\n%s", err, out)
	}
}

// What the unit starts does start, with the settings that are installed, keeps its
// secret where systemd says, and tells systemd that it is ready.
func TestUnitStarts(t *testing.T) {
	t.Parallel()
	u := unit(t)
	for key, want := range map[string]string{"Type": "notify", "ExecReload": installed + " ctl reload", "StateDirectory": "zerortc", "RuntimeDirectory": "zerortc"} {
		if got := one(t, u, key); got != want {
			t.Errorf("%s=%s, want %s", key, got, want)
		}
	}
	command := strings.ReplaceAll(one(t, u, "ExecStart"), "/etc/zerortc/zerortc.yaml", exampleFile)
	s := start(t, strings.Fields(command)[1:]...)
	s.wantNoWarning(t)
	state := strings.TrimPrefix(s.cmd.Env[0], "STATE_DIRECTORY=")
	if _, err := os.Stat(filepath.Join(state, "turn-secret")); err != nil {
		t.Error(err)
	}
	s.stop(t)
}

// Credentials have the names that the program looks for.
func TestUnitLoadsCredentials(t *testing.T) {
	var want []string
	for _, s := range config.Settings() {
		if s.Credential {
			want = append(want, s.CredentialName()+":zerortc."+s.CredentialName())
		}
	}
	got := unit(t)["LoadCredential"]
	slices.Sort(got)
	slices.Sort(want)
	if !slices.Equal(got, want) {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

// The socket units are accepted too, and their sockets have names that the program
// knows.
func TestSocketUnits(t *testing.T) {
	folder := t.TempDir()
	text := strings.ReplaceAll(read(t, unitFile), installed, program)
	if err := os.WriteFile(filepath.Join(folder, unitFile), []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	for file, name := range map[string]string{"zerortc-http.socket": systemd.HTTP, "zerortc-turn.socket": systemd.TURN} {
		text := read(t, file)
		if !strings.Contains(text, "\nFileDescriptorName="+name+"\n") || !strings.Contains(text, "\nService="+unitFile+"\n") {
			t.Errorf("%s passes no sockets named %s to %s", file, name, unitFile)
		}
		path := filepath.Join(folder, file)
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		if out, err := exec.Command("systemd-analyze", "verify", "--man=no", path).CombinedOutput(); err != nil || len(out) > 0 {
			t.Errorf("%v\n%s", err, out)
		}
	}
}

// It is started again where that can help, and only there.
func TestUnitRestarts(t *testing.T) {
	t.Parallel()
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	wrong := filepath.Join(t.TempDir(), "zerortc.yaml")
	if err := os.WriteFile(wrong, []byte("turn:\n  reallm: x\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	u := unit(t)
	if one(t, u, "Restart") != "on-failure" {
		t.Error("it is not restarted")
	}
	final := strings.Fields(one(t, u, "RestartPreventExitStatus"))
	for _, row := range []struct {
		name    string
		args    []string
		restart bool
	}{
		{"wrong settings", []string{"--config", wrong}, false},
		{"wrong flag", []string{"--turn-lisen", ":1"}, false},
		{"port taken", []string{"--turn-listen", "127.0.0.1:0", "--http-listen", taken.Addr().String()}, true},
	} {
		code := exitCode(t, row.args...)
		if code == 0 || slices.Contains(final, strconv.Itoa(code)) == row.restart {
			t.Errorf("%s: exit code %d, which RestartPreventExitStatus=%s takes otherwise", row.name, code, final)
		}
	}
}

// Each socket and each relay is a file descriptor.
func TestUnitAllowsEnoughFiles(t *testing.T) {
	limit, err := strconv.Atoi(one(t, unit(t), "LimitNOFILE"))
	if err != nil {
		t.Fatal(err)
	}
	cfg, _, err := config.Load(config.Sources{})
	if err != nil {
		t.Fatal(err)
	}
	relays := int(cfg.TURN.RelayPorts.Max-cfg.TURN.RelayPorts.Min) + 1
	if want := signaling.DefaultLimits().Sockets + 2*relays; limit < want {
		t.Errorf("%d, want %d", limit, want)
	}
}
