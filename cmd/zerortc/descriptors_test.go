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

// TestLowDescriptorLimitIsTold: a warning below half of what may be needed, an info
// below all of it.
func TestLowDescriptorLimitIsTold(t *testing.T) {
	cfg := config.Config{Rooms: config.Rooms{MaxSockets: 10_000}, TURN: config.TURN{RelayPorts: config.PortRange{Min: 50_000, Max: 50_999}, MaxAllocations: config.Portion{Percent: 50}}}
	const enough = 10_000 + 500 + otherFiles
	for limit, want := range map[uint64]string{
		0: "", 1024: "WARN", enough/2 - 1: "WARN", enough / 2: "INFO", enough - 1: "INFO", enough: "", 1 << 20: "",
	} {
		var out bytes.Buffer
		tellOfDescriptors(cfg, limit, slog.New(slog.NewTextHandler(&out, nil)))
		if told := want != ""; told != strings.Contains(out.String(), "LimitNOFILE=11524") || !strings.Contains(out.String(), want) {
			t.Errorf("limit %d: %q, want %q", limit, out.String(), want)
		}
	}
}

// The settings that come with the program do not scold a box with 20,000.
func TestDefaultsDoWithTwentyThousand(t *testing.T) {
	cfg, _, err := config.Load(config.Sources{})
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	tellOfDescriptors(cfg, 20_000, slog.New(slog.NewTextHandler(&out, nil)))
	if strings.Contains(out.String(), "WARN") {
		t.Error(out.String())
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
