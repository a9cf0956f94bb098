//go:build linux && (amd64 || arm64)

package main

import (
	"encoding/json"
	"encoding/xml"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"zerortc/turnserver/bench/load"
)

// TestReport: what is written can be read again and draws the same chart, which
// is XML, has a bar for each scenario that counts, with its goal, and says what was
// measured.
func TestReport(t *testing.T) {
	relay, plain := base(load.Relay), base(load.Up)
	relay.Burst, plain.Transport = 20, load.TCP
	r := report{Machine: machine{Processors: 2, Coturn: "4 <6>"}, Outcomes: []outcome{
		{Shape: base(load.Up), Pairs: []pair{pairOf(100, 50), pairOf(100, 90), pairOf(50, 40)}},
		{Shape: base(load.Down), Pairs: []pair{pairOf(100, 170)}},
		{Shape: relay, Pairs: []pair{pairOf(100, 40)}},
		{Shape: plain, Pairs: []pair{pairOf(100, 95)}},
		{Shape: base(load.Echo), Pairs: []pair{behind(pairOf(100, 95))}},
	}}
	for i := range r.Outcomes {
		r.Outcomes[i].conclude()
	}
	files := filepath.Join(t.TempDir(), "r.json")
	if err := r.write(files, files+".svg"); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(files)
	if err != nil {
		t.Fatal(err)
	}
	var again report
	if err := json.Unmarshal(text, &again); err != nil {
		t.Fatal(err)
	}
	svg, err := os.ReadFile(files + ".svg")
	if err != nil || string(svg) != chart(again) {
		t.Errorf("another chart from the file: %v", err)
	}
	for _, want := range []string{">0.80<", ">1.70<", `class="over"`, "none counted", "client → client, bursts of 20<", "client → peer, TCP<", ">2.0<", "prefers-color-scheme", "4 &lt;6&gt;"} {
		if !strings.Contains(string(svg), want) {
			t.Errorf("the chart lacks %q", want)
		}
	}
	drawn := elements(t, string(svg))
	if bars, goals := drawn["rect bar"]+drawn["rect over"], drawn["path goal"]; bars != 4 || goals != 2+1 || drawn["rect paper"] != 1 {
		t.Errorf("%d bars of 4, %d goals of 2 and the one that is explained, %v", bars, goals, drawn)
	}
}

// elements counts the elements of XML by name and class.
func elements(t *testing.T, text string) map[string]int {
	t.Helper()
	count := map[string]int{}
	for d := xml.NewDecoder(strings.NewReader(text)); ; {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return count
		}
		if err != nil {
			t.Fatalf("the chart: %v", err)
		}
		start, ok := token.(xml.StartElement)
		for _, a := range start.Attr {
			if ok && a.Name.Local == "class" {
				count[start.Name.Local+" "+a.Value]++
			}
		}
	}
}

// TestWhyNoneCounts: a scenario without a pair that counts says so and why, and has
// no figure.
func TestWhyNoneCounts(t *testing.T) {
	o := outcome{Shape: base(load.Up), Pairs: []pair{behind(pairOf(100, 50)), behind(pairOf(100, 90))}}
	o.conclude()
	const want = "none counted: the load reached 20000 packets/s with coturn, 1234 with zerortc, and should have 20000"
	if o.Uncounted != want || o.CPU != (spread{}) {
		t.Errorf("%q, %v", o.Uncounted, o.CPU)
	}
	var out strings.Builder
	if err := table(&out, []outcome{o}); err != nil {
		t.Fatal(err)
	}
	head, _, _ := strings.Cut(out.String(), "an allocation")
	if !strings.Contains(head, want) || strings.Contains(head, "0.00") {
		t.Errorf("the table says\n%s", &out)
	}
	never := outcome{Shape: base(load.Up)}
	if never.conclude(); never.Uncounted != "none counted: nothing was run" {
		t.Errorf("%q", never.Uncounted)
	}
}

// behind makes ours the one that the load was not reached with.
func behind(p pair) pair {
	p.Coturn.Load.Rate, p.Ours.Load.Rate, p.Ours.BehindItself = 20_000, 1234, true
	return p
}
