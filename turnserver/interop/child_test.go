package interop

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"log/slog"
	"net"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/pion/logging"
	"github.com/pion/turn/v2"

	"zerortc/config"
	"zerortc/turnserver"
	"zerortc/turnserver/auth"
)

// Servers run in child processes, which are this test binary started again with
// the role in the environment: so a test can watch one die, and count what
// processor time it takes. A child tells its address on a line of its own and
// lives until its standard input ends.
const roleVariable = "ZERORTC_INTEROP_ROLE"

// The roles: our server or the bare library, with users or without.
const (
	ours         = "ours"
	oursNobody   = "ours, no users"
	bare         = "bare"
	bareNobody   = "bare, no users"
	realm        = "zerortc"
	secret       = "north"
	childStarts  = 10 * time.Second
	stderrToKeep = 64 << 10
)

func TestMain(m *testing.M) {
	role := os.Getenv(roleVariable)
	if role == "" {
		os.Exit(m.Run())
	}
	if err := play(role); err != nil {
		fmt.Fprintln(os.Stderr, role+":", err)
		os.Exit(1)
	}
}

// play serves in a role until standard input ends.
func play(role string) error {
	ctx, cancel := context.WithCancel(context.Background())
	go func() { io.Copy(io.Discard, os.Stdin); cancel() }()
	if serve, ok := attacked(role); ok {
		return serve(ctx)
	}
	inText := slog.NewTextHandler(os.Stderr, nil)
	switch role {
	case ours:
		return serveOurs(ctx, settings(), inText)
	case oursNobody:
		return serveOurs(ctx, config.TURN{Listen: []string{"127.0.0.1:0"}, Realm: realm, RelayPorts: allPorts}, inText)
	default:
		return serveBare(ctx, role == bare)
	}
}

func serveOurs(ctx context.Context, cfg config.TURN, log slog.Handler) error {
	s, err := turnserver.Listen(cfg, auth.New(cfg.Realm, cfg.Users, cfg.Secrets), slog.New(log))
	if err != nil {
		return err
	}
	fmt.Println(s.Addrs()[0])
	return s.Serve(ctx)
}

// serveBare is the library as its manual shows it, on UDP and TCP, silent.
func serveBare(ctx context.Context, users bool, changes ...func(*turn.ServerConfig)) error {
	udp, tcp, err := listenBoth()
	if err != nil {
		return err
	}
	loopback := &turn.RelayAddressGeneratorStatic{RelayAddress: net.IPv4(127, 0, 0, 1), Address: "127.0.0.1"}
	cfg := turn.ServerConfig{
		Realm:             realm,
		PacketConnConfigs: []turn.PacketConnConfig{{PacketConn: udp, RelayAddressGenerator: loopback}},
		ListenerConfigs:   []turn.ListenerConfig{{Listener: tcp, RelayAddressGenerator: loopback}},
		LoggerFactory:     &logging.DefaultLoggerFactory{Writer: io.Discard, DefaultLogLevel: logging.LogLevelDisabled},
	}
	if users {
		cfg.AuthHandler = func(username, realm string, _ net.Addr) ([]byte, bool) {
			return turn.GenerateAuthKey(username, realm, "123456"), username == "lqf"
		}
	}
	for _, change := range changes {
		change(&cfg)
	}
	s, err := turn.NewServer(cfg)
	if err != nil {
		return err
	}
	fmt.Println(udp.LocalAddr())
	<-ctx.Done()
	return s.Close()
}

// listenBoth finds a port that is free for UDP and TCP.
func listenBoth() (udp net.PacketConn, tcp net.Listener, err error) {
	for range 20 {
		if udp, err = net.ListenPacket("udp4", "127.0.0.1:0"); err != nil {
			return nil, nil, err
		}
		if tcp, err = net.Listen("tcp4", udp.LocalAddr().String()); err == nil {
			return udp, tcp, nil
		}
		udp.Close()
	}
	return nil, nil, err
}

// child is a running server.
type child struct {
	addr   string
	pid    int
	stderr *tail
	dead   chan struct{} // closed when the process has ended
}

// spawn starts a child in a role and ends it with the test.
func spawn(t *testing.T, role string) *child {
	t.Helper()
	cmd := exec.Command(os.Args[0])
	// The race detector sleeps for a second at the end of a process.
	cmd.Env = append(os.Environ(), roleVariable+"="+role, "GORACE="+os.Getenv("GORACE")+" atexit_sleep_ms=0")
	c := &child{stderr: &tail{}, dead: make(chan struct{})}
	cmd.Stderr = c.stderr
	stdin, err := cmd.StdinPipe()
	must(t, err)
	stdout, err := cmd.StdoutPipe()
	must(t, err)
	must(t, cmd.Start())
	c.pid = cmd.Process.Pid
	first := make(chan string, 1)
	go func() {
		line, _ := bufio.NewReader(stdout).ReadString('\n')
		first <- line
		cmd.Wait()
		close(c.dead)
	}()
	t.Cleanup(func() {
		stdin.Close()
		select {
		case <-c.dead:
		case <-time.After(5 * time.Second): // it spins
			cmd.Process.Kill()
			<-c.dead
		}
	})
	select {
	case line := <-first:
		if c.addr = strings.TrimSpace(line); c.addr == "" {
			t.Fatalf("the child %q did not start: %s", role, c.stderr)
		}
	case <-time.After(childStarts):
		t.Fatalf("the child %q says nothing", role)
	}
	return c
}

// diesWithin waits for the child's death and returns its last words.
func (c *child) diesWithin(d time.Duration) (words string, died bool) {
	select {
	case <-c.dead:
		return c.stderr.String(), true
	case <-time.After(d):
		return "", false
	}
}

// processor is the processor time the child has used, from /proc: counted in
// hundredths of a second on every Linux.
func (c *child) processor(t *testing.T) time.Duration {
	t.Helper()
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", c.pid))
	must(t, err)
	_, fields, _ := bytes.Cut(stat, []byte(") ")) // the name before may hold spaces
	f := strings.Fields(string(fields))
	user, err1 := strconv.Atoi(f[11])
	system, err2 := strconv.Atoi(f[12])
	if err1 != nil || err2 != nil {
		t.Fatalf("/proc/%d/stat: %s", c.pid, stat)
	}
	return time.Duration(user+system) * 10 * time.Millisecond
}

// wantIdle waits until the child does next to nothing: work that was queued may
// go on for a moment, a loop would go on for ever.
func (c *child) wantIdle(t *testing.T) {
	t.Helper()
	const while = 500 * time.Millisecond
	for range 20 {
		before := c.processor(t)
		time.Sleep(while)
		if c.processor(t)-before <= while/20 {
			return
		}
	}
	t.Error("ours does not come to rest")
}

// tail keeps the beginning of what a child says, where a panic tells its reason.
type tail struct {
	mu  sync.Mutex
	buf []byte
}

func (t *tail) Write(p []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.buf = append(t.buf, p[:min(len(p), stderrToKeep-len(t.buf))]...)
	return len(p), nil
}

func (t *tail) String() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return string(t.buf)
}
