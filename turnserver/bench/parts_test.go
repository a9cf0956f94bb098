//go:build linux && (amd64 || arm64)

package main

import (
	"bytes"
	"context"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"zerortc/turnserver/bench/load"
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

// pairOf takes so many microseconds of CPU a packet, coturn and ours.
func pairOf(theirs, ours int) pair {
	of := func(us int) run {
		return run{CPU: time.Duration(us) * 100 * time.Microsecond, Load: load.Result{Sent: 100, Delivered: 100}}
	}
	return pair{Coturn: of(theirs), Ours: of(ours)}
}

// TestRatio: the ratios are those of neighbours, not of medians, and of pairs
// that count.
func TestRatio(t *testing.T) {
	o := outcome{Shape: base(load.Up), Pairs: []pair{pairOf(100, 50), pairOf(100, 90), pairOf(50, 40), pairOf(1, 9)}}
	o.Pairs[3].Ours.BehindItself = true
	if got, want := cpu.ratio(o.counted()), (spread{0.8, 0.5, 0.9}); got != want {
		t.Errorf("%+v, want %+v", got, want)
	}
	o.conclude()
	var out bytes.Buffer
	if err := table(&out, []outcome{o}); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"up/udp/channel/100/burst-1/1000B/20000", "100.00", "0.80 (0.50 – 0.90)", "3 of 4"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("the table lacks %q:\n%s", want, &out)
		}
	}
}

func TestSets(t *testing.T) {
	for name, set := range map[string][]load.Shape{"quick": quick(), "sensible": sensible(), "everything": everything()} {
		if len(set) == 0 {
			t.Errorf("%s is empty", name)
		}
		for i, s := range set {
			if err := s.Check(); err != nil {
				t.Errorf("%s: %s: %v", name, s, err)
			}
			if slices.Contains(set[:i], s) {
				t.Errorf("%s: %s is there twice", name, s)
			}
		}
	}
}

func TestChoice(t *testing.T) {
	for flags, want := range map[string][]string{
		"-quick": {"up/udp/channel/100/burst-1/1000B/20000", "down/udp/channel/100/burst-1/1000B/20000",
			"echo/udp/channel/100/burst-1/1000B/20000", "relay/udp/channel/100/burst-1/1000B/20000"},
		"-quick -direction up -payload 500,160 -rate 9":                                               {"up/udp/channel/100/burst-1/500B/9", "up/udp/channel/100/burst-1/160B/9"},
		"-direction down -transport tls -kind indication -allocations 3 -burst 2 -payload 32 -rate 5": {"down/tls/indication/3/burst-2/32B/5"},
		"-burst twenty":   nil,
		"-direction left": nil,
	} {
		o, err := parse(strings.Fields(flags))
		if err != nil {
			t.Fatal(err)
		}
		shapes, err := o.choice.shapes(o.set())
		var got []string
		for _, s := range shapes {
			got = append(got, s.String())
		}
		if !slices.Equal(got, want) || (err != nil) != (want == nil) {
			t.Errorf("%s: %v, %v; want %v", flags, got, err, want)
		}
	}
}

func TestUsage(t *testing.T) {
	before, err := cpuOf(os.Getpid())
	if err != nil {
		t.Fatal(err)
	}
	for began := time.Now(); time.Since(began) < 5*time.Millisecond; { // work
	}
	after, err := cpuOf(os.Getpid())
	if err != nil || after <= before {
		t.Errorf("%v of CPU, then %v; %v", before, after, err)
	}
	m, err := memoryOf(os.Getpid())
	if err != nil || m.Anonymous <= 0 || m.Resident <= m.Anonymous || m.Kernel <= 0 {
		t.Errorf("%+v, %v", m, err)
	}
	for status, want := range map[string]int64{"Name:\tx\nVmRSS:\t  12 kB\n": 12 << 10, "Name:\tx\n": 0, "VmRSS:\tmuch\n": 0} {
		if got, err := kilobytes(status, "VmRSS:"); got != want || (err != nil) != (want == 0) {
			t.Errorf("%q: %d, %v", status, got, err)
		}
	}
	const metrics = "# TYPE x gauge\ngo_memstats_heap_inuse_bytes 3.244032e+06\n# HELP y\ngo_memstats_stack_inuse_bytes 786432\n"
	if got, err := inUseOf(metrics); got != 3244032+786432 || err != nil {
		t.Errorf("in use: %d, %v", got, err)
	}
	if _, err := inUseOf(metrics[:60]); err == nil {
		t.Error("half of the metrics is taken for all")
	}
}

// TestHeld: what many allocations hold is told for each, side by side.
func TestHeld(t *testing.T) {
	s := base(load.Up)
	s.Allocations = heldAtOnce
	p := pairOf(100, 50)
	p.Coturn.Allocation = memory{30 << 20, 25 << 20, 0, 30 << 20}.each(1024)
	p.Ours.Allocation = memory{24 << 20, 22 << 20, 20 << 20, 12 << 20}.since(memory{4 << 20, 4 << 20, 4 << 20, 4 << 20}).each(1024)
	var out bytes.Buffer
	if err := table(&out, []outcome{{Shape: s, Pairs: []pair{p}}}); err != nil {
		t.Fatal(err)
	}
	_, held, _ := strings.Cut(out.String(), "held, KiB")
	if got := strings.Fields(held); !slices.Equal(got[len(got)-7:], []string{"25.0", "18.0", "16.0", "30.0", "20.0", "30.0", "8.0"}) {
		t.Errorf("the table says %q", held)
	}
}

// TestStart: a server that ends at once is told with its last words, and its
// folder is gone.
func TestStart(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir())
	_, err := start(context.Background(), coturn("/bin/false"))
	if err == nil || !strings.Contains(err.Error(), "it ended") {
		t.Errorf("%v", err)
	}
	left, err := os.ReadDir(os.Getenv("TMPDIR"))
	if err != nil || len(left) > 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
}
