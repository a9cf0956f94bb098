package loadtest

import (
	"bytes"
	"fmt"
	"os"
	"runtime"
	"strconv"
	"strings"
	"time"
)

// usage is what a process has used up to now.
type usage struct {
	cpu    time.Duration // user and system
	memory int64         // resident bytes
}

// tick is the unit of times in /proc: USER_HZ, which is 100 on every machine
// that Go runs on.
const tick = time.Second / 100

// usageOf reads the usage of a process from /proc, which only Linux has so.
func usageOf(pid int) (usage, error) {
	if runtime.GOOS != "linux" {
		return usage{}, fmt.Errorf("CPU and memory of a process can be read on Linux only; leave --pid away on %s", runtime.GOOS)
	}
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return usage{}, fmt.Errorf("reading the CPU time of process %d: %w", pid, err)
	}
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return usage{}, fmt.Errorf("reading the memory of process %d: %w", pid, err)
	}
	cpu, err := cpuOf(stat)
	if err != nil {
		return usage{}, fmt.Errorf("process %d: %w", pid, err)
	}
	memory, err := memoryOf(status)
	if err != nil {
		return usage{}, fmt.Errorf("process %d: %w", pid, err)
	}
	return usage{cpu, memory}, nil
}

// cpuOf adds up utime and stime, fields 14 and 15 of stat (proc(5)). The second
// field is the program's name in brackets, in which anything may stand.
func cpuOf(stat []byte) (time.Duration, error) {
	const afterName = 2 // the field behind the name is the third
	fields := strings.Fields(string(stat[bytes.LastIndexByte(stat, ')')+1:]))
	if len(fields) < 15-afterName {
		return 0, fmt.Errorf("stat has %d fields", len(fields)+afterName)
	}
	var ticks int64
	for _, field := range fields[14-1-afterName : 15-afterName] {
		n, err := strconv.ParseInt(field, 10, 64)
		if err != nil {
			return 0, fmt.Errorf("a time in stat: %w", err)
		}
		ticks += n
	}
	return time.Duration(ticks) * tick, nil
}

// memoryOf is VmRSS of status.
func memoryOf(status []byte) (int64, error) {
	for line := range strings.Lines(string(status)) {
		rest, found := strings.CutPrefix(line, "VmRSS:")
		if !found {
			continue
		}
		kilobytes, err := strconv.ParseInt(strings.TrimSuffix(strings.TrimSpace(rest), " kB"), 10, 64)
		if err != nil {
			return 0, fmt.Errorf("VmRSS in status: %w", err)
		}
		return kilobytes << 10, nil
	}
	return 0, fmt.Errorf("no VmRSS in status: has the process ended?")
}
