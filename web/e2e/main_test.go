package e2e

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"
)

// What TestMain builds and starts once for all tests.
var (
	program string // the built zerortc
	shared  *server
)

func TestMain(m *testing.M) {
	code, err := run(m)
	if err != nil {
		fmt.Fprintln(os.Stderr, "e2e:", err)
		code = max(code, 1)
	}
	os.Exit(code)
}

func run(m *testing.M) (code int, err error) {
	dir, err := os.MkdirTemp("", "zerortc-e2e-")
	if err != nil {
		return 1, err
	}
	defer os.RemoveAll(dir)
	if program, err = build(dir); err != nil {
		return 1, err
	}
	if shared, err = startServer("127.0.0.1:0"); err != nil {
		return 1, err
	}
	defer func() {
		if stopErr := shared.stop(); err == nil {
			err = stopErr
		}
	}()
	for _, e := range engines {
		defer e.close()
	}
	return m.Run(), nil
}

// build compiles the program from the module two folders up.
func build(dir string) (string, error) {
	out := filepath.Join(dir, "zerortc")
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, "go", "build", "-race", "-o", out, "./cmd/zerortc")
	cmd.Dir = filepath.Join("..", "..")
	if text, err := cmd.CombinedOutput(); err != nil {
		return "", fmt.Errorf("building zerortc: %w\n%s", err, text)
	}
	return out, nil
}
