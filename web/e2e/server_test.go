package e2e

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"time"
)

// server is a running zerortc.
type server struct {
	page   string // http://HOST:PORT/
	host   string // HOST:PORT
	turn   string // HOST:PORT
	cmd    *exec.Cmd
	log    *lines // what it wrote to stderr
	state  string // its state folder
	exited chan error
}

const (
	startDeadline = 60 * time.Second
	stopDeadline  = 10 * time.Second // the program promises 5 s; the race detector makes it slower
)

// startServer runs the built program on loopback and waits for what it prints
// once it listens.
func startServer(httpListen string) (*server, error) {
	return startServerOn(httpListen, "127.0.0.1:0")
}

// startServerOn may be given one address for both: one port for everything.
func startServerOn(httpListen, turnListen string, flags ...string) (*server, error) {
	return startServerAt("", httpListen, turnListen, flags...)
}

// startServerAt runs it on a host, as commandOn takes it.
func startServerAt(host, httpListen, turnListen string, flags ...string) (*server, error) {
	state, err := os.MkdirTemp("", "zerortc-state-")
	if err != nil {
		return nil, err
	}
	s := &server{log: &lines{}, state: state, exited: make(chan error, 1)}
	s.cmd = commandOn(host, program, append([]string{"serve", "--banner", "always",
		"--http-listen", httpListen, "--turn-listen", turnListen, "--state-dir", state}, flags...)...)
	s.cmd.Stderr = s.log
	stdout, err := s.cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := s.cmd.Start(); err != nil {
		return nil, fmt.Errorf("starting zerortc: %w", err)
	}
	ready := make(chan error, 1)
	go func() {
		ready <- s.readBanner(bufio.NewReader(stdout))
		io.Copy(io.Discard, stdout)
		s.exited <- s.cmd.Wait()
	}()
	select {
	case err = <-ready:
	case <-time.After(startDeadline):
		err = errors.New("it does not say it is ready")
	}
	if err != nil {
		s.cmd.Process.Kill()
		os.RemoveAll(state)
		return nil, fmt.Errorf("starting zerortc: %w; its log:\n%s", err, s.log)
	}
	return s, nil
}

// commandOn runs a program on a host, a network namespace; "" is this one.
func commandOn(host, program string, args ...string) *exec.Cmd {
	if host == "" {
		return exec.Command(program, args...)
	}
	return exec.Command("ip", append([]string{"netns", "exec", host, program}, args...)...) // and ip becomes the program
}

// startPrivate runs a server of the test's own, with these flags.
func startPrivate(t *testing.T, flags ...string) *server {
	t.Helper()
	return startAt(t, "127.0.0.1:0", "127.0.0.1:0", flags...)
}

// startAt is startPrivate at these addresses.
func startAt(t *testing.T, httpListen, turnListen string, flags ...string) *server {
	t.Helper()
	s, err := startServerOn(httpListen, turnListen, flags...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.stop(); err != nil {
			t.Error(err)
		}
	})
	return s
}

// readBanner reads until the line "firewall", which comes last:
//
//	zerortc is ready
//	  page       http://127.0.0.1:9001/
//	  ...
//	  firewall   tcp 9001, ...
func (s *server) readBanner(stdout *bufio.Reader) error {
	var seen strings.Builder
	for {
		line, err := stdout.ReadString('\n')
		seen.WriteString(line)
		if err != nil {
			return fmt.Errorf("reading its standard output: %w; it said %q", err, &seen)
		}
		fields := strings.Fields(line)
		if len(fields) < 2 {
			continue
		}
		switch {
		case fields[0] == "page" && s.page == "":
			s.page = fields[1]
			s.host = strings.TrimSuffix(strings.TrimPrefix(s.page, "http://"), "/")
		case fields[0] == "turn" && s.turn == "":
			s.turn, _, _ = strings.Cut(strings.TrimPrefix(fields[1], "turn:"), "?")
		case fields[0] == "firewall" && s.page == "":
			return fmt.Errorf("no page in %q", &seen)
		case fields[0] == "firewall":
			return nil
		}
	}
}

// kill ends the server at once, as a machine that fails would.
func (s *server) kill() {
	s.cmd.Process.Kill()
	<-s.exited
	os.RemoveAll(s.state)
}

// stop ends the server as an operator would and reports anything but a clean exit
// (the race detector's code is 66).
func (s *server) stop() error {
	defer os.RemoveAll(s.state)
	s.cmd.Process.Signal(syscall.SIGTERM)
	select {
	case err := <-s.exited:
		if err != nil {
			return fmt.Errorf("zerortc ended with: %w; its log:\n%s", err, s.log)
		}
		return nil
	case <-time.After(stopDeadline):
		s.cmd.Process.Kill()
		return fmt.Errorf("zerortc did not end within %s of SIGTERM; its log:\n%s", stopDeadline, s.log)
	}
}
