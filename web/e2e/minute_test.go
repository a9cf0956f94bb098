//go:build minute

package e2e

import (
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// rounds of what is fast enough to be repeated; the median counts.
const rounds = 9

// autopilot does what a person does, as fast as the page lets it: it presses the
// button, and notes when the other one's picture is first shown.
const autopilot = `(() => {
  const pressing = setInterval(() => {
    const join = document.getElementById('join');
    if (!join?.textContent || join.disabled || !join.offsetParent) return;
    clearInterval(pressing);
    join.click();
  }, 5);
  addEventListener('DOMContentLoaded', () => {
    document.getElementById('remote').requestVideoFrameCallback(() => { window.saw = Date.now(); });
  });
})()`

// TestMinute is a newcomer's first minute, from a fresh clone to a call, timed step
// by step: make minute.
func TestMinute(t *testing.T) {
	folder := t.TempDir()
	if err := os.MkdirAll("artifacts", 0o755); err != nil {
		t.Fatal(err)
	}
	clone, program := filepath.Join(folder, "zerortc"), filepath.Join(folder, "zerortc", "bin", "zerortc")
	figures, err := os.Create(filepath.Join("artifacts", "minute.txt"))
	if err != nil {
		t.Fatal(err)
	}
	defer figures.Close()
	step := func(name string, took any) { fmt.Fprintf(figures, "%-52s %v\n", name, took) }

	step("git clone", timed(t, "", "git", "clone", "--quiet", "../..", clone))
	step("make build, with nothing compiled before", timed(t, clone, "env", "GOCACHE="+filepath.Join(folder, "cache"), "make", "--silent", "build"))

	state := filepath.Join(folder, "state")
	fresh, warm := median(rounds, func() time.Duration {
		os.RemoveAll(state)
		return startToListening(t, program, state)
	}), median(rounds, func() time.Duration { return startToListening(t, program, state) })
	step("start to listening, the first time", fresh.Round(time.Millisecond))
	step("start to listening, later", warm.Round(time.Millisecond))

	server := listening(t, program, state)
	time.Sleep(2 * time.Second) // until it has nothing to do
	step("memory while nothing happens", resident(t, server.cmd.Process.Pid))
	for _, way := range []string{"relay", "all"} {
		n := 0
		took := median(rounds, func() time.Duration {
			n++
			return openToVideo(t, server.page, fmt.Sprintf("room/minute-%s-%d?policy=%s", way, n, way))
		})
		step(map[string]string{"relay": "open page to both see video, relayed", "all": "open page to both see video, directly"}[way], took.Round(10*time.Millisecond))
	}
	step("memory after that", resident(t, server.cmd.Process.Pid))
}

// timed runs a command to its end.
func timed(t *testing.T, folder, name string, args ...string) time.Duration {
	t.Helper()
	begin := time.Now()
	cmd := exec.Command(name, args...)
	cmd.Dir = folder
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%s %v: %v\n%s", name, args, err, out)
	}
	return time.Since(begin).Round(100 * time.Millisecond)
}

func median(n int, once func() time.Duration) time.Duration {
	var all []time.Duration
	for range n {
		all = append(all, once())
	}
	slices.Sort(all)
	return all[n/2]
}

// launched is a program whose port is known, since nobody reads what it says.
type launched struct {
	cmd  *exec.Cmd
	page string
}

// listening starts the program and waits until it accepts connections.
func listening(t *testing.T, program, state string) *launched {
	t.Helper()
	at, turn := unused(t), unused(t)
	l := &launched{exec.Command(program, "--http-listen", at, "--turn-listen", turn, "--state-dir", state), "http://" + at + "/"}
	if err := l.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(l.stop)
	for deadline := time.Now().Add(startDeadline); ; time.Sleep(200 * time.Microsecond) {
		if conn, err := net.Dial("tcp", at); err == nil {
			conn.Close()
			return l
		}
		if time.Now().After(deadline) {
			t.Fatal("it does not listen")
		}
	}
}

func (l *launched) stop() {
	_ = l.cmd.Process.Signal(syscall.SIGTERM)
	_ = l.cmd.Wait()
}

func unused(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

func startToListening(t *testing.T, program, state string) time.Duration {
	t.Helper()
	begin := time.Now()
	l := listening(t, program, state)
	took := time.Since(begin)
	l.stop()
	return took
}

// resident is what the kernel counts as the memory of a process: pages of its own, and
// those of the program's file that it has looked at, which are kept once for all.
func resident(t *testing.T, pid int) string {
	t.Helper()
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		t.Fatal(err)
	}
	mib := func(field string) float64 {
		for line := range strings.Lines(string(status)) {
			var kib int
			if n, _ := fmt.Sscanf(line, field+": %d kB", &kib); n == 1 {
				return float64(kib) / 1024
			}
		}
		t.Fatal("no " + field)
		return 0
	}
	return fmt.Sprintf("%.1f MiB, of its own %.1f MiB", mib("VmRSS"), mib("RssAnon"))
}

// openToVideo has two people open the page at once.
func openToVideo(t *testing.T, page, path string) time.Duration {
	t.Helper()
	var took time.Duration
	t.Run("call", func(t *testing.T) {
		s := newScene(t, &server{page: page, log: &lines{}})
		anna, ben := s.open("anna", "about:blank"), s.open("ben", "about:blank")
		anna.before(autopilot)
		ben.before(autopilot)
		begin := time.Now()
		for _, p := range s.pages {
			evaluate[bool](p, "location.href = "+quote(page+path)+"; true")
		}
		last := max(sawVideo(anna), sawVideo(ben))
		took = time.UnixMilli(last).Sub(begin)
	})
	return took
}

// sawVideo is when the other one's picture was first seen, in milliseconds. Until
// the page is there that cannot be asked. It is asked for seldom, since the question
// takes time from the page.
func sawVideo(p *page) int64 {
	p.t.Helper()
	for deadline := time.Now().Add(stepDeadline); time.Now().Before(deadline); time.Sleep(200 * time.Millisecond) {
		text, err := p.tab.evaluate("window.saw ?? 0")
		if saw, _ := strconv.ParseInt(string(text), 10, 64); err == nil && saw > 0 {
			return saw
		}
	}
	p.fatalf("no picture")
	return 0
}
