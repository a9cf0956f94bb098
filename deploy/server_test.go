package deploy

import (
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// patience is how long a test waits for what takes milliseconds.
const patience = 20 * time.Second

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

// server is a zerortc that disturbs nobody.
type server struct {
	cmd            *exec.Cmd
	stdout, stderr output
	ended          chan struct{}
	banner         string
}

// start runs the program on loopback, and where args say besides, on ports that are
// free, with nothing in its environment but a state folder, and waits until it is
// ready.
func start(t *testing.T, args ...string) *server {
	t.Helper()
	args = append(args, "--http-listen", "127.0.0.1:0", "--turn-listen", "127.0.0.1:0")
	s := &server{cmd: exec.Command(program, args...), ended: make(chan struct{})}
	s.cmd.Env = []string{"STATE_DIRECTORY=" + filepath.Join(t.TempDir(), "state"), "ZERORTC_BANNER=always", "ZERORTC_LOG_FORMAT=text"}
	s.cmd.Stdout, s.cmd.Stderr = &s.stdout, &s.stderr
	if err := s.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	go func() {
		s.cmd.Wait()
		close(s.ended)
	}()
	t.Cleanup(func() {
		s.cmd.Process.Kill()
		<-s.ended
	})
	s.awaitBanner(t)
	return s
}

func (s *server) awaitBanner(t *testing.T) {
	t.Helper()
	for deadline := time.Now().Add(patience); time.Now().Before(deadline); {
		s.banner = s.stdout.String()
		if strings.Contains(s.banner, "firewall") && strings.HasSuffix(s.banner, "\n") {
			return
		}
		select {
		case <-s.ended:
			t.Fatalf("ended before it was ready:\n%s", s.stderr.String())
		case <-time.After(5 * time.Millisecond):
		}
	}
	t.Fatalf("not ready:\n%s%s", s.stdout.String(), s.stderr.String())
}

// stop ends the server as a service manager does.
func (s *server) stop(t *testing.T) {
	t.Helper()
	if err := s.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	select {
	case <-s.ended:
	case <-time.After(patience):
		t.Fatal("does not stop")
	}
	if code := s.cmd.ProcessState.ExitCode(); code != 0 {
		t.Errorf("exit code %d:\n%s", code, s.stderr.String())
	}
}

// wantNoWarning minds all of them but the one about listening on loopback, which
// only tests do, and those about what addresses the machine of the test has and
// how many files it lets a process open.
func (s *server) wantNoWarning(t *testing.T) {
	t.Helper()
	for line := range strings.Lines(s.stderr.String()) {
		expected := strings.Contains(line, "serves clients on this machine only") ||
			strings.Contains(line, "left out of the certificate") ||
			strings.Contains(line, "descriptor limit is low")
		if strings.Contains(line, "level=WARN") && !expected {
			t.Error(line)
		}
	}
}

// page is the address of the page, without the slash at its end.
func (s *server) page(t *testing.T) string {
	t.Helper()
	for line := range strings.Lines(s.banner) {
		if words := strings.Fields(line); len(words) == 2 && words[0] == "page" {
			return strings.TrimSuffix(words[1], "/")
		}
	}
	t.Fatalf("no page in:\n%s", s.banner)
	return ""
}

// get is the answer to a GET of the path, which has to be a 200.
func (s *server) get(t *testing.T, path string) string {
	t.Helper()
	answer, err := http.Get(s.page(t) + path)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	if err != nil || answer.StatusCode != http.StatusOK {
		t.Fatalf("%s: %s, %v", path, answer.Status, err)
	}
	return string(body)
}

// exitCode runs the program to its end, which must come by itself.
func exitCode(t *testing.T, args ...string) int {
	t.Helper()
	cmd := exec.Command(program, args...)
	cmd.Env = []string{"STATE_DIRECTORY=" + t.TempDir()}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	timer := time.AfterFunc(patience, func() { cmd.Process.Kill() })
	defer timer.Stop()
	cmd.Wait()
	return cmd.ProcessState.ExitCode()
}

func read(t *testing.T, name string) string {
	t.Helper()
	content, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return string(content)
}
