package finding

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"

	"zerortc/cmd/terminal"
)

var some = List{
	Good("settings", "%d of them", 12),
	Worth("udp-buffers", "small", "make them larger"),
	Bad("turn-udp", "no answer\nfrom \x1b[2Jit", "open the port"),
	Skip("relay", "there is no allocation to send through"),
}

func TestText(t *testing.T) {
	var got strings.Builder
	if err := some.WriteText(&got, terminal.Style{}); err != nil {
		t.Fatal(err)
	}
	want := `ok       settings     12 of them
hint     udp-buffers  small
                      → make them larger
fault    turn-udp     no answer from ?[2Jit
                      → open the port
skipped  relay        there is no allocation to send through
`
	if got.String() != want {
		t.Errorf("got\n%s\nwant\n%s", got.String(), want)
	}
	got.Reset()
	if err := some[:1].WriteText(&got, terminal.Style{Colour: true}); err != nil || got.String() != "\x1b[32mok     \x1b[0m  settings  12 of them\n" {
		t.Errorf("in colour: %q, %v", got.String(), err)
	}
}

func TestJSON(t *testing.T) {
	var got strings.Builder
	if err := some.WriteJSON(&got); err != nil {
		t.Fatal(err)
	}
	var back struct {
		OK       bool
		Faults   int
		Findings List
	}
	if err := json.Unmarshal([]byte(got.String()), &back); err != nil {
		t.Fatal(err)
	}
	if back.OK || back.Faults != 1 || fmt.Sprint(back.Findings) != fmt.Sprint(some) {
		t.Errorf("got %s", got.String())
	}
	got.Reset()
	if err := (List)(nil).WriteJSON(&got); err != nil || !strings.Contains(got.String(), `"findings": []`) {
		t.Errorf("nothing found: %s, %v", got.String(), err)
	}
}

func TestErr(t *testing.T) {
	var found Found
	if err := some.Err(); !errors.As(err, &found) || found != 1 || err.Error() != "1 fault found" {
		t.Errorf("%v", err)
	}
	if err := append(some, some...).Err(); err.Error() != "2 faults found" {
		t.Errorf("%v", err)
	}
	if err := some[:2].Err(); err != nil {
		t.Errorf("without a fault: %v", err)
	}
}
