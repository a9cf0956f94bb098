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
// is XML and says what was measured.
func TestReport(t *testing.T) {
	r := report{Machine: machine{Processors: 2, Coturn: "4 <6>"}, Outcomes: []outcome{
		{Shape: base(load.Up), Pairs: []pair{pairOf(100, 50), pairOf(100, 90), pairOf(50, 40)}},
		{Shape: base(load.Down), Pairs: []pair{pairOf(100, 170)}},
		{Shape: base(load.Echo)},
	}}
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
	for _, want := range []string{">0.80<", ">1.70<", `class="over"`, "the load was not reached", "up/udp/channel", ">2.0<", "prefers-color-scheme"} {
		if !strings.Contains(string(svg), want) {
			t.Errorf("the chart lacks %q", want)
		}
	}
	for d := xml.NewDecoder(strings.NewReader(string(svg))); ; {
		if _, err := d.Token(); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			t.Fatalf("the chart: %v", err)
		}
	}
}
