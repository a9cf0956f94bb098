package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"zerortc/cmd/admin"
	"zerortc/turnserver/probe"
)

// state is the state folder of the server.
func (s *reloading) state() string {
	return s.cmd.Args[slices.Index(s.cmd.Args, "--state-dir")+1]
}

// ctl runs a command about the server; its argument, if it has one, comes last.
func (s *reloading) ctl(command string, argument ...string) (code int, stdout, stderr string) {
	args := append(strings.Fields(command), "--state-dir", s.state())
	return asked(nil, append(args, argument...)...)
}

// asked is inProcess for commands that ask a server, or take their time.
func asked(env []string, args ...string) (code int, stdout, stderr string) {
	var out, errors bytes.Buffer
	code = runHere(context.Background(), process{append([]string{"zerortc"}, args...), env, &out, &errors})
	return code, out.String(), errors.String()
}

// mustCtl is the output of a command that works.
func (s *reloading) mustCtl(t *testing.T, command string, argument ...string) string {
	t.Helper()
	code, stdout, stderr := s.ctl(command, argument...)
	if code != exitOK || stderr != "" {
		t.Fatalf("%s: exit code %d\n%s", command, code, stderr)
	}
	return stdout
}

// status is what zerortc status shows, but for what it has to measure.
func (s *reloading) status(t *testing.T) admin.Status {
	t.Helper()
	server, err := admin.Dial(deadline(t), filepath.Join(s.state(), admin.SocketFile))
	if err != nil {
		t.Fatal(err)
	}
	status, err := server.Status(deadline(t))
	if err != nil {
		t.Fatal(err)
	}
	return status
}

func TestCtlReload(t *testing.T) {
	t.Parallel()
	s := startWith(t, alice)
	s.write(t, "log: {level: debug}\nturn: {realm: elsewhere, users: [\"lqf:123456\"]}\n")
	got := s.mustCtl(t, "ctl reload")
	for _, want := range []string{"needs a restart: turn.realm\n", "reloaded; now in force: turn.users, log.level\n", "warning: " + s.file + ":2:34: turn.users: user lqf has the password of the classic example"} {
		if !strings.Contains(got, want) {
			t.Errorf("no %s in\n%s", want, got)
		}
	}
	s.write(t, "log: {level: loud}\nturn: {users: [hunter2]}\n")
	code, stdout, stderr := s.ctl("ctl reload")
	want := "zerortc: " + s.file + ":1:14: log.level: \"loud\" is not known here; write debug or info or warn or error\n" +
		"zerortc: " + s.file + ":2:16: turn.users: a user has no password; write it as name:password\n"
	if code != exitFailed || stdout != "" || stderr != want {
		t.Errorf("exit code %d\n%s%s, want\n%s", code, stdout, stderr, want)
	}
	if err := s.allocate(t, "lqf", "123456"); err != nil {
		t.Errorf("the bad file changed something: %v", err)
	}
}

// allocate opens an allocation and leaves it.
func (s *reloading) allocate(t *testing.T, user, password string) error {
	t.Helper()
	_, err := s.turnClient(t, user, password).Allocate(deadline(t), probe.AllocateOptions{})
	return err
}

// The operator sees what a client relays, and ends it while packets go by. A name
// made to fool a terminal does not.
func TestCtlSessionsAndKick(t *testing.T) {
	t.Parallel()
	const evil = "alice\x1b[2J\tx"
	s := startWith(t, "turn: {secrets: [0123456789abcdef], peers-allow: [127.0.0.0/8]}")
	user, password := minted("0123456789abcdef", "alice[2Jx")
	c, peer := s.turnClient(t, user, password), echoes(t)
	if _, err := c.Allocate(deadline(t), probe.AllocateOptions{}); err != nil {
		t.Fatal(err)
	}
	if err := c.ChannelBind(deadline(t), 0x4000, peer); err != nil {
		t.Fatal(err)
	}
	stop := make(chan struct{})
	defer close(stop)
	go func() {
		for tick := time.NewTicker(time.Millisecond); ; {
			select {
			case <-stop:
				return
			case <-tick.C:
				c.SendChannel(0x4000, make([]byte, 1000))
			}
		}
	}()
	status := s.mustCtl(t, "status")
	if rates := regexp.MustCompile(`(?m)^relays       1; \d+\.\d kB/s to peers, \d+\.\d kB/s from peers$`); !rates.MatchString(status) {
		t.Errorf("the status is\n%s", status)
	}
	table := s.mustCtl(t, "ctl sessions")
	row := regexp.MustCompile(`(?m)^(\d+) +\d+:alice\[2Jx +udp 127\.0\.0\.1:\d+ +127\.0\.0\.1:\d+ +\d+s +\S+ [kM]?B +\S+ [kM]?B$`).FindStringSubmatch(table)
	if row == nil || strings.Contains(table, evil) {
		t.Fatalf("the table is\n%s", table)
	}
	var all []struct{ ID uint64 }
	if err := json.Unmarshal([]byte(s.mustCtl(t, "ctl sessions --json")), &all); err != nil || len(all) != 1 || fmt.Sprint(all[0].ID) != row[1] {
		t.Errorf("as JSON: %v, %v", all, err)
	}
	if got := s.mustCtl(t, "ctl kick", row[1]); got != "the allocation has ended\n" {
		t.Errorf("kick: %s", got)
	}
	s.logs(t, "why=kicked")
	if _, err := c.Refresh(deadline(t), time.Hour); probe.Code(err) != 437 {
		t.Errorf("after the kick: %v", err)
	}
	if code, _, stderr := s.ctl("ctl kick", row[1]); code != exitFailed || !strings.Contains(stderr, "is not there") {
		t.Errorf("a second kick: %d, %s", code, stderr)
	}
}

// A secret is changed without a restart: the new one signs at once, the old one is
// accepted until it is retired, and the calls that it opened go on even then. All of
// that outlives the process.
func TestCtlSecrets(t *testing.T) {
	t.Parallel()
	s := startWith(t, "")
	before := strings.Fields(s.mustCtl(t, "ctl secret list"))
	oldUser, oldPassword := s.credentials(t)
	running := s.turnClient(t, oldUser, oldPassword)
	if _, err := running.Allocate(deadline(t), probe.AllocateOptions{}); err != nil {
		t.Fatal(err)
	}
	after := strings.Fields(s.mustCtl(t, "ctl secret rotate"))
	if len(before) != 2 || len(after) != 4 || after[1] != "signs" || after[2] != before[0] || after[3] != "accepted" {
		t.Fatalf("before %v, after %v", before, after)
	}
	newUser, newPassword := s.credentials(t)
	for user, password := range map[string]string{oldUser: oldPassword, newUser: newPassword} {
		if err := s.allocate(t, user, password); err != nil {
			t.Errorf("%s: %v", user, err)
		}
	}
	if code, _, stderr := s.ctl("ctl secret retire", after[0]); code != exitFailed || !strings.Contains(stderr, "rotate first") {
		t.Errorf("retiring the one that signs: %d, %s", code, stderr)
	}
	s.mustCtl(t, "ctl secret retire", before[0])
	if err := s.allocate(t, oldUser, oldPassword); probe.Code(err) != 401 {
		t.Errorf("by the retired secret: %v", err)
	}
	if _, err := running.Refresh(deadline(t), time.Hour); err != nil {
		t.Errorf("the call that it opened: %v", err)
	}
	s.reload(t, "")
	if err := s.allocate(t, newUser, newPassword); err != nil {
		t.Errorf("after a reload: %v", err)
	}
	s.stop(syscall.SIGTERM)
	again := start(t, nil, s.cmd.Args[1:]...)
	s.running, s.banner = again, again.ready()
	if err := s.allocate(t, newUser, newPassword); err != nil {
		t.Errorf("after a restart: %v", err)
	}
}

// credentials are of the ICE endpoint.
func (s *reloading) credentials(t *testing.T) (user, password string) {
	t.Helper()
	answer, err := http.Get(value(t, s.banner, "ice"))
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	var list struct {
		ICEServers []struct{ Username, Credential string }
	}
	if err := json.NewDecoder(answer.Body).Decode(&list); err != nil {
		t.Fatal(err)
	}
	last := list.ICEServers[len(list.ICEServers)-1]
	return last.Username, last.Credential
}

// Secrets of the settings are the operator's, who is told what to do.
func TestCtlSecretsOfTheSettings(t *testing.T) {
	t.Parallel()
	s := startWith(t, "turn: {secrets: [0123456789abcdef, fedcba9876543210]}")
	if got := s.mustCtl(t, "ctl secret list"); got != "settings-1  signs\nsettings-2  accepted\n" {
		t.Errorf("got %s", got)
	}
	code, _, stderr := s.ctl("ctl secret rotate")
	if code != exitFailed || !strings.Contains(stderr, "put the new secret before the old ones") {
		t.Errorf("%d, %s", code, stderr)
	}
}

// Credentials are those of /api/ice, and coturn's client relays with them by the
// very line that is printed.
func TestTURNCredentials(t *testing.T) {
	t.Parallel()
	s := startWith(t, "")
	var got, want any
	if err := json.Unmarshal([]byte(s.mustCtl(t, "turn credentials --json")), &got); err != nil {
		t.Fatal(err)
	}
	answer, err := http.Get(value(t, s.banner, "ice"))
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	if err := json.NewDecoder(answer.Body).Decode(&want); err != nil {
		t.Fatal(err)
	}
	if a, b := keys(got), keys(want); a != b {
		t.Errorf("got  %s\nwant %s", a, b)
	}
	text := s.mustCtl(t, "turn credentials --user anna --ttl 90s")
	if !regexp.MustCompile(`(?m)^username +\d+:anna$`).MatchString(text) {
		t.Errorf("got\n%s", text)
	}
	line := text[strings.Index(text, "turnutils_uclient"):]
	if out, err := exec.Command("sh", "-c", line).CombinedOutput(); err != nil || !strings.Contains(string(out), "Total lost packets 0 ") {
		t.Errorf("%s: %v\n%s", line, err, out)
	}
	for command, want := range map[string]string{
		"turn credentials --ttl soon": "--ttl:", "turn credentials --user a:b": "--user is up to 64", "turn": "wants a command of its own: credentials",
		"turn credentials --host a_b,c": "--host:", "turn credentials --host=https://x": "is a URL", "turn credentials --ttl 9999999h": "--ttl:",
		"ctl loglevel loud": `"loud" is not a level; write debug, info, warn or error`, "ctl kick x": `"x" is no ID`, "ctl drain --within=-1s": "--within is a time",
	} {
		code, _, stderr := asked(nil, strings.Fields(command)...)
		if command != "turn" {
			code, _, stderr = s.ctl(command)
		}
		if code != exitUsage || !strings.Contains(stderr, want) {
			t.Errorf("%s: %d, %s", command, code, stderr)
		}
	}
}

// keys are the names in a JSON value, all the way down.
func keys(value any) string {
	switch v := value.(type) {
	case map[string]any:
		var all []string
		for name, inner := range v {
			all = append(all, name+keys(inner))
		}
		slices.Sort(all)
		return "{" + strings.Join(all, " ") + "}"
	case []any:
		var all []string
		for _, inner := range v {
			if text, ok := inner.(string); ok {
				all = append(all, strings.TrimSuffix(strings.Split(text, ":")[0], "s")) // of turns, which callers by TLS get
			} else {
				all = append(all, keys(inner))
			}
		}
		return "[" + strings.Join(slices.Compact(all), " ") + "]"
	}
	return ""
}

func TestCtlLogLevel(t *testing.T) {
	t.Parallel()
	s := startWith(t, "")
	for _, step := range []struct{ level, want string }{{"debug", "some"}, {"info", "none"}, {"debug", "some"}} {
		s.mustCtl(t, "ctl loglevel", step.level)
		if got := debugLines(t, s); got != step.want {
			t.Errorf("%s: %s lines of debug", step.level, got)
		}
	}
	s.reload(t, "")
	if got := debugLines(t, s); got != "none" {
		t.Errorf("a reload leaves %s lines of debug", got)
	}
}

func TestCtlDrain(t *testing.T) {
	t.Parallel()
	s := startWith(t, "drain: {timeout: 1h}")
	s.call(t)
	if got := s.mustCtl(t, "ctl drain"); got != "the server ends when its calls have (1 now), in 1h0m0s at the latest\n" {
		t.Errorf("got %s", got)
	}
	s.logs(t, "waiting for calls")
	if got := s.mustCtl(t, "status"); !strings.Contains(got, "not ready: draining") {
		t.Errorf("the status is\n%s", got)
	}
	s.mustCtl(t, "ctl drain --within 0s")
	if code := s.code(); code != exitOK {
		t.Errorf("exit code %d", code)
	}
	if _, err := os.Lstat(filepath.Join(s.state(), "zerortc.sock")); err == nil {
		t.Error("the socket is still there")
	}
}

func TestWrongCtl(t *testing.T) {
	for command, want := range map[string]string{
		"ctl":                   "zerortc ctl wants a command of its own: sessions, reports, kick,",
		"ctl relaod":            `unknown command "relaod"; did you mean reload?`,
		"ctl secret":            "zerortc ctl secret wants a command of its own: list, rotate, retire",
		"ctl secret rotat":      `unknown command "rotat"; did you mean rotate?`,
		"ctl kick":              "zerortc ctl kick takes one ID, before the flags or behind them",
		"ctl kick 1 2":          "zerortc ctl kick takes one ID, before the flags or behind them",
		"ctl reload now":        "zerortc ctl reload takes flags only",
		"ctl drain --withim 5s": "unknown flag --withim; did you mean --within?",
		"statsu":                `unknown command "statsu"; did you mean status?`,
		"turn credential":       `unknown command "credential"; did you mean credentials?`,
	} {
		code, stdout, stderr := asked(nil, strings.Fields(command)...)
		if code != exitUsage || stdout != "" || !strings.Contains(stderr, want) {
			t.Errorf("%s: exit code %d, %s%s", command, code, stdout, stderr)
		}
	}
}
