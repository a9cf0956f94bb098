package main

import (
	"net/http"
	"strings"
	"syscall"
	"testing"

	"rsc.io/qr"

	"zerortc/cmd/terminal"
	"zerortc/config"
)

// Nobody watches: nothing on standard output, and the log tells the same, in its
// own format.
func TestAnnouncedInTheLog(t *testing.T) {
	code, stdout, stderr := inProcess(nil, onLoopback(t, "--log-format", "json", "--qr", "always")...)
	if code != exitOK || stdout != "" {
		t.Errorf("%d, on standard output: %s", code, stdout)
	}
	for _, want := range []string{
		`"msg":"reached by","page":"http://127.0.0.1:`, `"signaling":"ws://`, `"turn":"turn:127.0.0.1:`,
		`"peers":"any network`, `"firewall":"nothing to open`,
	} {
		if !strings.Contains(stderr, want) {
			t.Errorf("no %s in\n%s", want, stderr)
		}
	}
	if strings.Contains(stderr, "/room/") {
		t.Errorf("a room is in the log:\n%s", stderr)
	}
}

// What is drawn is the code of the room, module by module, and the room is one.
func TestCodeLeadsIntoTheRoom(t *testing.T) {
	t.Parallel()
	server := start(t, []string{"ZERORTC_QR=always"}, onLoopback(t)...)
	banner := server.ready()
	waitFor(t, func() bool { return strings.Contains(server.stdout.String(), "▀") }, func() string { return banner })
	room := value(t, banner, "room")
	var drawn strings.Builder
	writeCode(&drawn, roomCode(room), terminal.Style{})
	if !strings.HasSuffix(server.stdout.String(), "\n\n"+drawn.String()) {
		t.Errorf("not the code of %s:\n%s", room, server.stdout.String())
	}
	answer, err := http.Get(room)
	if err != nil {
		t.Fatal(err)
	}
	answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		t.Errorf("%s answers %s", room, answer.Status)
	}
	server.stop(syscall.SIGTERM)
}

func TestWriteCode(t *testing.T) {
	code, err := qr.Encode("https://192.0.2.7:9001/room/calm-maple-otter-482", qr.L)
	if err != nil {
		t.Fatal(err)
	}
	var drawn strings.Builder
	writeCode(&drawn, code, terminal.Style{})
	dark := map[rune][2]bool{' ': {true, true}, '▄': {true, false}, '▀': {false, true}, '█': {false, false}}
	y := -quietZone
	for line := range strings.Lines(drawn.String()) {
		x := -quietZone
		for _, r := range strings.TrimSuffix(line, "\n") {
			if both, known := dark[r]; !known || both != [2]bool{code.Black(x, y), code.Black(x, y+1)} {
				t.Fatalf("%c at %d, %d", r, x, y)
			}
			x++
		}
		if x != code.Size+quietZone {
			t.Fatalf("line %d is %d wide", y, x)
		}
		y += 2
	}
	if y < code.Size+quietZone {
		t.Errorf("ends at %d of %d", y, code.Size)
	}
}

func TestPeersLine(t *testing.T) {
	cfg, _, err := config.Load(config.Sources{Flags: map[string][]string{
		"turn.peers-mode": {"strict"}, "turn.peers-allow": {"10.1.0.0/16"}, "turn.peers-deny": {"10.1.2.0/24"}}})
	if err != nil {
		t.Fatal(err)
	}
	if got := peersLine(cfg.TURN); got != "relays of this server only; allowed: 10.1.0.0/16; denied: 10.1.2.0/24" {
		t.Error(got)
	}
}
