package main

import (
	"bytes"
	"strings"
	"testing"

	"zerortc/signaling/loadtest"
)

func TestMedian(t *testing.T) {
	for _, test := range []struct {
		of   []float64
		want float64
	}{{nil, 0}, {[]float64{3}, 3}, {[]float64{9, 1, 2}, 2}, {[]float64{4, 1, 2, 9}, 3}} {
		if got := median(test.of); got != test.want {
			t.Errorf("%v: %g, want %g", test.of, got, test.want)
		}
	}
}

// TestTable: the ratios are those of neighbours, not of medians.
func TestTable(t *testing.T) {
	reports := func(values ...float64) (out []*loadtest.Report) {
		for _, v := range values {
			out = append(out, &loadtest.Report{Processes: []loadtest.Process{{CPUPerFrame: v}}})
		}
		return out
	}
	c := aCase{ours: side{name: "zerortc"}, theirs: side{name: "bare"}, figures: []figure{cpu}}
	var out bytes.Buffer
	if err := table(&out, c, reports(50, 90, 40), reports(100, 100, 50)); err != nil {
		t.Fatal(err)
	}
	if got := strings.Join(strings.Fields(out.String()), " "); !strings.HasSuffix(got, "µs 50.00 100.00 0.80 0.50 0.90") {
		t.Errorf("%s", got)
	}
}

func TestURL(t *testing.T) {
	for line, want := range map[string]string{
		"  signaling  ws://127.0.0.1:40123/ws":   "ws://127.0.0.1:40123/ws",
		"ws://127.0.0.1:40123/ws":                "ws://127.0.0.1:40123/ws",
		"  signaling  wss://192.168.1.7:9001/ws": "",
		"zerortc is ready":                       "",
	} {
		if got := urlIn(line); got != want {
			t.Errorf("%q: %q, want %q", line, got, want)
		}
	}
}
