package main

import (
	"context"
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"

	"golang.org/x/sys/unix"
)

// usage is what a server has used up to now.
type usage struct {
	cpu    time.Duration // user and system, of all threads
	memory memory
}

// memory is in bytes.
type memory struct {
	Resident  int64 `json:"resident"`  // with the parts of the program that were needed
	Anonymous int64 `json:"anonymous"` // of it, what the server has for itself
	InUse     int64 `json:"inUse"`     // of that, heap and stacks in use; ours only: coturn does not tell
	Kernel    int64 `json:"kernel"`    // the kernel's own, of the whole machine: sockets, files
}

// since is what has come to it.
func (m memory) since(before memory) memory {
	return memory{m.Resident - before.Resident, m.Anonymous - before.Anonymous, m.InUse - before.InUse, m.Kernel - before.Kernel}
}

// each is the share of one of n.
func (m memory) each(n int) memory {
	by := int64(n)
	return memory{m.Resident / by, m.Anonymous / by, m.InUse / by, m.Kernel / by}
}

// usage asks the kernel about the server, and the server about its heap; about CPU
// last, since that answer costs some.
func (p *process) usage(ctx context.Context) (u usage, err error) {
	if u.memory, err = memoryOf(p.pid()); err != nil {
		return usage{}, err
	}
	if p.inUse != nil {
		if u.memory.InUse, err = p.inUse(ctx); err != nil {
			return usage{}, err
		}
	}
	u.cpu, err = cpuOf(p.pid())
	return u, err
}

// cpuOf reads the process's CPU-time clock, which counts nanoseconds of threads
// that have ended too; /proc/PID/stat has hundredths of a second. The number of
// the clock is that of clock_getcpuclockid(3).
func cpuOf(pid int) (time.Duration, error) {
	const perProcess = 2 // CPUCLOCK_SCHED
	var t unix.Timespec
	if err := unix.ClockGettime(int32(^pid<<3|perProcess), &t); err != nil {
		return 0, fmt.Errorf("reading the CPU time of process %d: %w", pid, err)
	}
	return time.Duration(t.Nano()), nil
}

// memoryOf is a process's memory, and the kernel's.
func memoryOf(pid int) (m memory, err error) {
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return memory{}, fmt.Errorf("reading the memory of process %d: %w", pid, err)
	}
	if m.Resident, err = kilobytes(string(status), "VmRSS:"); err == nil {
		m.Anonymous, err = kilobytes(string(status), "RssAnon:")
	}
	if err != nil {
		return memory{}, fmt.Errorf("process %d: %w", pid, err)
	}
	m.Kernel, err = kernelMemory()
	return m, err
}

// kernelMemory is what the kernel has for its own things, sockets among them.
func kernelMemory() (int64, error) {
	info, err := os.ReadFile("/proc/meminfo")
	if err != nil {
		return 0, fmt.Errorf("reading the memory of the kernel: %w", err)
	}
	return kilobytes(string(info), "Slab:")
}

// kilobytes finds a line such as "VmRSS:   12 kB", and tells it in bytes.
func kilobytes(text, name string) (int64, error) {
	for line := range strings.Lines(text) {
		rest, found := strings.CutPrefix(line, name)
		if !found {
			continue
		}
		n, err := strconv.ParseInt(strings.TrimSuffix(strings.TrimSpace(rest), " kB"), 10, 64)
		if err != nil {
			return 0, fmt.Errorf("%s %w", name, err)
		}
		return n << 10, nil
	}
	return 0, fmt.Errorf("there is no %s has the process ended?", name)
}
