//go:build linux && (amd64 || arm64)

package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"

	"zerortc/turnserver/bench/load"
)

// zerortc starts our program with its limits off, no log, and loopback peers allowed.
func zerortc(program string) maker {
	return func(folder string) (*exec.Cmd, load.Server, error) {
		at, _, err := freePorts()
		if err != nil {
			return nil, load.Server{}, err
		}
		users := filepath.Join(folder, "users")
		if err := os.WriteFile(users, fmt.Appendf(nil, "%s:%s\n", username, password), 0o600); err != nil {
			return nil, load.Server{}, err
		}
		server := load.Server{Address: at.String(), TLS: at.String()} // UDP, TCP and TLS have one port
		return exec.Command(program, "serve",
			"--http-listen", "127.0.0.1:0", "--turn-listen", at.String(), "--state-dir", folder,
			"--banner", "never", "--log-level", "error",
			"--turn-realm", realm, "--turn-users-file", users, "--turn-peers-allow", "127.0.0.0/8",
			"--turn-max-allocations", "0", "--turn-max-allocations-per-address", "0",
			"--turn-max-allocations-per-user", "0", "--turn-max-unauthenticated", "0",
			"--turn-max-permissions", "0", "--turn-max-channels", "0",
			"--turn-max-bitrate", "0", "--turn-max-bitrate-per-user", "0",
		), server, nil
	}
}
