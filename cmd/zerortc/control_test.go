package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"zerortc/cmd/admin"
)

// Without a server the way to one is told.
func TestCtlWithoutAServer(t *testing.T) {
	for _, command := range []string{"status", "ctl reload", "ctl secret list", "turn credentials"} {
		code, stdout, stderr := asked(nil, append(strings.Fields(command), "--state-dir", t.TempDir())...)
		if code != exitUnavailable || stdout != "" {
			t.Errorf("%s: exit code %d, %s", command, code, stdout)
		}
		wantOneError(t, stderr, "no running server was found", "zerortc.sock: is not there", "--state-dir")
	}
}

// The second server in one folder serves all the same, and says what it lacks.
func TestTwoServersInOneFolder(t *testing.T) {
	t.Parallel()
	first := startWith(t, "")
	second := start(t, nil, first.cmd.Args[1:]...)
	second.ready()
	eventually(t, "the warning", func() bool {
		return strings.Contains(second.stderr.String(), "another server has the control socket") &&
			strings.Contains(second.stderr.String(), "give each server a folder of its own with --state-dir")
	})
	second.stop(syscall.SIGTERM)
	if got := first.mustCtl(t, "status"); !strings.Contains(got, fmt.Sprintf("process %d", first.cmd.Process.Pid)) {
		t.Errorf("the status is of another\n%s", got)
	}
}

// A server that was killed leaves its socket, and the next one has it.
func TestSocketOfAServerThatDied(t *testing.T) {
	t.Parallel()
	s := startWith(t, "")
	s.cmd.Process.Kill()
	<-s.ended
	again := start(t, nil, s.cmd.Args[1:]...)
	again.ready()
	if got := s.mustCtl(t, "status"); !strings.Contains(got, fmt.Sprintf("process %d", again.cmd.Process.Pid)) {
		t.Errorf("the status is\n%s", got)
	}
}

// A folder whose path is too long for a socket keeps nobody from serving.
func TestSocketPathTooLong(t *testing.T) {
	t.Parallel()
	folder := filepath.Join(t.TempDir(), strings.Repeat("x", 100))
	server := start(t, nil, "--http-listen", "127.0.0.1:0", "--turn-listen", "127.0.0.1:0", "--state-dir", folder)
	server.ready()
	eventually(t, "the warning", func() bool { return strings.Contains(server.stderr.String(), "longer than the system allows") })
	server.stop(syscall.SIGTERM)
}

// Where systemd made a folder for it the socket is there, and root's ctl finds it.
func TestSocketInTheRunTimeFolder(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	server := start(t, []string{"RUNTIME_DIRECTORY=" + folder}, onLoopback(t)...)
	server.ready()
	code, stdout, stderr := asked([]string{"RUNTIME_DIRECTORY=" + folder}, "status")
	if code != exitOK || !strings.Contains(stdout, fmt.Sprintf("process %d", server.cmd.Process.Pid)) {
		t.Errorf("%d, %s%s", code, stdout, stderr)
	}
	server.stop(syscall.SIGTERM)
}

// Profiles are for whoever may use the control socket.
func TestProfilesOnTheControlSocket(t *testing.T) {
	t.Parallel()
	s := startWith(t, "")
	socket := filepath.Join(s.state(), admin.SocketFile)
	client := &http.Client{Transport: &http.Transport{DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, "unix", socket)
	}}}
	t.Cleanup(client.CloseIdleConnections)
	answer, err := client.Get("http://control/debug/pprof/goroutine?debug=1")
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	if body, _ := io.ReadAll(answer.Body); answer.StatusCode != http.StatusOK || !bytes.Contains(body, []byte("signaling")) {
		t.Errorf("%s: %.200s", answer.Status, body)
	}
}
