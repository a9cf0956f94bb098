package main

import (
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/gorilla/websocket"
)

// The banner tells how to reach what runs: every URL of it works.
func TestServe(t *testing.T) {
	t.Parallel()
	server := start(t, nil, onLoopback(t, "--turn-relay-ports", "50000-50999")...)
	banner := server.ready()

	shape := regexp.MustCompile(`^zerortc is ready
  page       http://127\.0\.0\.1:\d+/
  room       http://127\.0\.0\.1:\d+/room/[a-z]+-[a-z]+-[a-z]+-\d{3}
  signaling  ws://127\.0\.0\.1:\d+/ws
  ice        http://127\.0\.0\.1:\d+/api/ice
  turn       turn:127\.0\.0\.1:\d+\?transport=udp
  turn       turn:127\.0\.0\.1:\d+\?transport=tcp
  turn       turns:127\.0\.0\.1:\d+\?transport=tcp
  peers      any network, but not this machine itself, loopback, link-local and the like
  firewall   nothing to open: only this machine is served
$`)
	if !shape.MatchString(banner) {
		t.Errorf("banner is\n%s", banner)
	}

	page, err := http.Get(value(t, banner, "page"))
	if err != nil {
		t.Fatal(err)
	}
	page.Body.Close()
	if page.StatusCode != http.StatusOK {
		t.Errorf("the page answers %s", page.Status)
	}

	socket, _, err := websocket.DefaultDialer.Dial(value(t, banner, "signaling"), nil)
	if err != nil {
		t.Fatalf("signaling: %v", err)
	}
	defer socket.Close()

	turn := listURLs(t, value(t, banner, "ice"))
	if want := value(t, banner, "turn"); !strings.Contains(turn, want) {
		t.Errorf("the ICE list has %s, the banner %s", turn, want)
	}
	bindingAnswered(t, value(t, banner, "turn"))

	// With a socket open, to see that it does not hold the process.
	server.stop(syscall.SIGTERM)
	socket.SetReadDeadline(time.Now().Add(patience))
	if _, _, err := socket.ReadMessage(); !websocket.IsCloseError(err, websocket.CloseGoingAway) {
		t.Errorf("the socket ended with %v, not 1001", err)
	}
}

// listURLs fetches an ICE list and joins its URLs.
func listURLs(t *testing.T, address string) string {
	t.Helper()
	answer, err := http.Get(address)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	var list struct {
		IceServers []struct{ URLs []string }
	}
	if err := json.NewDecoder(answer.Body).Decode(&list); err != nil {
		t.Fatal(err)
	}
	var all []string
	for _, s := range list.IceServers {
		all = append(all, s.URLs...)
	}
	return strings.Join(all, " ")
}

// bindingAnswered sends the smallest STUN request (RFC 8489 section 5).
func bindingAnswered(t *testing.T, turnURL string) {
	t.Helper()
	parsed, err := url.Parse(turnURL)
	if err != nil {
		t.Fatal(err)
	}
	conn, err := net.Dial("udp", parsed.Opaque)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	conn.SetDeadline(time.Now().Add(patience))
	request := append([]byte{0, 1, 0, 0, 0x21, 0x12, 0xa4, 0x42}, "abcdefghijkl"...)
	if _, err := conn.Write(request); err != nil {
		t.Fatal(err)
	}
	answer := make([]byte, 1500)
	n, err := conn.Read(answer)
	if err != nil || n < 20 || answer[0] != 1 || answer[1] != 1 {
		t.Errorf("Binding: % x, %v", answer[:n], err)
	}
}

// A wildcard is shown as the addresses by which others reach the machine.
func TestServeOnEveryAddress(t *testing.T) {
	t.Parallel()
	server := start(t, nil, "--http-listen", ":0", "--turn-listen", ":0", "--state-dir", t.TempDir())
	banner := server.ready()
	if strings.Contains(banner, "0.0.0.0") || strings.Contains(banner, "[::]") {
		t.Errorf("nobody can open this:\n%s", banner)
	}
	if !regexp.MustCompile(`(?m)^  page       http://localhost:\d+/$`).MatchString(banner) {
		t.Errorf("no localhost in\n%s", banner)
	}
	if !regexp.MustCompile(`(?m)^  firewall   tcp \d+, tcp\+udp \d+, udp 49152-65535$`).MatchString(banner) {
		t.Errorf("no ports in\n%s", banner)
	}
	server.stop(syscall.SIGTERM)
}

// Ports are free again when the process is gone.
func TestRestartOnTheSamePorts(t *testing.T) {
	t.Parallel()
	args := onLoopback(t)
	first := start(t, nil, args...)
	banner := first.ready()
	page, _ := url.Parse(value(t, banner, "page"))
	turn, _ := url.Parse(value(t, banner, "turn"))
	first.stop(syscall.SIGTERM)

	args[2], args[4] = page.Host, turn.Opaque
	second := start(t, nil, args...)
	second.ready()
	second.stop(syscall.SIGTERM)
}

func TestPortTaken(t *testing.T) {
	tcp, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer tcp.Close()
	udp, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer udp.Close()
	server := start(t, nil, onLoopback(t)...)
	ours, _ := url.Parse(value(t, server.ready(), "turn"))

	for _, row := range []struct{ name, flag, address string }{
		{"http", "--http-listen", tcp.Addr().String()},
		{"TURN over TCP", "--turn-listen", tcp.Addr().String()},
		{"TURN over UDP", "--turn-listen", udp.LocalAddr().String()},
		{"TURN of another zerortc", "--turn-listen", ours.Opaque},
	} {
		t.Run(row.name, func(t *testing.T) {
			args := onLoopback(t)
			for i := range args {
				if args[i] == row.flag {
					args[i+1] = row.address
				}
			}
			code, _, stderr := inProcess(nil, args...)
			if code != exitUnavailable {
				t.Errorf("exit code %d", code)
			}
			wantOneError(t, stderr, row.address, "stop the program that has the port, or take another with "+row.flag)
		})
	}
}

// wantOneError finds exactly one line that is an error and not a log line.
func wantOneError(t *testing.T, stderr string, words ...string) {
	t.Helper()
	var errors []string
	for line := range strings.Lines(stderr) {
		if strings.HasPrefix(line, "zerortc: ") {
			errors = append(errors, line)
		}
	}
	if len(errors) != 1 {
		t.Fatalf("%d errors in\n%s", len(errors), stderr)
	}
	for _, word := range words {
		if !strings.Contains(errors[0], word) {
			t.Errorf("no %q in %s", word, errors[0])
		}
	}
}

func TestStateFolder(t *testing.T) {
	t.Parallel()
	home := t.TempDir()
	args := []string{"--http-listen", "127.0.0.1:0", "--turn-listen", "127.0.0.1:0"}
	one := start(t, []string{"HOME=" + home}, args...)
	two := start(t, []string{"HOME=" + home}, args...)
	one.ready()
	two.ready()

	folder := filepath.Join(home, ".local", "state", "zerortc")
	secret := filepath.Join(folder, "turn-secret")
	for path, want := range map[string]os.FileMode{folder: 0o700, secret: 0o600} {
		info, err := os.Stat(path)
		if err != nil {
			t.Fatal(err)
		}
		if info.Mode().Perm() != want {
			t.Errorf("%s has mode %o", path, info.Mode().Perm())
		}
	}
	content, err := os.ReadFile(secret)
	if err != nil {
		t.Fatal(err)
	}
	for _, server := range []*running{one, two} {
		server.stop(syscall.SIGTERM)
		if shown := server.stdout.String() + server.stderr.String(); strings.Contains(shown, string(content[:16])) {
			t.Error("the secret was printed")
		}
	}
}

func TestStateFolderThatCannotBeWritten(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o400); err != nil {
		t.Fatal(err)
	}
	code, _, stderr := inProcess(nil, "--http-listen", "127.0.0.1:0", "--turn-listen", "127.0.0.1:0",
		"--state-dir", filepath.Join(file, "state"))
	if code != exitFailed {
		t.Errorf("exit code %d", code)
	}
	wantOneError(t, stderr, "keeping a TURN secret", file, "--state-dir")
}

// With secrets of the operator there is nothing to keep, and of the control socket
// nothing is left.
func TestStateFolderStaysEmpty(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "state")
	code, _, stderr := inProcess([]string{"ZERORTC_TURN_SECRETS=0123456789abcdef"},
		"--http-listen", "127.0.0.1:0", "--turn-listen", "127.0.0.1:0", "--state-dir", folder, "--tls-mode", "off")
	if code != exitOK {
		t.Fatalf("exit code %d\n%s", code, stderr)
	}
	if entries, err := os.ReadDir(folder); err != nil || len(entries) > 0 {
		t.Errorf("the folder holds %v (%v)", entries, err)
	}
}

// No home, no settings file, not one variable: it starts all the same.
func TestEmptyEnvironment(t *testing.T) {
	t.Parallel()
	server := start(t, nil, "--http-listen", "127.0.0.1:0", "--turn-listen", "127.0.0.1:0")
	listURLs(t, value(t, server.ready(), "ice"))
	server.stop(syscall.SIGTERM)
	if !strings.Contains(server.stderr.String(), "no state folder: TURN credentials end with this process") {
		t.Errorf("no warning in\n%s", server.stderr.String())
	}
}

// Secrets that come by file show up nowhere: not in the process list, not in the
// log of a busy server, not in answers.
func TestSecretsStayHidden(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	write := func(name, content string) string {
		path := filepath.Join(folder, name)
		if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
		return path
	}
	server := start(t, nil, onLoopback(t, "--log-level", "debug",
		"--config", write("z.yaml", "turn:\n  users: [\"carol:hunter2-c\"]\n"),
		"--turn-users-file", write("users", "alice:hunter2-a\nlqf:123456\n"),
		"--turn-secrets-file", write("secrets", "hunter2-of-the-house\n"))...)
	banner := server.ready()
	answer := listURLs(t, value(t, banner, "ice"))
	bindingAnswered(t, value(t, banner, "turn"))
	cmdline, err := os.ReadFile(fmt.Sprintf("/proc/%d/cmdline", server.cmd.Process.Pid))
	if err != nil {
		t.Fatal(err)
	}
	server.stop(syscall.SIGTERM)
	log := server.stderr.String()
	for _, shown := range []string{string(cmdline), banner, answer, log} {
		if strings.Contains(shown, "hunter2") {
			t.Errorf("shows a secret:\n%s", shown)
		}
	}
	for _, warning := range []string{"z.yaml holds secrets and can be read by every user", "user lqf has the password of the classic example"} {
		if !strings.Contains(log, warning) {
			t.Errorf("does not warn: %s", warning)
		}
	}
}

func TestLogShape(t *testing.T) {
	_, _, stderr := inProcess(nil, onLoopback(t, "--log-format", "json")...)
	for line := range strings.Lines(stderr) {
		var entry struct{ Time, Level, Msg string }
		if err := json.Unmarshal([]byte(line), &entry); err != nil || entry.Msg == "" {
			t.Errorf("%v: %s", err, line)
		}
	}
	if !strings.Contains(stderr, `"msg":"serving"`) {
		t.Errorf("got %s", stderr)
	}
	if _, _, stderr := inProcess(nil, onLoopback(t, "--log-level", "error")...); stderr != "" {
		t.Errorf("errors only, and got %s", stderr)
	}
}
