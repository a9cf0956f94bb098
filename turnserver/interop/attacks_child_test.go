package interop

import (
	"context"
	"fmt"
	"log/slog"
	"net"
	"os"
	"os/signal"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/pion/stun"
	"github.com/pion/turn/v2"

	"zerortc/config"
	"zerortc/turnserver/probe"
)

// The attacks of the tests TestA02… to TestA16… go to a child with the bare
// library, which must come to harm (else the test has lost its meaning), and to
// a child with our server, which must not. Both have a second user, and both
// tell how many goroutines they run when they get SIGUSR1.
const (
	bareAttacked = "bare, attacked"
	bareTalking  = "bare, attacked, with its log"
	oursAttacked = "ours, attacked"
	oursClosed   = "ours, with the default peer policy, everywhere"
	oursLimited  = "ours, with limits"
	oursInJSON   = "ours, with a log in JSON"

	bob, bobsPassword = "bob", "builder"
)

// What clients of oursLimited may hold.
const (
	mostAllocations     = 3 // of a user
	mostPermissions     = 10
	mostChannels        = 5
	mostUnauthenticated = 20 // answers a second
)

// attacked is how a child serves in one of these roles.
func attacked(role string) (func(context.Context) error, bool) {
	cfg := settings()
	cfg.Users = append(cfg.Users, config.User{Name: bob, Password: config.NewSecret(bobsPassword)})
	log := slog.Handler(slog.NewTextHandler(os.Stderr, nil))
	switch role {
	case bareAttacked:
		return serveBareAttacked(withBob), true
	case bareTalking:
		return serveBareAttacked(withBob, func(cfg *turn.ServerConfig) { cfg.LoggerFactory = nil }), true
	case oursAttacked:
	case oursClosed:
		cfg.Listen, cfg.PeersAllow = []string{":0"}, nil
	case oursLimited:
		cfg.MaxAllocationsPerUser, cfg.MaxPermissions, cfg.MaxChannels = mostAllocations, mostPermissions, mostChannels
		cfg.MaxUnauthenticated = mostUnauthenticated
	case oursInJSON:
		log = slog.NewJSONHandler(os.Stderr, nil)
	default:
		return nil, false
	}
	return func(ctx context.Context) error {
		confess()
		return serveOurs(ctx, cfg, log)
	}, true
}

func serveBareAttacked(changes ...func(*turn.ServerConfig)) func(context.Context) error {
	return func(ctx context.Context) error {
		confess()
		return serveBare(ctx, true, changes...)
	}
}

func withBob(cfg *turn.ServerConfig) {
	passwords := map[string]string{"lqf": "123456", bob: bobsPassword}
	cfg.AuthHandler = func(username, realm string, _ net.Addr) ([]byte, bool) {
		password, known := passwords[username]
		return turn.GenerateAuthKey(username, realm, password), known
	}
}

const confession = "goroutines: "

// confess tells the goroutines on standard error whenever it is asked, from now
// on.
func confess() {
	asked := make(chan os.Signal, 1)
	signal.Notify(asked, syscall.SIGUSR1)
	go func() {
		for range asked {
			fmt.Fprintf(os.Stderr, "%s%d\n", confession, runtime.NumGoroutine())
		}
	}()
}

// target is a child under attack.
type target struct {
	*child
	// patience is how long to wait for what only a good server does. The bare
	// library would not do it in any time.
	patience time.Duration
}

func spawnBare(t *testing.T, role string) target {
	t.Helper()
	return target{spawn(t, role), time.Second}
}

func spawnOurs(t *testing.T, role string) target {
	t.Helper()
	return target{spawn(t, role), 20 * time.Second}
}

// duel runs an attack against both, one after the other. The attack tells the
// harm it did.
func duel(t *testing.T, bareRole, oursRole string, attack func(t *testing.T, to target) (harm []string)) {
	t.Helper()
	t.Parallel()
	wantHarm(t, attack(t, spawnBare(t, bareRole)))
	survivor := spawnOurs(t, oursRole)
	wantNoHarm(t, survivor, attack(t, survivor))
}

func wantHarm(t *testing.T, harm []string) {
	t.Helper()
	if len(harm) == 0 {
		t.Error("the bare library bears it: this test has lost its meaning")
	}
	t.Logf("the bare library: %.600s", strings.Join(harm, "; "))
}

func wantNoHarm(t *testing.T, survivor target, harm []string) {
	t.Helper()
	if len(harm) != 0 {
		t.Errorf("ours: %s", strings.Join(harm, "; "))
	}
	wantAnswers(t, survivor.child)
}

// until waits for the target to do what a good server does.
func (to target) until(happened func() bool) bool {
	for end := time.Now().Add(to.patience); !happened(); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(end) {
			return false
		}
	}
	return true
}

// descriptors is the number of files and sockets the child has open.
func (c *child) descriptors(t *testing.T) int {
	t.Helper()
	list, err := os.ReadDir(fmt.Sprintf("/proc/%d/fd", c.pid))
	must(t, err)
	return len(list)
}

// goroutines asks the child.
func (c *child) goroutines(t *testing.T) (n int) {
	t.Helper()
	before := strings.Count(c.stderr.String(), confession)
	must(t, syscall.Kill(c.pid, syscall.SIGUSR1))
	for end := time.Now().Add(childStarts); ; time.Sleep(time.Millisecond) {
		all := strings.SplitAfter(c.stderr.String(), confession)
		last := all[len(all)-1]
		if len(all)-1 > before && strings.Contains(last, "\n") {
			_, err := fmt.Sscan(last, &n)
			must(t, err)
			return n
		}
		if time.Now().After(end) {
			t.Fatalf("the child does not tell its goroutines: %s", c.stderr)
		}
	}
}

// What a server may say to a request beside an error code.
const (
	silence  = -1
	success  = 0
	codeless = -2 // an error response that does not say which
)

// say sends a request and tells what came of it. The library leaves many of its
// answers unsigned, which the probe would mind: only the code is looked at.
func (to target) say(t *testing.T, c *probe.Client, m *stun.Message, how ...probe.Option) int {
	t.Helper()
	code, _ := to.answer(t, c, m, how...)
	return code
}

// answer is say, with the answer.
func (to target) answer(t *testing.T, c *probe.Client, m *stun.Message, how ...probe.Option) (int, *stun.Message) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), to.patience)
	defer cancel()
	answer, _ := c.Do(ctx, m, how...)
	var code stun.ErrorCodeAttribute
	switch {
	case answer == nil:
		return silence, nil
	case answer.Type.Class == stun.ClassSuccessResponse:
		return success, answer
	case code.GetFrom(answer) != nil:
		return codeless, answer
	}
	return int(code.Code), answer
}

// ask makes a request and sends it signed.
func (to target) ask(t *testing.T, c *probe.Client, method stun.Method, attributes ...stun.Setter) int {
	t.Helper()
	return to.say(t, c, request(t, method, attributes...), probe.Signed())
}

func request(t *testing.T, method stun.Method, attributes ...stun.Setter) *stun.Message {
	t.Helper()
	m, err := probe.Request(method, attributes...)
	must(t, err)
	return m
}

// allocated is a client with an allocation.
func (to target) allocated(t *testing.T, network string) *probe.Client {
	t.Helper()
	c := client(t, network, to.addr)
	to.patience = childStarts // this both do
	if code := to.say(t, c, allocateRequest(t), probe.Signed()); code != success {
		t.Fatalf("allocating over %s: %d", network, code)
	}
	return c
}

// settle waits until the server has dealt with what the client sent before.
func settle(t *testing.T, c *probe.Client) {
	t.Helper()
	_, err := c.Binding(soon(t))
	must(t, err)
}
