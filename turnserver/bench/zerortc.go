//go:build linux && (amd64 || arm64)

package main

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"zerortc/turnserver/bench/load"
)

// zerortc starts our program with its limits off, no log, and loopback peers allowed.
func zerortc(program string) maker {
	return func(folder string) (recipe, error) {
		at, web, err := freePorts()
		if err != nil {
			return recipe{}, err
		}
		users := filepath.Join(folder, "users")
		if err := os.WriteFile(users, fmt.Appendf(nil, "%s:%s\n", username, password), 0o600); err != nil {
			return recipe{}, err
		}
		cmd := exec.Command(program, "serve",
			"--http-listen", web.String(), "--turn-listen", at.String(), "--state-dir", folder,
			"--banner", "never", "--log-level", "error",
			"--turn-realm", realm, "--turn-users-file", users, "--turn-peers-allow", "127.0.0.0/8",
			"--turn-max-allocations", "0", "--turn-max-allocations-per-address", "0",
			"--turn-max-allocations-per-user", "0", "--turn-max-unauthenticated", "0",
			"--turn-max-permissions", "0", "--turn-max-channels", "0",
			"--turn-max-bitrate", "0", "--turn-max-bitrate-per-user", "0",
		)
		return recipe{
			cmd: cmd,
			at:  load.Server{Address: at.String(), TLS: at.String()}, // UDP, TCP and TLS have one port
			inUse: func(ctx context.Context) (int64, error) {
				return inUseBy(ctx, "http://"+web.String()+"/metrics")
			},
		}, nil
	}
}

// inUseBy reads heap and stacks off our metrics.
func inUseBy(ctx context.Context, metrics string) (int64, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, metrics, nil)
	if err != nil {
		return 0, err
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return 0, fmt.Errorf("reading the metrics: %w", err)
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	if err != nil {
		return 0, fmt.Errorf("reading the metrics: %w", err)
	}
	return inUseOf(string(text))
}

// inUseOf finds them.
func inUseOf(metrics string) (total int64, err error) {
	for _, name := range []string{"go_memstats_heap_inuse_bytes", "go_memstats_stack_inuse_bytes"} {
		_, rest, _ := strings.Cut(metrics, "\n"+name+" ")
		var bytes float64
		if _, err := fmt.Sscan(rest, &bytes); err != nil {
			return 0, fmt.Errorf("metric %s: %w", name, err)
		}
		total += int64(bytes)
	}
	return total, nil
}
