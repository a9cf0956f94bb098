package main

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"strings"

	"golang.org/x/sys/unix"
)

// unmapProgram forgets which pages of the program's file this process has looked at
// (MADV_DONTNEED, madvise(2)). The kernel maps sixteen at a time, so that a start, which
// goes through all packages once, leaves nearly the whole file counted as ours; what
// runs afterwards needs a tenth of it, and finds it in the page cache.
func unmapProgram() {
	program, err := os.Readlink("/proc/self/exe")
	if err != nil {
		return
	}
	maps, err := os.Open("/proc/self/smaps")
	if err != nil {
		return
	}
	defer maps.Close()
	for _, part := range untouchedParts(maps, program) {
		// If the kernel does not want to, they stay.
		_, _, _ = unix.Syscall(unix.SYS_MADVISE, part.begin, part.end-part.begin, unix.MADV_DONTNEED)
	}
}

// span is a range of addresses.
type span struct{ begin, end uintptr }

// untouchedParts are the mappings of a file, as /proc/PID/smaps (proc_pid_smaps(5))
// tells them, whose pages are the same when they are read again: nobody can write
// them, and nobody has before, as the dynamic linker does that then takes the right
// to write away (RELRO).
func untouchedParts(smaps io.Reader, file string) (parts []span) {
	var part span
	ours := false
	for lines := bufio.NewScanner(smaps); lines.Scan(); {
		line := lines.Text()
		if begins, is := mapping(line, file); begins != (span{}) {
			part, ours = begins, is
			continue
		}
		var written int
		if n, _ := fmt.Sscanf(line, "Anonymous: %d kB", &written); n == 1 && ours && written == 0 {
			parts = append(parts, part)
		}
	}
	return parts
}

// mapping reads the line that begins a mapping, and tells whether it is of the file,
// private, and not to be written. Of any other line the span is empty.
func mapping(line, file string) (part span, ours bool) {
	var mode string
	if n, _ := fmt.Sscanf(line, "%x-%x %s", &part.begin, &part.end, &mode); n != 3 || len(mode) != 4 {
		return span{}, false
	}
	return part, strings.HasSuffix(line, " "+file) && strings.HasPrefix(mode, "r-") && mode[3] == 'p'
}
