//go:build linux && (amd64 || arm64)

package main

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"time"

	"golang.org/x/sys/unix"
)

// report is the whole of a contest: what -json writes and -svg draws.
type report struct {
	When     time.Time     `json:"when"`
	Machine  machine       `json:"machine"`
	Duration time.Duration `json:"duration_ns"` // of what counts in a run
	Outcomes []outcome     `json:"scenarios"`
}

// machine is what the figures were taken on, and of.
type machine struct {
	Processors int    `json:"processors"`
	Arch       string `json:"arch"`
	Kernel     string `json:"kernel"`
	Coturn     string `json:"coturn"`
	Ours       string `json:"zerortc"`
}

// machineOf asks the programs and the kernel; what does not answer is unknown.
func machineOf(coturn, ours string) machine {
	m := machine{Processors: runtime.NumCPU(), Arch: runtime.GOARCH, Kernel: "unknown"}
	var u unix.Utsname
	if unix.Uname(&u) == nil {
		m.Kernel = unix.ByteSliceToString(u.Release[:])
	}
	m.Coturn, m.Ours = version(coturn, "--version"), version(ours, "version")
	return m
}

// version is the last line that a program says when asked: coturn's is the bare
// number. Its exit code does not matter: coturn's is not 0.
func version(program string, args ...string) string {
	out, _ := exec.Command(program, args...).Output()
	lines := strings.Split(strings.TrimSpace(string(out)), "\n")
	if last := strings.TrimSpace(lines[len(lines)-1]); last != "" {
		return last
	}
	return "unknown"
}

// String is a line about the machine.
func (m machine) String() string {
	return fmt.Sprintf("%d processors (%s), Linux %s, coturn %s, %s", m.Processors, m.Arch, m.Kernel, m.Coturn, m.Ours)
}

// write puts the report into files; an empty name is none.
func (r report) write(jsonFile, svgFile string) error {
	if jsonFile != "" {
		text, err := json.MarshalIndent(r, "", "  ")
		if err != nil {
			return fmt.Errorf("encoding the report: %w", err)
		}
		if err := os.WriteFile(jsonFile, append(text, '\n'), 0o644); err != nil {
			return err
		}
	}
	if svgFile != "" {
		return os.WriteFile(svgFile, []byte(chart(r)), 0o644)
	}
	return nil
}
