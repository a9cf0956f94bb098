package main

import (
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"zerortc/cmd/finding"
	"zerortc/config"
)

func TestWrongCommandLine(t *testing.T) {
	for _, row := range []struct {
		args string
		want string
	}{
		{"sevre", `unknown command "sevre"; did you mean serve?`},
		{"banana", `unknown command "banana"; zerortc --help lists the commands`},
		{"help sevre", `No help topic for 'sevre'`},
		{"serve hunter2 --log-level debug", `zerortc serve takes flags only`},
		{"serve --log-level debug hunter2", `zerortc serve takes flags only`},
		{"--log-level debug hunter2", `zerortc serve takes flags only`},
		{"serve help", `zerortc serve takes flags only`},
		{"version hunter2", `zerortc version takes flags only`},
		{"version --short", `unknown flag --short; zerortc version --help lists the flags`},
		{"serve --turn-relam x", `unknown flag --turn-relam; did you mean --turn-realm?`},
		{"--turn-user hunter2:x", `unknown flag --turn-user; did you mean --turn-users?`},
		{"check --url", `unknown flag --url; zerortc check --help lists the flags`},
		{"completion tcsh", `unknown command "tcsh"; zerortc completion knows bash, zsh, fish`},
		{"ctl loglevl debug", `unknown command "loglevl"; did you mean loglevel?`},
		{"loadtest signaling --rooms many", `invalid value "many" for flag --rooms: parse error; zerortc loadtest signaling --help explains the flags`},
		{"check --json=maybe", `invalid boolean value "maybe" for --json: parse error; zerortc check --help explains the flags`},
		{"ctl kick 1 2", `zerortc ctl kick takes one ID, before the flags or behind them`},
		{"serve --banana", `unknown flag --banana; zerortc serve --help lists the flags`},
		{"serve --turn-realm", `flag needs an argument: --turn-realm; zerortc serve --help explains the flags`},
	} {
		t.Run(row.args, func(t *testing.T) {
			code, stdout, stderr := inProcess(nil, strings.Fields(row.args)...)
			if code != exitUsage || stdout != "" {
				t.Errorf("exit code %d, on stdout %q", code, stdout)
			}
			wantOneError(t, stderr, row.want)
			if strings.Contains(stderr, "hunter2") || strings.Count(stderr, "\n") != 1 {
				t.Errorf("on stderr:\n%s", stderr)
			}
		})
	}
}

// Help is printed where it was asked for, and only then.
func TestHelp(t *testing.T) {
	for _, args := range []string{"--help", "-h", "help", "help serve", "serve --help", "serve -h", "version --help"} {
		code, stdout, stderr := inProcess(nil, strings.Fields(args)...)
		if code != exitOK || stderr != "" || !strings.Contains(stdout, "zerortc") {
			t.Errorf("%s: exit code %d, on stderr %q", args, code, stderr)
		}
	}
	_, stdout, _ := inProcess(nil, "help", "serve")
	for _, s := range config.Settings() {
		if !strings.Contains(stdout, "--"+s.Flag()+" ") || !strings.Contains(stdout, s.Default) {
			t.Errorf("no %s in the help", s.Flag())
		}
	}
}

// The help of a command that takes the settings too is about its own flags, and says
// where the settings are told.
func TestHelpOfCommandsThatTakeSettings(t *testing.T) {
	for args, own := range map[string]string{
		"check": "--json", "doctor": "--url", "ports": "--nft", "invite": "--for", "config show": "--sources", "healthcheck": "--help",
	} {
		_, stdout, _ := inProcess(nil, append(strings.Fields(args), "--help")...)
		if !strings.Contains(stdout, own) || !strings.Contains(stdout, "zerortc serve --help") || strings.Contains(stdout, "--turn-realm") {
			t.Errorf("%s:\n%s", args, stdout)
		}
		if code, _, stderr := inProcess(nil, append(strings.Fields(args), "--turn-relam")...); code != exitUsage || !strings.Contains(stderr, "did you mean --turn-realm?") {
			t.Errorf("%s: exit code %d, %s", args, code, stderr)
		}
	}
}

// An argument may stand before the flags, where the library would stop to look for any.
func TestArgumentBehind(t *testing.T) {
	commands := newApp(process{}).Commands
	for _, row := range []struct{ args, want string }{
		{"zerortc ctl kick 7 --state-dir x", "zerortc ctl kick --state-dir x 7"},
		{"zerortc ctl kick --state-dir x 7", "zerortc ctl kick --state-dir x 7"},
		{"zerortc ctl secret retire ab --state-dir x", "zerortc ctl secret retire --state-dir x ab"},
		{"zerortc ctl secret retire ab", "zerortc ctl secret retire ab"},
		{"zerortc ctl close-room -- -x", "zerortc ctl close-room -- -x"},
		{"zerortc ctl drain x --within 1s", "zerortc ctl drain x --within 1s"},
		{"zerortc invite room --for 24h", "zerortc invite --for 24h room"},
		{"zerortc serve kick 7 --state-dir x", "zerortc serve kick 7 --state-dir x"},
		{"zerortc help ctl kick", "zerortc help ctl kick"},
		{"zerortc", "zerortc"},
	} {
		if got := strings.Join(argumentBehind(commands, strings.Fields(row.args)), " "); got != row.want {
			t.Errorf("%s: got %s, want %s", row.args, got, row.want)
		}
	}
}

func TestVersion(t *testing.T) {
	for _, args := range []string{"version", "--version", "-v"} {
		code, stdout, _ := inProcess(nil, args)
		if code != exitOK || !strings.HasPrefix(stdout, "zerortc version ") || !strings.Contains(stdout, "go1.") {
			t.Errorf("%s: exit code %d, %s", args, code, stdout)
		}
	}
}

func TestDefaultCommand(t *testing.T) {
	for _, row := range []struct{ args, want string }{
		{"zerortc", "zerortc serve"},
		{"zerortc serve", "zerortc serve"},
		{"zerortc --log-level debug", "zerortc serve --log-level debug"},
		{"zerortc --", "zerortc serve --"},
		{"zerortc --help", "zerortc --help"},
		{"zerortc -v", "zerortc -v"},
		{"zerortc version", "zerortc version"},
		{"zerortc sevre", "zerortc sevre"},
		{"", "zerortc serve"},
	} {
		if got := strings.Join(withCommand(strings.Fields(row.args)), " "); got != row.want {
			t.Errorf("%s: got %s, want %s", row.args, got, row.want)
		}
	}
}

// Everything that is wrong, wherever it stands, in one go.
func TestBadSettings(t *testing.T) {
	file := filepath.Join(t.TempDir(), "z.yaml")
	if err := os.WriteFile(file, []byte("turn:\n  reallm: x\n  users: [hunter2]\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	code, stdout, stderr := inProcess([]string{"ZERORTC_ICE_TTL=soon", "ZERORTC_TURN_RELM=x"},
		"--config", file, "--turn-relay-ports", "9-1", "--turn-secrets-file", file+".missing", "--log-format", "xml")
	if code != exitSettings || stdout != "" {
		t.Errorf("exit code %d, on stdout %q", code, stdout)
	}
	want := []string{
		`zerortc: warning: ZERORTC_TURN_RELM is no setting and was ignored; did you mean ZERORTC_TURN_REALM?`,
		`zerortc: ` + file + `:2:3: "turn.reallm" is no setting; did you mean turn.realm?`,
		`zerortc: ` + file + `:3:11: turn.users: a user has no password; write it as name:password`,
		`zerortc: ZERORTC_ICE_TTL: "soon" is not a time; write it as 3600, 3600s or 1h`,
		`zerortc: --turn-relay-ports: "9-1" ends before it begins; write it as 49152-65535`,
		`zerortc: --log-format: "xml" is not known here; write auto or text or json`,
		`zerortc: turn.secrets-file ` + file + `.missing: cannot be read by user ` + userName() + `: no such file or directory; make it, or name another file`,
	}
	if got := strings.TrimSpace(stderr); got != strings.Join(want, "\n") {
		t.Errorf("got\n%s\nwant\n%s", got, strings.Join(want, "\n"))
	}
}

// Commas in a flag are part of the value; a list is a flag given again.
func TestFlagsAreNotSplit(t *testing.T) {
	code, _, stderr := inProcess(nil, "--turn-peers-deny", "10.0.0.0/8,172.16.0.0/12", "--turn-peers-deny", "x")
	want := `zerortc: --turn-peers-deny: "10.0.0.0/8,172.16.0.0/12" is not a network; write it as 10.0.0.0/8, 2001:db8::/32 or one address
zerortc: --turn-peers-deny: "x" is not a network; write it as 10.0.0.0/8, 2001:db8::/32 or one address
`
	if code != exitSettings || stderr != want {
		t.Errorf("exit code %d, on stderr\n%s", code, stderr)
	}
}

func TestExitCodes(t *testing.T) {
	taken := &net.OpError{Op: "listen", Err: os.NewSyscallError("bind", syscall.EADDRINUSE)}
	for _, row := range []struct {
		err  error
		want int
	}{
		{nil, 0},
		{errors.New("anything"), 1},
		{usagef("no such flag"), 2},
		{finding.Found(2), 3},
		{taken, 69},
		{withRemedy(fmt.Errorf("turn: %w", taken), "turn-listen"), 69},
		{withRemedy(syscall.EACCES, "http-listen"), 1},
		{config.Faults{{What: "wrong"}}, 78},
		{fmt.Errorf("loading: %w", config.Faults{{What: "wrong"}}), 78},
	} {
		if got := exitCode(row.err); got != row.want {
			t.Errorf("%v: got %d, want %d", row.err, got, row.want)
		}
	}
}

func TestRemedies(t *testing.T) {
	other := errors.New("other")
	if got := withRemedy(other, "x"); got != other {
		t.Errorf("got %v", got)
	}
	for err, want := range map[error]string{
		syscall.EADDRINUSE:    "take another with --turn-listen",
		syscall.EACCES:        "CAP_NET_BIND_SERVICE, or take a higher one with --turn-listen",
		syscall.EADDRNOTAVAIL: "give an address of this machine, or none, with --turn-listen",
	} {
		if got := withRemedy(err, "turn-listen"); !errors.Is(got, err) || !strings.Contains(got.Error(), want) {
			t.Errorf("got %v", got)
		}
	}
}
