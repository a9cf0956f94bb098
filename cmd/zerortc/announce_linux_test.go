package main

import (
	"fmt"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"
)

// On a terminal there is a banner with a code, in colour if there may be any, and
// the log has none of it.
func TestAnnouncedOnATerminal(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		name         string
		env          []string
		colour, code bool
	}{
		{"colour", []string{"TERM=xterm"}, true, true},
		{"NO_COLOR", []string{"TERM=xterm", "NO_COLOR=1"}, false, true},
		{"dumb", []string{"TERM=dumb"}, false, true},
		{"no code", []string{"TERM=xterm", "ZERORTC_QR=never"}, true, false},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			shown, log := onTerminal(t, 80, row.env...)
			if got := strings.Contains(shown, "\x1b["); got != row.colour {
				t.Errorf("in colour: %v\n%s", got, shown)
			}
			if got := strings.Contains(shown, "█"); got != row.code {
				t.Errorf("with a code: %v\n%s", got, shown)
			}
			if !strings.Contains(shown, "zerortc is ready") || strings.Contains(log, "reached by") {
				t.Errorf("shown\n%s\nlogged\n%s", shown, log)
			}
		})
	}
	t.Run("invited only", func(t *testing.T) {
		t.Parallel()
		env := []string{"TERM=dumb", "ZERORTC_ROOMS_ACCESS=invite"}
		shown, log := onTerminal(t, 200, env...)
		if !strings.Contains(shown, "#invite=ey") || !strings.Contains(shown, "█") || strings.Contains(log, "#invite") {
			t.Errorf("shown\n%s\nlogged\n%s", shown, log)
		}
		server := start(t, env, onLoopback(t)...) // with the banner, and nobody watching
		if banner := server.ready(); strings.Contains(banner, "invite") || strings.Contains(banner, "/room/") {
			t.Errorf("an invite went into a file:\n%s", banner)
		}
		server.stop(syscall.SIGTERM)
	})
	t.Run("too narrow", func(t *testing.T) {
		t.Parallel()
		if shown, _ := onTerminal(t, 30, "TERM=xterm"); strings.Contains(shown, "█") {
			t.Errorf("a code of which half is cut off:\n%s", shown)
		}
	})
}

// onTerminal runs the program until it serves, with standard output on a terminal of
// so many columns, and returns what that shows, and the log.
func onTerminal(t *testing.T, columns uint16, env ...string) (shown, log string) {
	t.Helper()
	master, slave := openTerminal(t, columns)
	server := &running{t: t, cmd: exec.Command(binary, onLoopback(t)...), ended: make(chan struct{})}
	server.cmd.Env, server.cmd.Stdout, server.cmd.Stderr = append([]string{"ZERORTC_LOG_FORMAT=text"}, env...), slave, &server.stderr
	if err := server.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	slave.Close()
	go func() {
		server.cmd.Wait()
		close(server.ended)
	}()
	read := make(chan struct{})
	go func() { // until the last one who has the terminal is gone
		defer close(read)
		buffer := make([]byte, 4096)
		for {
			n, err := master.Read(buffer)
			server.stdout.Write(buffer[:n])
			if err != nil {
				return
			}
		}
	}()
	waitFor(t, func() bool { return strings.Contains(server.stderr.String(), "msg=serving") }, server.stderr.String)
	server.stop(syscall.SIGTERM)
	<-read
	return server.stdout.String(), server.stderr.String()
}

// openTerminal is a new pseudo terminal (pty(7)).
func openTerminal(t *testing.T, columns uint16) (master, slave *os.File) {
	t.Helper()
	master, err := os.OpenFile("/dev/ptmx", os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { master.Close() })
	number, err := unix.IoctlGetInt(int(master.Fd()), unix.TIOCGPTN)
	if err != nil {
		t.Fatal(err)
	}
	if err := unix.IoctlSetPointerInt(int(master.Fd()), unix.TIOCSPTLCK, 0); err != nil {
		t.Fatal(err)
	}
	slave, err = os.OpenFile(fmt.Sprintf("/dev/pts/%d", number), os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		t.Fatal(err)
	}
	if err := unix.IoctlSetWinsize(int(slave.Fd()), unix.TIOCSWINSZ, &unix.Winsize{Row: 50, Col: columns}); err != nil {
		t.Fatal(err)
	}
	return master, slave
}
