package admin

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// process does what it is told by noting it.
type process struct {
	mu   sync.Mutex
	told []string
}

func (p *process) note(text string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.told = append(p.told, text)
}

func (p *process) Status(context.Context) Status { return Status{PID: 7, Calls: 3} }
func (p *process) Sessions() []Session           { return nil }
func (p *process) Reports() []Report             { return []Report{{Outcome: "lost"}} }
func (p *process) Kick(id uint64) bool           { p.note("kick"); return id == 5 }
func (p *process) CloseRoom(name string) bool {
	p.note("close " + name)
	return name == "a/../b//c?d#e 房"
}
func (p *process) Drain(within time.Duration) Draining {
	p.note("drain " + within.String())
	return Draining{Calls: 2, Within: 5}
}
func (p *process) SetLevel(l slog.Level) { p.note(l.String()) }
func (p *process) Reload() (Reloaded, error) {
	return Reloaded{}, errors.New("z.yaml:1:1: wrong; mend it\nz.yaml:2:1: wrong too")
}
func (p *process) Secrets() ([]Secret, error)      { return []Secret{{"12345678", true}}, nil }
func (p *process) RotateSecret() ([]Secret, error) { p.note("rotate"); return nil, nil }
func (p *process) RetireSecret(id string) ([]Secret, error) {
	p.note("retire " + id)
	return nil, nil
}
func (p *process) Mint(w Wish) (Credentials, error) { return Credentials{Username: w.User}, nil }

var quiet = slog.New(slog.DiscardHandler)

// serving is a server that runs until the test ends.
func serving(t *testing.T, folder string, p Process, log *slog.Logger) *Server {
	t.Helper()
	s, err := Listen(folder, log)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error)
	go func() { done <- s.Serve(ctx, Routes(p, log)) }()
	t.Cleanup(func() {
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
	return s
}

func dial(t *testing.T, s *Server) *Client {
	t.Helper()
	c, err := Dial(t.Context(), filepath.Join(t.TempDir(), "none"), s.path)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// What is asked for gets there as it was meant, and errors come back in words.
func TestQuestions(t *testing.T) {
	p := &process{}
	var log strings.Builder
	c := dial(t, serving(t, t.TempDir(), p, slog.New(slog.NewTextHandler(&log, nil))))
	ctx := t.Context()
	if s, err := c.Status(ctx); err != nil || s.PID != 7 || s.Calls != 3 {
		t.Errorf("status: %+v, %v", s, err)
	}
	if all, err := c.Sessions(ctx); err != nil || all == nil || len(all) != 0 {
		t.Errorf("sessions: %v, %v", all, err)
	}
	if all, err := c.Reports(ctx); err != nil || len(all) != 1 || all[0].Outcome != "lost" {
		t.Errorf("reports: %v, %v", all, err)
	}
	if d, err := c.Drain(ctx, -1); err != nil || d != (Draining{2, 5}) {
		t.Errorf("drain: %v, %v", d, err)
	}
	if made, err := c.Mint(ctx, Wish{User: "anna"}); err != nil || made.Username != "anna" {
		t.Errorf("credentials: %v, %v", made, err)
	}
	if all, err := c.Secrets(ctx); err != nil || len(all) != 1 || !all[0].Signs {
		t.Errorf("secrets: %v, %v", all, err)
	}
	for what, err := range map[string]error{
		"kick": c.Kick(ctx, 5), "room": c.CloseRoom(ctx, "a/../b//c?d#e 房"), "level": c.SetLevel(ctx, "warn"),
	} {
		if err != nil {
			t.Errorf("%s: %v", what, err)
		}
	}
	for want, err := range map[string]error{
		`session "6" is not there`:             c.Kick(ctx, 6),
		"a room of that name is not there":     c.CloseRoom(ctx, "blue"),
		`"loud" is not a level; write debug`:   c.SetLevel(ctx, "loud"),
		"z.yaml:1:1: wrong; mend it\nz.yaml:2": second(c.Reload(ctx)),
	} {
		if err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("got %v, want %s", err, want)
		}
	}
	_, _ = c.Drain(ctx, 90*time.Second)
	_, _ = c.RotateSecret(ctx)
	_, _ = c.RetireSecret(ctx, "../12 34")
	p.mu.Lock()
	defer p.mu.Unlock()
	if got := strings.Join(p.told[len(p.told)-3:], ", "); got != "drain 1m30s, rotate, retire ../12 34" {
		t.Errorf("told %s", got)
	}
	if strings.Contains(log.String(), "blue") || !strings.Contains(log.String(), `what="POST /v1/drain" uid=0`) {
		t.Errorf("logged\n%s", log.String())
	}
}

func second[T any](_ T, err error) error { return err }

func TestSocketIsTheUsersAlone(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "state")
	s := serving(t, folder, &process{}, quiet)
	for path, want := range map[string]os.FileMode{folder: 0o700, s.path: 0o600} {
		if info, err := os.Stat(path); err != nil || info.Mode().Perm() != want {
			t.Errorf("%s: %v, %v", path, info.Mode(), err)
		}
	}
	entries, _ := os.ReadDir(folder)
	if len(entries) != 1 {
		t.Errorf("left behind: %v", entries)
	}
}

// A dead server's socket is replaced, a live one's is not, and what is no socket
// never.
func TestWhatIsInThePlace(t *testing.T) {
	folder := t.TempDir()
	path := filepath.Join(folder, SocketFile)
	dead, err := net.ListenUnix("unix", &net.UnixAddr{Name: path, Net: "unix"})
	if err != nil {
		t.Fatal(err)
	}
	dead.SetUnlinkOnClose(false)
	dead.Close()
	live, err := Listen(folder, quiet)
	if err != nil {
		t.Fatalf("after a dead one: %v", err)
	}
	if _, err := Listen(folder, quiet); !errors.Is(err, ErrInUse) {
		t.Errorf("beside a live one: %v", err)
	}
	live.Close()
	if _, err := os.Lstat(path); err == nil {
		t.Error("closed, and still there")
	}
	if err := os.WriteFile(path, []byte("precious"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Listen(folder, quiet); err == nil || !strings.Contains(err.Error(), "is no socket") {
		t.Errorf("in place of a file: %v", err)
	}
	if content, _ := os.ReadFile(path); string(content) != "precious" {
		t.Error("the file is gone")
	}
}

// Whoever closes last does not take the socket of another server with him.
func TestCloseLeavesAnothersSocket(t *testing.T) {
	folder := t.TempDir()
	first, err := Listen(folder, quiet)
	if err != nil {
		t.Fatal(err)
	}
	_ = first.listener.Close() // as if it had died, but for the file
	other, err := Listen(folder, quiet)
	if err != nil {
		t.Fatal(err)
	}
	defer other.Close()
	first.Close()
	if _, err := os.Lstat(other.path); err != nil {
		t.Errorf("the other's is gone: %v", err)
	}
}

// Of many that start at once, over a dead one's socket, one has the place.
func TestManyStartAtOnce(t *testing.T) {
	folder := t.TempDir()
	dead, err := net.Listen("unix", filepath.Join(folder, SocketFile))
	if err != nil {
		t.Fatal(err)
	}
	dead.(*net.UnixListener).SetUnlinkOnClose(false)
	dead.Close()
	servers := make(chan *Server, 16)
	var all sync.WaitGroup
	for range cap(servers) {
		all.Go(func() {
			s, err := Listen(folder, quiet)
			if err == nil {
				servers <- s
			} else if !errors.Is(err, ErrInUse) {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if len(servers) != 1 {
		t.Errorf("%d have it", len(servers))
	}
	for len(servers) > 0 {
		(<-servers).Close()
	}
}

func TestPathTooLong(t *testing.T) {
	folder := filepath.Join(t.TempDir(), strings.Repeat("x", 120))
	if _, err := Listen(folder, quiet); !errors.Is(err, ErrTooLong) {
		t.Errorf("got %v", err)
	}
	if entries, _ := os.ReadDir(folder); len(entries) > 0 {
		t.Errorf("left behind: %v", entries)
	}
	if _, err := Listen("", quiet); !errors.Is(err, ErrNoFolder) {
		t.Errorf("without a folder: %v", err)
	}
}

func TestNobodyThere(t *testing.T) {
	folder := t.TempDir()
	dead, _ := net.Listen("unix", filepath.Join(folder, "dead"))
	dead.(*net.UnixListener).SetUnlinkOnClose(false)
	dead.Close()
	_, err := Dial(t.Context(), filepath.Join(folder, "none"), filepath.Join(folder, "dead"))
	if !errors.Is(err, ErrNoServer) || !strings.Contains(err.Error(), "none: is not there; ") || !strings.Contains(err.Error(), "dead: nobody listens") {
		t.Errorf("got %v", err)
	}
}

func TestFolder(t *testing.T) {
	for _, c := range []struct{ runtime, want string }{
		{"/run/zerortc", "/run/zerortc"}, {"/run/a:/run/b", "/run/a"}, {"", "/state"},
	} {
		if got := Folder(func(string) string { return c.runtime }, "/state"); got != c.want {
			t.Errorf("%q: %s", c.runtime, got)
		}
	}
}

// A server of another version, or another program, answers in no words of ours.
func TestAnotherVersion(t *testing.T) {
	c := dial(t, serving(t, t.TempDir(), &process{}, quiet))
	err := c.call(t.Context(), "GET", "/v2/status", nil, nil)
	if err == nil || !strings.Contains(err.Error(), "another version") {
		t.Errorf("got %v", err)
	}
	if err := c.call(t.Context(), "POST", pathCredentials, strings.Repeat("x", maxBody+1), nil); err == nil {
		t.Error("a huge question is answered")
	}
}
