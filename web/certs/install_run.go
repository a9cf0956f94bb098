package certs

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"runtime"
	"strings"
)

// ThisSystem is the machine we run on. Under sudo the browsers are those of the
// user who called it.
func ThisSystem(getenv func(string) string) System {
	on := System{
		OS:     runtime.GOOS,
		Exists: func(path string) bool { _, err := os.Stat(path); return err == nil },
		Glob:   func(pattern string) []string { found, _ := filepath.Glob(pattern); return found },
		Has:    func(program string) bool { _, err := exec.LookPath(program); return err == nil },
	}
	on.Home, _ = os.UserHomeDir()
	if caller := getenv("SUDO_USER"); caller != "" && caller != "root" && os.Geteuid() == 0 {
		if u, err := user.Lookup(caller); err == nil {
			on.User, on.Home = u.Username, u.HomeDir
		}
	}
	return on
}

// ErrNotAll is the end of an installation of which something is left to do.
var ErrNotAll = errors.New("the CA is not trusted everywhere yet; what is left to do stands above")

// Install makes the programs of this machine trust the CA, and tells on w each
// step, those included that somebody else has to do.
func (ca *CA) Install(ctx context.Context, on System, w io.Writer) error {
	folder, err := os.MkdirTemp("", "zerortc-ca-")
	if err != nil {
		return fmt.Errorf("installing the CA: %w", err)
	}
	defer os.RemoveAll(folder)
	file := filepath.Join(folder, "zerortc-ca.pem")
	// Nothing secret is in it, and another user's certutil has to read it.
	if err := errors.Join(os.WriteFile(file, ca.PEM(), 0o644), os.Chmod(file, 0o644), os.Chmod(folder, 0o755)); err != nil {
		return fmt.Errorf("installing the CA: %w", err)
	}
	left := 0
	for _, step := range ca.InstallPlan(file, on) {
		if !step.run(ctx, w) {
			left++
		}
	}
	if left > 0 {
		return ErrNotAll
	}
	return nil
}

// run tells whether the step is done.
func (s Step) run(ctx context.Context, w io.Writer) bool {
	fmt.Fprintf(w, "%s\n", s.What)
	if len(s.Command) == 0 {
		return false
	}
	fmt.Fprintf(w, "  $ %s\n", s)
	if s.Root && os.Geteuid() != 0 && runtime.GOOS != "windows" {
		fmt.Fprintf(w, "  not done: only root may; run this again as root\n")
		return false
	}
	out, err := exec.CommandContext(ctx, s.Command[0], s.Command[1:]...).CombinedOutput()
	if err != nil {
		fmt.Fprintf(w, "  not done: %v\n", err)
		for line := range strings.Lines(string(out)) {
			fmt.Fprintf(w, "  %s\n", strings.TrimRight(line, "\n"))
		}
	}
	return err == nil
}

// String is the command as one types it into a shell.
func (s Step) String() string {
	words := make([]string, len(s.Command))
	for i, word := range s.Command {
		if words[i] = word; strings.ContainsAny(word, " '\"\\$&;|<>()*?[]~`#") {
			words[i] = "'" + strings.ReplaceAll(word, "'", `'\''`) + "'"
		}
	}
	return strings.Join(words, " ")
}
