package loadtest

import (
	"os"
	"runtime"
	"strings"
	"testing"
	"time"
)

func TestScheduleKeepsItsRate(t *testing.T) {
	begin := time.Now()
	s := schedule{begin, 4000}
	for n, want := range map[int]time.Duration{0: 0, 1: 250 * time.Microsecond, 4000: time.Second, 4000 * 3600: time.Hour} {
		if got := s.at(n).Sub(begin); got != want {
			t.Errorf("instant %d is after %v, want %v", n, got, want)
		}
	}
}

func TestLetter(t *testing.T) {
	l := newLetter(seat{"room", "a", "b"}, 800)
	frame := l.write(1234567890)
	if len(frame) != 800 || !strings.HasPrefix(string(frame), `{"cmd":"candidate","roomId":"room","uid":"a","remoteUid":"b","msg":"00000000499602d2xxx`) {
		t.Errorf("%d bytes: %s", len(frame), frame)
	}
	other := newLetter(seat{"room", "a", "b"}, 800)
	if stamp, ok := other.read(frame); !ok || stamp != 1234567890 {
		t.Errorf("read %d, %v", stamp, ok)
	}
	for name, change := range map[string]func([]byte) []byte{
		"shorter":        func(b []byte) []byte { return b[1:] },
		"longer":         func(b []byte) []byte { return append(b, ' ') },
		"changed before": func(b []byte) []byte { b[10]++; return b },
		"changed behind": func(b []byte) []byte { b[700]++; return b },
		"no stamp":       func(b []byte) []byte { b[l.stamp] = 'z'; return b },
	} {
		if _, ok := other.read(change([]byte(string(frame)))); ok {
			t.Errorf("%s: taken for what was sent", name)
		}
	}
	if n := len(newLetter(seat{roomName("00000000", 5), "a", "b"}, smallest).frame); n != smallest {
		t.Errorf("the smallest frame has %d bytes, want %d", n, smallest)
	}
}

func TestCPU(t *testing.T) {
	for stat, want := range map[string]time.Duration{
		"7 (zerortc) S 1 7 7 0 -1 4194560 2559 0 0 0 123 45 0 0 20 0 9 0 4711 1 2":      1680 * time.Millisecond,
		"7 (a) S 9 9 (b) R 1 7 7 0 -1 4194560 2559 0 0 0 1 2 0 0 20 0 9 0 4711 1 2 3 4": 30 * time.Millisecond,
	} {
		if got, err := cpuOf([]byte(stat)); err != nil || got != want {
			t.Errorf("%s: %v, %v, want %v", stat, got, err, want)
		}
	}
	for _, stat := range []string{"", "7 (zerortc) S 1", "7 (z) S 1 7 7 0 -1 4194560 2559 0 0 0 x 45 0 0"} {
		if got, err := cpuOf([]byte(stat)); err == nil {
			t.Errorf("%q: %v", stat, got)
		}
	}
}

func TestMemory(t *testing.T) {
	if got, err := memoryOf([]byte("Name:\tz\nVmHWM:\t  99 kB\nVmRSS:\t   12345 kB\n")); err != nil || got != 12345<<10 {
		t.Errorf("%d, %v", got, err)
	}
	for _, status := range []string{"", "VmRSS:\tmuch kB\n"} {
		if got, err := memoryOf([]byte(status)); err == nil {
			t.Errorf("%q: %d", status, got)
		}
	}
}

// TestUsage: on Linux the test's own process has used something; elsewhere it is
// said that it cannot be known.
func TestUsage(t *testing.T) {
	u, err := usageOf(os.Getpid())
	if runtime.GOOS != "linux" {
		if err == nil || !strings.Contains(err.Error(), "Linux only") {
			t.Errorf("%v", err)
		}
		return
	}
	if err != nil || u.memory < 1<<20 {
		t.Errorf("%+v, %v", u, err)
	}
	if _, err := usageOf(1 << 30); err == nil {
		t.Error("there is no such process")
	}
}

func TestPercentiles(t *testing.T) {
	l := newLatency()
	for i := range 1000 {
		l.record(time.Duration(i+1) * time.Millisecond)
	}
	l.record(-time.Second)
	l.record(time.Hour)
	p := l.percentiles()
	near := func(got, want float64) bool { return got > want*0.99 && got < want*1.01 }
	if p.Count != 1002 || !near(p.P50, 500) || !near(p.P99, 991) || !near(p.Max, 60_000) {
		t.Errorf("%+v", p)
	}
	if l.reset(); l.percentiles().Count != 0 {
		t.Error("not forgotten")
	}
}
