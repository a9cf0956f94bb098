package main

import (
	"encoding/json"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"testing"

	"zerortc/signaling/loadtest"
)

// TestLoadtestAgainstServer: the program puts load on itself, by wss, trusting the
// CA that the server has made.
func TestLoadtestAgainstServer(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "state")
	server := start(t, nil, "serve", "--http-listen", "127.0.0.1:0", "--turn-listen", "127.0.0.1:0", "--state-dir", folder)
	_, address, _ := strings.Cut(value(t, server.ready(), "signaling"), "://")
	args := []string{
		"loadtest", "signaling", "--target", "wss://" + address, "--rooms", "5", "--rate", "50",
		"--idle", "0s", "--warmup", "0s", "--duration", "500ms", "--json", "--state-dir", folder,
	}
	if runtime.GOOS == "linux" {
		args = append(args, "--pid", strconv.Itoa(server.cmd.Process.Pid))
	}
	cmd := exec.Command(binary, args...)
	cmd.Env = []string{}
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	var figures loadtest.Report
	if err := json.Unmarshal(out, &figures); err != nil {
		t.Fatalf("%v in\n%s", err, out)
	}
	if figures.Members != 10 || figures.Delivered == 0 || figures.Delivered != figures.Sent {
		t.Errorf("%+v", figures)
	}
	if runtime.GOOS == "linux" && (len(figures.Processes) != 1 || figures.Processes[0].MemoryJoined == 0) {
		t.Errorf("%+v", figures.Processes)
	}
}

func TestLoadtestRefuses(t *testing.T) {
	for _, test := range []struct {
		args []string
		want string
	}{
		{[]string{"--target", "ws://192.0.2.1/ws"}, "neither private nor loopback"},
		{[]string{"--rooms", "0"}, "at least one room"},
		{[]string{"--dialect", "v3"}, "neither classic nor v2"},
		{[]string{"--target", "wss://localhost", "--ca", "/nowhere"}, "reading the CA"},
		{[]string{"--rate", "many"}, "many"},
		{[]string{"--speed", "1"}, "unknown flag --speed"},
		{[]string{"now"}, "takes flags only"},
	} {
		code, stdout, stderr := inProcess(nil, append([]string{"loadtest", "signaling"}, test.args...)...)
		if code == exitOK || stdout != "" || !strings.Contains(stderr, test.want) {
			t.Errorf("%v: %d, %q", test.args, code, stderr)
		}
	}
}
