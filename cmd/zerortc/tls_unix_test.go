//go:build unix

package main

import (
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
)

// TestUnreadableKey: the message names the file, the user and the remedy, and nothing
// besides. Root can read everything, and so is nobody here.
func TestUnreadableKey(t *testing.T) {
	t.Parallel()
	folder, err := os.MkdirTemp("", "zerortc-key")
	if err != nil {
		t.Fatal(err)
	}
	defer os.RemoveAll(folder)
	cert, key := filepath.Join(folder, "cert.pem"), filepath.Join(folder, "key.pem")
	for path, mode := range map[string]os.FileMode{folder: 0o755, cert: 0o644, key: 0} {
		if path != folder {
			err = os.WriteFile(path, nil, 0o600)
		}
		if err != nil {
			t.Fatal(err)
		}
		if err := os.Chmod(path, mode); err != nil {
			t.Fatal(err)
		}
	}
	cmd, name := asNobody(t, binary, "serve", "--turn-secrets", strings.Repeat("x", 32),
		"--tls-mode", "files", "--tls-cert", cert, "--tls-key", key)
	out, err := cmd.CombinedOutput()
	want := "zerortc: tls.key cannot be read by user " + name + ": open " + key +
		": permission denied; let that user read the file and enter the folders above it\n"
	if cmd.ProcessState.ExitCode() != exitSettings || !strings.HasSuffix(string(out), want) {
		t.Errorf("%v\n%s\nwant %s", err, out, want)
	}
}

// asNobody is a command of a user who is not root, and his name.
func asNobody(t *testing.T, program string, args ...string) (*exec.Cmd, string) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), program, args...)
	who, err := user.Current()
	if err == nil && who.Uid == "0" {
		who, err = user.Lookup("nobody")
		if err == nil {
			uid, _ := strconv.ParseUint(who.Uid, 10, 32)
			gid, _ := strconv.ParseUint(who.Gid, 10, 32)
			cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}}
		}
	}
	if err != nil {
		t.Fatal(err)
	}
	cmd.Dir, cmd.Env = "/", []string{}
	return cmd, who.Username
}
