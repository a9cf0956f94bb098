package main

import (
	"context"
	"fmt"
	"net"
	"net/netip"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"zerortc/turnserver/probe"
)

// reloading is a server with a settings file.
type reloading struct {
	*running
	file, banner string
}

func startWith(t *testing.T, settings string, args ...string) *reloading {
	t.Helper()
	s := &reloading{file: filepath.Join(t.TempDir(), "z.yaml")}
	s.write(t, settings)
	s.running = start(t, nil, onLoopback(t, append(args, "--config", s.file)...)...)
	s.banner = s.ready()
	// Its relay takes a place of those that tests count.
	eventually(t, "the self-test at the start", func() bool { return strings.Contains(s.stderr.String(), "relay self-test") })
	return s
}

// write replaces the settings in one step: the server may just be reading them for a
// signal that it has had before.
func (s *reloading) write(t *testing.T, settings string) {
	t.Helper()
	next := s.file + ".next"
	if err := os.WriteFile(next, []byte(settings), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Rename(next, s.file); err != nil {
		t.Fatal(err)
	}
}

// reload has the server read other settings and returns what it logs about them,
// to the line that says how it ended.
func (s *reloading) reload(t *testing.T, settings string) string {
	t.Helper()
	s.write(t, settings)
	before := len(s.stderr.String())
	if err := s.cmd.Process.Signal(syscall.SIGHUP); err != nil {
		t.Fatal(err)
	}
	for end := time.Now().Add(patience); time.Now().Before(end); time.Sleep(time.Millisecond) {
		log := s.stderr.String()[before:]
		if strings.Contains(log, "settings reloaded") || strings.Contains(log, "settings not reloaded") {
			return log
		}
	}
	t.Fatalf("not a word about it:\n%s", s.stderr.String())
	return ""
}

// turnClient connects to the server's TURN port as a user.
func (s *reloading) turnClient(t *testing.T, user, password string) *probe.Client {
	t.Helper()
	server := strings.TrimPrefix(strings.TrimSuffix(value(t, s.banner, "turn"), "?transport=udp"), "turn:")
	c, err := probe.Dial(deadline(t), probe.Config{
		Network: "udp", Server: server, Username: user, Password: password, Realm: "zerortc", RTO: 2 * time.Second,
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	return c
}

func deadline(t *testing.T) context.Context {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	t.Cleanup(cancel)
	return ctx
}

// echoes is a peer that sends back what it gets.
func echoes(t *testing.T) netip.AddrPort {
	t.Helper()
	conn, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	go func() {
		b := make([]byte, 2048)
		for {
			n, from, err := conn.ReadFrom(b)
			if err != nil {
				return
			}
			conn.WriteTo(b[:n], from)
		}
	}()
	return netip.MustParseAddrPort(conn.LocalAddr().String())
}

const withAlice = "turn:\n  users: [\"alice:wonderland\"]\n  peers-allow: [127.0.0.0/8]\n"

// A client sends a packet each millisecond while everything that can change does,
// again and again, and some files are bad. Each packet comes back.
func TestReloadInMidCallLosesNoPacket(t *testing.T) {
	t.Parallel()
	s := startWith(t, withAlice)
	c, peer := s.turnClient(t, "alice", "wonderland"), echoes(t)
	if _, err := c.Allocate(deadline(t), probe.AllocateOptions{}); err != nil {
		t.Fatal(err)
	}
	if err := c.ChannelBind(deadline(t), 0x4000, peer); err != nil {
		t.Fatal(err)
	}
	const packets, every = 3000, 100
	missing := make(chan error, 1)
	go func() {
		for want := range packets {
			p, err := c.Receive(deadline(t))
			if got, _ := strconv.Atoi(string(p.Data)); err != nil || got != want {
				missing <- fmt.Errorf("packet %d: %q, %v", want, p.Data, err)
				return
			}
		}
		missing <- nil
	}()
	others := []string{
		withAlice + "  max-bitrate: 100000000\n  peers-deny: [192.0.2.0/24]\nhttp:\n  origins: [\"null\"]\n",
		withAlice + "  max-allocations-per-user: 1\n  max-permissions: 1\n  max-channels: 1\nlog:\n  level: debug\n",
		"turn:\n  nonsense\n", // changes nothing
		withAlice + "  secrets: [0123456789abcdef]\n  max-bitrate-per-user: 100000000\nice:\n  ttl: 60\n",
		withAlice,
	}
	tick := time.NewTicker(time.Millisecond)
	defer tick.Stop()
	for i := range packets {
		<-tick.C
		if err := c.SendChannel(0x4000, []byte(strconv.Itoa(i))); err != nil {
			t.Fatal(err)
		}
		if i%every == 0 {
			s.write(t, others[i/every%len(others)])
			s.cmd.Process.Signal(syscall.SIGHUP)
		}
	}
	if err := <-missing; err != nil {
		t.Errorf("lost: %v", err)
	}
	if n := strings.Count(s.stderr.String(), "reloaded"); n < 10 {
		t.Errorf("%d reloads in\n%s", n, s.stderr.String())
	}
	if _, err := c.Refresh(deadline(t), time.Hour); err != nil {
		t.Errorf("after all that: %v", err)
	}
}

// A file at fault is told like at the start, all of it, and what was before stays.
func TestReloadOfABadFile(t *testing.T) {
	t.Parallel()
	s := startWith(t, withAlice)
	s.reload(t, "turn:\n  users: [hunter2]\n  reallm: x\nlog:\n  level: loud\n  format: json\n")
	for _, want := range []string{
		s.file + ":2:11: turn.users: a user has no password; write it as name:password",
		s.file + `:3:3: \"turn.reallm\" is no setting; did you mean turn.realm?`,
		s.file + `:5:10: log.level: \"loud\" is not known here`,
	} {
		s.logs(t, want)
	}
	if strings.Contains(s.stderr.String(), "hunter2") {
		t.Error("shows the secret")
	}
	if _, err := s.turnClient(t, "alice", "wonderland").Allocate(deadline(t), probe.AllocateOptions{}); err != nil {
		t.Errorf("the user of before: %v", err)
	}
	os.Remove(s.file)
	s.cmd.Process.Signal(syscall.SIGHUP)
	eventually(t, "a missing file is told", func() bool { return strings.Contains(s.stderr.String(), "no such file or directory; make it") })
	s.stop(syscall.SIGTERM)
}

// What needs a restart is named, and keeps its value; asked again it is named again.
func TestReloadNamesWhatNeedsARestart(t *testing.T) {
	t.Parallel()
	s := startWith(t, withAlice)
	const moved = withAlice + "  listen: [\"127.0.0.1:1\"]\n  relay-ports: 50000-50009\n  realm: elsewhere\nhttp:\n  listen: [\"127.0.0.1:2\"]\nlog:\n  level: debug\n"
	for range 2 {
		log := s.reload(t, moved)
		for _, setting := range []string{"turn.relay-ports", "turn.realm"} {
			if !strings.Contains(log, `msg="setting has changed and needs a restart" part=settings setting=`+setting) {
				t.Errorf("no %s in\n%s", setting, log)
			}
		}
		if strings.Contains(log, "setting=turn.listen") { // flags win over the file
			t.Errorf("told what has not changed:\n%s", log)
		}
	}
	if !strings.Contains(s.stderr.String(), `changed=[log.level]`) {
		t.Errorf("the live one is not told:\n%s", s.stderr.String())
	}
	a, err := s.turnClient(t, "alice", "wonderland").Allocate(deadline(t), probe.AllocateOptions{})
	if err != nil || a.Relayed.Port() >= 50000 && a.Relayed.Port() <= 50009 {
		t.Errorf("%v, %v", a.Relayed, err)
	}
}

// A static user that is taken away, or gets another password, loses what it has
// open; the others do not notice.
func TestReloadEndsWhatARemovedUserHas(t *testing.T) {
	t.Parallel()
	s := startWith(t, "turn:\n  users: [\"alice:wonderland\", \"bob:builder\", \"carol:sings\"]\n")
	clients := map[string]*probe.Client{}
	for user, password := range map[string]string{"alice": "wonderland", "bob": "builder", "carol": "sings"} {
		clients[user] = s.turnClient(t, user, password)
		if _, err := clients[user].Allocate(deadline(t), probe.AllocateOptions{}); err != nil {
			t.Fatal(err)
		}
	}
	s.reload(t, "turn:\n  users: [\"alice:wonderland\", \"carol:whispers\"]\n")
	eventually(t, "two allocations end", func() bool { return strings.Count(s.stderr.String(), "why=revoked") == 2 })
	if _, err := clients["alice"].Refresh(deadline(t), time.Hour); err != nil {
		t.Errorf("alice: %v", err)
	}
	for _, user := range []string{"bob", "carol"} {
		if _, err := clients[user].Refresh(deadline(t), time.Hour); probe.Code(err) != 401 {
			t.Errorf("%s: %v", user, err)
		}
	}
}

// A secret that is taken away opens nothing more, and ends no call.
func TestReloadKeepsTheCallsOfARetiredSecret(t *testing.T) {
	t.Parallel()
	const before, after = "turn:\n  secrets: [old-0123456789abcdef]\n", "turn:\n  secrets: [new-0123456789abcdef]\n"
	s := startWith(t, before)
	user, password := minted("old-0123456789abcdef", "anna")
	c := s.turnClient(t, user, password)
	if _, err := c.Allocate(deadline(t), probe.AllocateOptions{}); err != nil {
		t.Fatal(err)
	}
	s.reload(t, after)
	if _, err := c.Refresh(deadline(t), time.Hour); err != nil {
		t.Errorf("the call that runs: %v", err)
	}
	if err := c.CreatePermission(deadline(t), netip.MustParseAddrPort("198.51.100.1:9")); err != nil {
		t.Errorf("the call that runs, with another peer: %v", err)
	}
	if _, err := s.turnClient(t, user, password).Allocate(deadline(t), probe.AllocateOptions{}); probe.Code(err) != 401 {
		t.Errorf("another call: %v", err)
	}
	user, password = minted("new-0123456789abcdef", "anna")
	if _, err := s.turnClient(t, user, password).Allocate(deadline(t), probe.AllocateOptions{}); err != nil {
		t.Errorf("a call by the new secret: %v", err)
	}
}

func eventually(t *testing.T, what string, happened func() bool) {
	t.Helper()
	for end := time.Now().Add(patience); !happened(); time.Sleep(time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("never came: %s", what)
		}
	}
}
