//go:build systemd

package machine

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"
)

// patience is how long a test waits for what takes seconds on a machine at rest.
const patience = 4 * time.Minute

// computer is a booted Debian in a network of two, of which we are the other.
//
//	outside  10.77.3.2 ── 10.77.3.1  computer
type computer struct {
	t       *testing.T
	root    string // its file system
	leader  string // the process that is its first
	inside  string // its network namespace
	outside string // ours
	console string
	up      bool
}

const address = "10.77.3.1"

// boot copies nothing: what the computer writes lies above the root, which stays as
// debootstrap made it.
func boot(t *testing.T) *computer {
	t.Helper()
	c := &computer{t: t, root: filepath.Join(t.TempDir(), "root")}
	c.inside, c.outside = fmt.Sprintf("zrtc%din", os.Getpid()), fmt.Sprintf("zrtc%dout", os.Getpid())
	c.console = filepath.Join(t.TempDir(), "console")
	c.mount(debian(t))
	c.cable()
	c.start()
	return c
}

func (c *computer) mount(below string) {
	c.t.Helper()
	above := c.t.TempDir()
	for _, folder := range []string{"upper", "work"} {
		if err := os.Mkdir(filepath.Join(above, folder), 0o755); err != nil {
			c.t.Fatal(err)
		}
	}
	if err := os.Mkdir(c.root, 0o755); err != nil {
		c.t.Fatal(err)
	}
	layers := fmt.Sprintf("lowerdir=%s,upperdir=%s/upper,workdir=%[2]s/work", below, above)
	c.must("mount", "-t", "overlay", "overlay", "-o", layers, c.root)
	c.t.Cleanup(func() { c.must("umount", c.root) })
}

func (c *computer) cable() {
	for _, name := range []string{c.inside, c.outside} {
		c.must("ip", "netns", "add", name)
		c.t.Cleanup(func() { _ = exec.Command("ip", "netns", "del", name).Run() })
		c.must("ip", "-n", name, "link", "set", "lo", "up")
	}
	c.must("ip", "-n", c.inside, "link", "add", "host0", "type", "veth", "peer", "name", "host0", "netns", c.outside)
	for name, at := range map[string]string{c.inside: address, c.outside: "10.77.3.2"} {
		c.must("ip", "-n", name, "addr", "add", at+"/24", "dev", "host0")
		c.must("ip", "-n", name, "link", "set", "host0", "up")
	}
}

// start boots it. Where systemd runs outside too, the computer gets a scope of its
// own there; it is not announced to anybody.
func (c *computer) start() {
	c.t.Helper()
	command := []string{"systemd-nspawn", "--directory", c.root, "--machine", c.inside, "--register=no", "--keep-unit",
		"--network-namespace-path", "/run/netns/" + c.inside, "--bind-ro", packages + ":/packages",
		"--rlimit=RLIMIT_NOFILE=65536", "--console=read-only", "--boot"}
	if _, err := os.Stat("/run/systemd/system"); err == nil {
		command = append([]string{"systemd-run", "--scope", "--quiet", "--property=Delegate=yes"}, command...)
	}
	console, err := os.Create(c.console)
	if err != nil {
		c.t.Fatal(err)
	}
	defer console.Close()
	cmd := exec.Command(command[0], command[1:]...)
	cmd.Stdout, cmd.Stderr = console, console
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGTERM}
	runtime.LockOSThread() // it would be told of the death of the thread, not of the process
	if err := cmd.Start(); err != nil {
		c.t.Fatal(err)
	}
	ended := make(chan struct{})
	go func() {
		_ = cmd.Wait()
		close(ended)
	}()
	c.t.Cleanup(func() {
		_ = cmd.Process.Signal(syscall.SIGTERM) // to nspawn: power it off
		select {
		case <-ended:
		case <-time.After(patience):
			_ = cmd.Process.Kill()
			<-ended
		}
		if !c.up {
			text, _ := os.ReadFile(c.console)
			c.t.Logf("console:\n%s", text)
		}
	})
	c.await("the first process", func() bool {
		out, err := exec.Command("pgrep", "--parent", fmt.Sprint(cmd.Process.Pid)).Output()
		c.leader = strings.TrimSpace(string(out))
		return err == nil && c.leader != ""
	})
	c.await("the boot", func() bool {
		state, _ := c.try("systemctl", "is-system-running")
		c.up = state == "running" || state == "degraded"
		return c.up
	})
}

// must runs a command on this machine.
func (c *computer) must(command string, args ...string) {
	c.t.Helper()
	if out, err := exec.Command(command, args...).CombinedOutput(); err != nil {
		c.t.Fatalf("%s %s: %v\n%s", command, strings.Join(args, " "), err, out)
	}
}

// try runs a command on the computer and returns what it said.
func (c *computer) try(command ...string) (string, error) {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	enter := []string{"--target", c.leader, "--mount", "--uts", "--ipc", "--net", "--pid", "--cgroup", "--",
		"env", "-i", "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "DEBIAN_FRONTEND=noninteractive", "LC_ALL=C.UTF-8"}
	out, err := exec.CommandContext(ctx, "nsenter", append(enter, command...)...).CombinedOutput()
	return strings.TrimSpace(string(out)), err
}

// run is try for what has to succeed.
func (c *computer) run(command ...string) string {
	c.t.Helper()
	out, err := c.try(command...)
	if err != nil {
		c.t.Fatalf("%s: %v\n%s\n%s", strings.Join(command, " "), err, out, c.log())
	}
	return out
}

// log is what the service has said.
func (c *computer) log() string {
	out, _ := c.try("journalctl", "--unit", "zerortc", "--no-pager", "--lines", "40", "--output", "cat")
	return out
}

// property is one of the service's, as systemctl show has it.
func (c *computer) property(name string) string {
	c.t.Helper()
	return c.run("systemctl", "show", "--value", "--property", name, "zerortc")
}

func (c *computer) await(what string, done func() bool) {
	c.t.Helper()
	for end := time.Now().Add(patience); !done(); time.Sleep(50 * time.Millisecond) {
		if time.Now().After(end) {
			c.t.Fatalf("%s has not come in %v\n%s", what, patience, c.log())
		}
	}
}
