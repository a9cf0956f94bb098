//go:build unix

package main

import (
	"os"
	"syscall"
	"testing"
	"time"
)

// A settings file that never ends to be read keeps the process neither from serving
// nor from ending.
func TestReloadThatHangs(t *testing.T) {
	t.Parallel()
	s := startWith(t, alice)
	if err := os.Remove(s.file); err != nil {
		t.Fatal(err)
	}
	if err := syscall.Mkfifo(s.file, 0o600); err != nil { // nobody writes to it
		t.Fatal(err)
	}
	if err := s.cmd.Process.Signal(syscall.SIGHUP); err != nil {
		t.Fatal(err)
	}
	time.Sleep(100 * time.Millisecond) // for the reload to hang
	if err := s.allocate(t, "alice", "wonderland"); err != nil {
		t.Errorf("while it hangs: %v", err)
	}
	begin := time.Now()
	s.signal(t)
	s.code()
	if took := time.Since(begin); took > 10*time.Second {
		t.Errorf("took %v to end", took)
	}
}
