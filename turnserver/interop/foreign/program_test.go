//go:build foreign

package foreign

import (
	"bytes"
	"context"
	"errors"
	"os/exec"
	"sync"
	"syscall"
	"testing"
	"time"
)

// run runs a foreign program to its end and returns what it wrote and its exit
// code, -1 if it did not end by itself.
func run(t *testing.T, limit time.Duration, name string, args ...string) (stdout, stderr string, code int) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), limit)
	defer cancel()
	cmd := exec.CommandContext(ctx, name, args...)
	endGently(cmd)
	// The input stays open as long as we live: a script that started browsers of
	// its own ends them when it closes.
	input, err := cmd.StdinPipe()
	must(t, err)
	defer input.Close()
	var out, complaints bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &complaints
	err = cmd.Run()
	var exit *exec.ExitError
	switch {
	case ctx.Err() != nil:
		t.Errorf("%s %q does not end within %s", name, args, limit)
		return out.String(), complaints.String(), -1
	case errors.As(err, &exit):
		return out.String(), complaints.String(), exit.ExitCode()
	case err != nil:
		t.Fatalf("running %s: %v; .ci/install-interop installs it", name, err)
	}
	return out.String(), complaints.String(), 0
}

// endGently lets a program that has to go clean up first.
func endGently(cmd *exec.Cmd) {
	cmd.Cancel = func() error { return cmd.Process.Signal(syscall.SIGTERM) }
	cmd.WaitDelay = 10 * time.Second
}

// most is how much a failure tells of what a program wrote: its end says most.
const most = 4 << 10

func end(text string) string { return text[max(0, len(text)-most):] }

// lines collects what a program writes while it runs.
type lines struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (l *lines) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(p)
}

func (l *lines) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}
