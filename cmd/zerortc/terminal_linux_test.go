package main

import (
	"os/exec"
	"strings"
	"syscall"
	"testing"
)

// SIGHUP means to reload as long as the terminal of the start is there, and the end
// when it has been closed: nobody is left behind.
func TestHangupOfATerminal(t *testing.T) {
	t.Parallel()
	master, slave := openTerminal(t, 80)
	server := &running{t: t, cmd: exec.Command(binary, onLoopback(t)...), ended: make(chan struct{})}
	server.cmd.Env, server.cmd.Stdout, server.cmd.Stderr = []string{"ZERORTC_BANNER=always"}, &server.stdout, slave
	server.cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Setctty: true, Ctty: 2}
	if err := server.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	slave.Close()
	go func() {
		server.cmd.Wait()
		close(server.ended)
	}()
	t.Cleanup(func() { server.cmd.Process.Kill() })
	go func() { // who reads also closes: a read under way would keep it open
		defer master.Close()
		buffer := make([]byte, 4096)
		for !strings.Contains(server.stderr.String(), "settings reloaded") {
			n, err := master.Read(buffer)
			if err != nil {
				return
			}
			server.stderr.Write(buffer[:n])
		}
	}()
	server.ready()
	if err := server.cmd.Process.Signal(syscall.SIGHUP); err != nil {
		t.Fatal(err)
	}
	eventually(t, "a reload", func() bool { return strings.Contains(server.stderr.String(), "settings reloaded") })
	if code := server.code(); code != exitOK {
		t.Errorf("exit code %d", code)
	}
}
