package main

import (
	"bytes"
	"log/slog"
	"os/exec"
	"runtime"
	"strings"
	"testing"

	"zerortc/config"
)

func TestLowDescriptorLimitIsTold(t *testing.T) {
	cfg := config.Config{Rooms: config.Rooms{MaxSockets: 10_000}, TURN: config.TURN{RelayPorts: config.PortRange{Min: 50_000, Max: 50_999}, MaxAllocations: config.Portion{Percent: 50}}}
	const enough = 10_000 + 500 + otherFiles
	for limit, want := range map[uint64]bool{0: false, 1024: true, enough - 1: true, enough: false, 1 << 20: false} {
		var out bytes.Buffer
		warnOfDescriptors(cfg, limit, slog.New(slog.NewTextHandler(&out, nil)))
		if got := strings.Contains(out.String(), "LimitNOFILE=11524"); got != want {
			t.Errorf("limit %d: %q", limit, out.String())
		}
	}
}

func TestRelays(t *testing.T) {
	ports := config.PortRange{Min: 50_000, Max: 50_999}
	for most, want := range map[config.Portion]int{
		{Percent: 90}: 900, {Count: 0}: 1000, {Count: 7}: 7, {Count: 5000}: 1000,
	} {
		if got := relaysOf(config.TURN{RelayPorts: ports, MaxAllocations: most}); got != want {
			t.Errorf("%+v: %d, want %d", most, got, want)
		}
	}
}

// TestSoftLimitIsRaised: the program takes what the hard limit allows, without
// being told to.
func TestSoftLimitIsRaised(t *testing.T) {
	if runtime.GOOS == "windows" {
		return // there are no such limits
	}
	cmd := exec.Command("sh", "-c", `ulimit -Sn 256; ulimit -Hn 900; exec "$0" loadtest signaling --rooms 500`, binary)
	cmd.Env = []string{}
	out, err := cmd.CombinedOutput()
	if err == nil || !strings.Contains(string(out), "need 1064 file descriptors") || strings.Contains(string(out), "may have 256") {
		t.Errorf("%v: %s", err, out)
	}
}
