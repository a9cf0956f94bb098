//go:build page

package e2e

import (
	"context"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"golang.org/x/sys/unix"
)

// lan is a server that two people reach by a cable each. The machines are network
// namespaces, which want root and Linux. What the cables lose, or do not let through,
// is the test's choice.
//
//	anna  10.78.1.2 ── 10.78.1.1  server  10.78.2.1 ── 10.78.2.2  ben
type lan struct {
	t      *testing.T
	prefix string // of the names of the namespaces
	server *server
}

const (
	lanServer = "10.78.1.1"
	lanTURN   = "3478"
)

// newLAN starts the server too. Unless it is forwarding, Anna and Ben do not reach one
// another but by the relay.
func newLAN(t *testing.T, forwarding bool) *lan {
	t.Helper()
	l := &lan{t: t, prefix: fmt.Sprintf("zrp%d", os.Getpid())}
	for _, host := range []string{"server", "anna", "ben"} {
		l.must("ip", "netns", "add", l.name(host))
		t.Cleanup(func() { _ = exec.Command("ip", "netns", "del", l.name(host)).Run() })
		// An address that comes late is a change of the network to a browser.
		l.on(host, "sh", "-c", "echo 1 >/proc/sys/net/ipv6/conf/all/disable_ipv6; echo 1 >/proc/sys/net/ipv6/conf/default/disable_ipv6")
		l.on(host, "ip", "link", "set", "lo", "up")
	}
	l.cable("anna", "10.78.1")
	l.cable("ben", "10.78.2")
	if forwarding {
		l.on("server", "sh", "-c", "echo 1 >/proc/sys/net/ipv4/ip_forward")
	}
	s, err := startServerAt(l.name("server"), lanServer+":0", lanServer+":"+lanTURN)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.stop(); err != nil {
			t.Error(err)
		}
	})
	l.server = s
	return l
}

func (l *lan) name(host string) string { return l.prefix + host }

// cable joins somebody and the server, whose card has their name.
func (l *lan) cable(client, network string) {
	l.must("ip", "link", "add", client, "netns", l.name("server"), "type", "veth", "peer", "name", "eth0", "netns", l.name(client))
	l.on("server", "ip", "addr", "add", network+".1/24", "dev", client)
	l.on("server", "ip", "link", "set", client, "up")
	l.on(client, "ip", "addr", "add", network+".2/24", "dev", "eth0")
	l.on(client, "ip", "link", "set", "eth0", "up")
	l.on(client, "ip", "route", "add", "default", "via", network+".1")
}

func (l *lan) on(host, command string, args ...string) {
	l.t.Helper()
	l.must("ip", append([]string{"netns", "exec", l.name(host), command}, args...)...)
}

func (l *lan) must(command string, args ...string) {
	l.t.Helper()
	if out, err := exec.Command(command, args...).CombinedOutput(); err != nil {
		l.t.Fatalf("%s %s: %v\n%s", command, strings.Join(args, " "), err, out)
	}
}

// lose has so many percent of what Anna sends to Ben get lost.
func (l *lan) lose(percent int) {
	l.t.Helper()
	l.filter("forward", fmt.Sprintf("iifname anna meta l4proto udp numgen random mod 100 < %d drop", percent))
}

// block lets nothing through to the TURN server, and keeps what says so to itself.
func (l *lan) block() {
	l.t.Helper()
	l.filter("input", "meta l4proto { tcp, udp } th dport "+lanTURN+" drop")
}

// mend ends what lose or block began.
func (l *lan) mend() {
	l.t.Helper()
	l.on("server", "nft", "delete table inet lan")
}

func (l *lan) filter(hook, rule string) {
	l.t.Helper()
	l.on("server", "nft", fmt.Sprintf("table inet lan { chain c { type filter hook %s priority 0; %s; }; }", hook, rule))
}

// narrow lets no more through to Ben, until widen.
func (l *lan) narrow(rate string) {
	l.t.Helper()
	l.on("server", "tc", "qdisc", "add", "dev", "ben", "root", "tbf", "rate", rate, "burst", "4kb", "limit", "8kb")
}

func (l *lan) widen() {
	l.t.Helper()
	l.on("server", "tc", "qdisc", "del", "dev", "ben", "root")
}

// call brings Anna and Ben into a room, each in a browser on their own machine.
func (l *lan) call(e *engine) (anna, ben *page) {
	l.t.Helper()
	s := &scene{t: l.t, server: l.server, engine: e}
	open := func(name string) *page {
		l.t.Helper()
		p := s.in(world{host: l.name(name), trusts: true}).openPage(name, "room/lan")
		p.click("join")
		return p
	}
	anna = open("anna")
	anna.waitState("Waiting for the other person")
	ben = open("ben")
	mustBeInACall(anna, ben)
	return anna, ben
}

// dialOn dials on a host, as commandOn takes it.
func dialOn(ctx context.Context, host, network, address string) (conn net.Conn, err error) {
	if host == "" {
		return new(net.Dialer).DialContext(ctx, network, address)
	}
	there, err := os.Open(filepath.Join("/run/netns", host))
	if err != nil {
		return nil, err
	}
	defer there.Close()
	done := make(chan struct{})
	go func() { // on a thread that ends with it: nobody else is to be there
		defer close(done)
		runtime.LockOSThread()
		if err = unix.Setns(int(there.Fd()), unix.CLONE_NEWNET); err == nil {
			conn, err = new(net.Dialer).DialContext(ctx, network, address)
		}
	}()
	<-done
	return conn, err
}
