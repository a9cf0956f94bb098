//go:build linux && (amd64 || arm64)

package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"

	"zerortc/turnserver/bench/load"
)

// zerortc starts our program with its limits off and loopback peers allowed.
func zerortc(program string) maker {
	return func(folder string) (*exec.Cmd, func(string) (load.Server, bool), error) {
		users := filepath.Join(folder, "users")
		if err := os.WriteFile(users, fmt.Appendf(nil, "%s:%s\n", username, password), 0o600); err != nil {
			return nil, nil, err
		}
		return exec.Command(program, "serve",
			"--http-listen", "127.0.0.1:0", "--turn-listen", "127.0.0.1:0", "--state-dir", folder,
			"--banner", "never", "--log-format", "json",
			"--turn-realm", realm, "--turn-users-file", users, "--turn-peers-allow", "127.0.0.0/8",
			"--turn-max-allocations", "0", "--turn-max-allocations-per-address", "0",
			"--turn-max-allocations-per-user", "0", "--turn-max-unauthenticated", "0",
			"--turn-max-permissions", "0", "--turn-max-channels", "0",
			"--turn-max-bitrate", "0", "--turn-max-bitrate-per-user", "0",
		), whereZerortc, nil
	}
}

var turnURL = regexp.MustCompile(`"turns?:([0-9.]+:[0-9]+)\?transport=(udp|tcp)"`)

// whereZerortc finds the address in the log: UDP, TCP and TLS have one port.
func whereZerortc(said string) (load.Server, bool) {
	found := turnURL.FindStringSubmatch(said)
	if found == nil {
		return load.Server{}, false
	}
	return load.Server{Address: found[1], TLS: found[1]}, true
}
