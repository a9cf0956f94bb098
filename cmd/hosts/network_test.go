//go:build hosts

package hosts

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"
)

// network is a server with two cards and a client on each, without a route to
// anywhere else.
//
//	left  10.77.1.2 ── 10.77.1.1  server  10.77.2.1 ── 10.77.2.2  right
type network struct {
	t      *testing.T
	prefix string // of the names of the namespaces
	log    safe   // of the server
}

const (
	leftServer  = "10.77.1.1"
	rightServer = "10.77.2.1"
)

func newNetwork(t *testing.T) *network {
	t.Helper()
	n := &network{t: t, prefix: fmt.Sprintf("zrtc%d", os.Getpid())}
	for _, host := range []string{"server", "left", "right"} {
		n.must("ip", "netns", "add", n.name(host))
		t.Cleanup(func() { _ = exec.Command("ip", "netns", "del", n.name(host)).Run() })
		n.on(host, "ip", "link", "set", "lo", "up")
	}
	n.cable("left", leftServer, "10.77.1.2")
	n.cable("right", rightServer, "10.77.2.2")
	return n
}

func (n *network) name(host string) string { return n.prefix + host }

// cable joins a client and the server; the server's card has the client's name.
func (n *network) cable(client, server, address string) {
	n.must("ip", "link", "add", client, "netns", n.name("server"), "type", "veth", "peer", "name", "eth0", "netns", n.name(client))
	n.on("server", "ip", "addr", "add", server+"/24", "dev", client)
	n.on("server", "ip", "link", "set", client, "up")
	n.on(client, "ip", "addr", "add", address+"/24", "dev", "eth0")
	n.on(client, "ip", "link", "set", "eth0", "up")
}

// must runs a command on this machine.
func (n *network) must(command string, args ...string) string {
	n.t.Helper()
	out, err := exec.Command(command, args...).CombinedOutput()
	if err != nil {
		n.t.Fatalf("%s %s: %v\n%s", command, strings.Join(args, " "), err, out)
	}
	return string(out)
}

// on runs a command on a host.
func (n *network) on(host, command string, args ...string) string {
	n.t.Helper()
	return n.must("ip", append([]string{"netns", "exec", n.name(host), command}, args...)...)
}

// try runs a command on a host and returns what it said.
func (n *network) try(host, command string, args ...string) (string, error) {
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	out, err := exec.CommandContext(ctx, "ip", append([]string{"netns", "exec", n.name(host), command}, args...)...).CombinedOutput()
	return string(out), err
}

// serve runs the program on the server and waits until it is ready.
func (n *network) serve(args ...string) (banner string) {
	n.t.Helper()
	var out safe
	all := append([]string{"netns", "exec", n.name("server"), binary, "--banner", "always", "--state-dir", n.t.TempDir()}, args...)
	cmd := exec.Command("ip", all...)
	cmd.Env, cmd.Stdout, cmd.Stderr = []string{}, &out, &n.log
	if err := cmd.Start(); err != nil {
		n.t.Fatal(err)
	}
	n.t.Cleanup(func() {
		_ = cmd.Process.Signal(os.Interrupt) // ip has become the program
		if err := cmd.Wait(); err != nil {
			n.t.Errorf("the server: %v\n%s", err, n.log.String())
		}
	})
	for end := time.Now().Add(20 * time.Second); !strings.Contains(out.String(), "firewall"); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(end) {
			n.t.Fatalf("the server is not ready:\n%s%s", out.String(), n.log.String())
		}
	}
	return out.String()
}

// safe is a buffer for two goroutines.
type safe struct {
	mu     sync.Mutex
	buffer bytes.Buffer
}

func (s *safe) Write(b []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.buffer.Write(b)
}

func (s *safe) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.buffer.String()
}
