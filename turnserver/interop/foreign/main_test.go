//go:build foreign

package foreign

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"
)

// zerortc is the path of the program under test, built once.
var zerortc string

func TestMain(m *testing.M) {
	code, err := buildAndRun(m)
	if err != nil {
		fmt.Fprintln(os.Stderr, "foreign:", err)
		code = max(code, 1)
	}
	os.Exit(code)
}

func buildAndRun(m *testing.M) (code int, err error) {
	dir, err := os.MkdirTemp("", "zerortc-foreign-")
	if err != nil {
		return 1, err
	}
	defer os.RemoveAll(dir)
	zerortc = filepath.Join(dir, "zerortc")
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Minute)
	defer cancel()
	out, err := exec.CommandContext(ctx, "go", "build", "-o", zerortc, "zerortc/cmd/zerortc").CombinedOutput()
	if err != nil {
		return 1, fmt.Errorf("building zerortc: %w\n%s", err, out)
	}
	return m.Run(), nil
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
