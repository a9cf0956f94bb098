//go:build linux && (amd64 || arm64)

package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"sync"
	"time"

	"golang.org/x/sys/unix"

	"zerortc/turnserver/bench/load"
	"zerortc/turnserver/probe"
)

// The user of all servers.
const (
	username = "bench"
	password = "loopback"
	realm    = "bench"
)

// process is a server that runs.
type process struct {
	cmd    *exec.Cmd
	folder string // its own, with its settings
	server load.Server
	said   tail
	dead   chan struct{}                        // closed when it has ended
	inUse  func(context.Context) (int64, error) // of the recipe
}

// maker knows how to start a server in a folder.
type maker func(folder string) (recipe, error)

// recipe is what to run, where it will be, and how to learn the bytes of its heap that
// are in use; nil: it does not tell.
type recipe struct {
	cmd   *exec.Cmd
	at    load.Server
	inUse func(context.Context) (int64, error)
}

const (
	startsWithin = 10 * time.Second
	endsWithin   = 3 * time.Second
)

// start runs a server and waits until it answers.
func start(ctx context.Context, m maker) (*process, error) {
	folder, err := os.MkdirTemp("", "zerortc-bench-")
	if err != nil {
		return nil, err
	}
	r, err := m(folder)
	if err != nil {
		return nil, errors.Join(err, os.RemoveAll(folder))
	}
	cmd := r.cmd
	r.at.Username, r.at.Password, r.at.Realm = username, password, realm
	p := &process{cmd: cmd, folder: folder, server: r.at, inUse: r.inUse, dead: make(chan struct{})}
	cmd.Stdout, cmd.Stderr = &p.said, &p.said
	cmd.SysProcAttr = &unix.SysProcAttr{Pdeathsig: unix.SIGKILL, Setpgid: true} // an interrupt is for us
	if err := cmd.Start(); err != nil {
		return nil, errors.Join(fmt.Errorf("starting %s: %w", cmd.Path, err), os.RemoveAll(folder))
	}
	go func() { _ = cmd.Wait(); close(p.dead) }()
	if err := p.ready(ctx); err != nil {
		p.stop()
		return nil, fmt.Errorf("%s: %w; it said: %s", cmd.Path, err, p.said.String())
	}
	return p, nil
}

// ready waits until the server answers over UDP and TCP.
func (p *process) ready(ctx context.Context) error {
	for deadline := time.Now().Add(startsWithin); time.Now().Before(deadline); {
		if answers(ctx, p.server.Address) {
			return nil
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-p.dead:
			return errors.New("it ended")
		case <-time.After(20 * time.Millisecond):
		}
	}
	return errors.New("it did not come up")
}

func answers(ctx context.Context, address string) bool {
	for _, network := range []string{"udp", "tcp"} {
		c, err := probe.Dial(ctx, probe.Config{Network: network, Server: address, RTO: 5 * time.Millisecond})
		if err != nil {
			return false
		}
		_, err = c.Binding(ctx)
		if _ = c.Close(); err != nil {
			return false
		}
	}
	return true
}

func (p *process) pid() int { return p.cmd.Process.Pid }

// stop ends the server, politely first, and removes its folder.
func (p *process) stop() {
	_ = p.cmd.Process.Signal(unix.SIGTERM)
	select {
	case <-p.dead:
	case <-time.After(endsWithin):
		_ = p.cmd.Process.Kill()
		<-p.dead
	}
	_ = os.RemoveAll(p.folder)
}

// tail keeps the beginning of what a server says: where it is, or why it is not.
type tail struct {
	mu   sync.Mutex
	text []byte
}

const toKeep = 32 << 10

// Write implements io.Writer.
func (t *tail) Write(p []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.text = append(t.text, p[:min(len(p), toKeep-len(t.text))]...)
	return len(p), nil
}

func (t *tail) String() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return string(t.text)
}
