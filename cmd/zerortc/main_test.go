package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// binary is the program as it is shipped, built once for all tests.
var binary string

func TestMain(m *testing.M) {
	os.Exit(buildAndRun(m))
}

func buildAndRun(m *testing.M) int {
	folder, err := os.MkdirTemp("", "zerortc")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer os.RemoveAll(folder)
	if err := os.Chmod(folder, 0o755); err != nil { // some tests run it as somebody else
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	binary = filepath.Join(folder, "zerortc")
	if out, err := exec.Command("go", "build", "-o", binary, ".").CombinedOutput(); err != nil {
		fmt.Fprintf(os.Stderr, "go build: %v\n%s", err, out)
		return 1
	}
	return m.Run()
}

// patience is how long a test waits for what takes milliseconds.
const patience = 20 * time.Second

// running is a process of ours.
type running struct {
	t              *testing.T
	cmd            *exec.Cmd
	stdout, stderr output
	ended          chan struct{}
}

// output collects what a process writes, while it does.
type output struct {
	lock sync.Mutex
	text []byte
}

func (o *output) Write(p []byte) (int, error) {
	o.lock.Lock()
	defer o.lock.Unlock()
	o.text = append(o.text, p...)
	return len(p), nil
}

func (o *output) String() string {
	o.lock.Lock()
	defer o.lock.Unlock()
	return string(o.text)
}

// start runs the program with nothing in its environment but env, and shows the
// banner although nobody is watching.
func start(t *testing.T, env []string, args ...string) *running {
	t.Helper()
	return startCommand(t, exec.Command(binary, args...), env)
}

// startCommand runs a command that becomes the program.
func startCommand(t *testing.T, cmd *exec.Cmd, env []string) *running {
	t.Helper()
	r := &running{t: t, cmd: cmd, ended: make(chan struct{})}
	r.cmd.Env = append([]string{"ZERORTC_BANNER=always", "ZERORTC_LOG_FORMAT=text"}, env...)
	r.cmd.Dir = t.TempDir()
	r.cmd.Stdout, r.cmd.Stderr = &r.stdout, &r.stderr
	if err := r.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	go func() {
		r.cmd.Wait()
		close(r.ended)
	}()
	t.Cleanup(func() {
		r.cmd.Process.Kill()
		<-r.ended
	})
	return r
}

// onLoopback are flags of a server that disturbs nobody.
func onLoopback(t *testing.T, more ...string) []string {
	return append([]string{
		"serve", "--http-listen", "127.0.0.1:0", "--turn-listen", "127.0.0.1:0",
		"--state-dir", filepath.Join(t.TempDir(), "state"),
	}, more...)
}

// ready waits for the banner and returns it.
func (r *running) ready() string {
	r.t.Helper()
	deadline := time.Now().Add(patience)
	for time.Now().Before(deadline) {
		if banner := r.stdout.String(); strings.Contains(banner, "firewall") && strings.HasSuffix(banner, "\n") {
			return banner
		}
		select {
		case <-r.ended:
			r.t.Fatalf("ended with %d before it was ready:\n%s", r.code(), r.stderr.String())
		case <-time.After(5 * time.Millisecond):
		}
	}
	r.t.Fatalf("not ready:\n%s%s", r.stdout.String(), r.stderr.String())
	return ""
}

// code waits for the end and returns the exit code.
func (r *running) code() int {
	r.t.Helper()
	select {
	case <-r.ended:
		return r.cmd.ProcessState.ExitCode()
	case <-time.After(patience):
		r.t.Fatalf("still running:\n%s", r.stderr.String())
		return -1
	}
}

// stop sends the signal and checks the promise: exit code 0 within 5 s.
func (r *running) stop(signal os.Signal) {
	r.t.Helper()
	begin := time.Now()
	if err := r.cmd.Process.Signal(signal); err != nil {
		r.t.Fatal(err)
	}
	if code := r.code(); code != exitOK {
		r.t.Errorf("exit code %d after %v:\n%s", code, signal, r.stderr.String())
	}
	if took := time.Since(begin); took > 5*time.Second {
		r.t.Errorf("%v took %v", signal, took)
	}
}

// value is what the banner has in the line called name; the first, if several.
func value(t *testing.T, banner, name string) string {
	t.Helper()
	for line := range strings.Lines(banner) {
		if words := strings.Fields(line); len(words) > 1 && words[0] == name {
			return words[1]
		}
	}
	t.Fatalf("no %s in:\n%s", name, banner)
	return ""
}

// inProcess runs the command line without a process of its own, for what ends by
// itself.
func inProcess(env []string, args ...string) (code int, stdout, stderr string) {
	var out, errors bytes.Buffer
	ctx, cancel := context.WithCancel(context.Background())
	cancel() // whatever starts to serve stops at once
	code = runHere(ctx, process{append([]string{"zerortc"}, args...), env, &out, &errors})
	return code, out.String(), errors.String()
}

// here is held by whoever runs a command in this process: the library keeps the flags
// for help and version in variables, and writes them whenever it reads arguments.
var here sync.Mutex

func runHere(ctx context.Context, p process) int {
	here.Lock()
	defer here.Unlock()
	return run(ctx, p)
}

func TestStopsOnSignals(t *testing.T) {
	for _, signal := range []os.Signal{syscall.SIGTERM, os.Interrupt} {
		t.Run(signal.String(), func(t *testing.T) {
			t.Parallel()
			server := start(t, nil, onLoopback(t)...)
			server.ready()
			server.stop(signal)
		})
	}
}
