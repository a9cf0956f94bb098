package main

import (
	"fmt"
	"os"
	"strings"
	"testing"
)

func TestWhatNobodyCanWriteIsGivenBack(t *testing.T) {
	const program = "/opt/zero rtc/zerortc"
	for line, want := range map[string]string{
		"00400000-00b6c000 r-xp 00000000 fe:00 99783                 /opt/zero rtc/zerortc":     "400000-b6c000",  // code
		"00b6c000-01437000 r--p 0076c000 fe:00 99783                 /opt/zero rtc/zerortc":     "b6c000-1437000", // constants
		"01437000-014bf000 rw-p 01037000 fe:00 99783                 /opt/zero rtc/zerortc":     "",               // variables: what was written would be lost
		"014bf000-03503000 rw-p 00000000 00:00 0 ":                                              "",
		"00b6c000-01437000 r--s 0076c000 fe:00 99783                 /opt/zero rtc/zerortc":     "", // shared with others
		"7fd1c4228000-7fd1c43b0000 r-xp 00028000 fe:00 1317          /usr/lib/libc.so.6":        "",
		"00400000-00b6c000 r-xp 00000000 fe:00 99784                 /opt/zero rtc/zerortc.old": "",
		"ffffffffff600000-ffffffffff601000 --xp 00000000 00:00 0                   [vsyscall]":  "",
		"": "",
	} {
		begin, end, ok := unwrittenPart(line, program)
		if got := fmt.Sprintf("%x-%x", begin, end); ok != (want != "") || ok && got != want {
			t.Errorf("%s: %s, %v", line, got, ok)
		}
	}
}

// Afterwards the process has less of its file, and still runs.
func TestProgramIsGivenBack(t *testing.T) {
	before := residentFile(t)
	unmapProgram()
	if after := residentFile(t); after > before-1024 {
		t.Errorf("%d KiB of files before, %d after", before, after)
	}
}

// residentFile is how much of files the process has, in KiB.
func residentFile(t *testing.T) (kib int) {
	t.Helper()
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(status)) {
		if _, err := fmt.Sscanf(line, "RssFile: %d kB", &kib); err == nil {
			return kib
		}
	}
	t.Fatalf("no RssFile in %s", status)
	return 0
}
