package main

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
)

func TestWhatNobodyWroteIsGivenBack(t *testing.T) {
	const program = "/opt/zero rtc/zerortc"
	smaps := func(line, anonymous string) string {
		return line + "\nSize: 64 kB\nRss: 64 kB\nAnonymous: " + anonymous + " kB\nVmFlags: rd mr mw me\n"
	}
	for about, c := range map[string]struct {
		smaps string
		given bool
	}{
		"code":                        {smaps("00400000-00b6c000 r-xp 00000000 fe:00 99783     /opt/zero rtc/zerortc", "0"), true},
		"constants":                   {smaps("00400000-00b6c000 r--p 0076c000 fe:00 99783     /opt/zero rtc/zerortc", "0"), true},
		"constants that were written": {smaps("00400000-00b6c000 r--p 0076c000 fe:00 99783     /opt/zero rtc/zerortc", "4"), false},
		"variables":                   {smaps("00400000-00b6c000 rw-p 01037000 fe:00 99783     /opt/zero rtc/zerortc", "0"), false},
		"shared with others":          {smaps("00400000-00b6c000 r--s 0076c000 fe:00 99783     /opt/zero rtc/zerortc", "0"), false},
		"memory":                      {smaps("00400000-00b6c000 rw-p 00000000 00:00 0", "0"), false},
		"another file":                {smaps("00400000-00b6c000 r-xp 00000000 fe:00 99784     /opt/zero rtc/zerortc.old", "0"), false},
		"a library":                   {smaps("00400000-00b6c000 r-xp 00028000 fe:00 1317      /usr/lib/libc.so.6", "0"), false},
		"nothing":                     {"", false},
	} {
		var want []span
		if c.given {
			want = []span{{0x400000, 0xb6c000}}
		}
		for _, before := range []string{"", smaps("00300000-00400000 rw-p 00000000 00:00 0", "12")} {
			if got := untouchedParts(strings.NewReader(before+c.smaps), program); !slices.Equal(got, want) {
				t.Errorf("%s: %x, want %x", about, got, want)
			}
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
