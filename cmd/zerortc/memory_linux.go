package main

import (
	"bufio"
	"fmt"
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
	maps, err := os.Open("/proc/self/maps")
	if err != nil {
		return
	}
	defer maps.Close()
	for lines := bufio.NewScanner(maps); lines.Scan(); {
		begin, end, ok := unwrittenPart(lines.Text(), program)
		if ok {
			// Pages that nobody can write are the same when they are read again. If the
			// kernel does not want to, they stay.
			_, _, _ = unix.Syscall(unix.SYS_MADVISE, begin, end-begin, unix.MADV_DONTNEED)
		}
	}
}

// unwrittenPart is the range that a line of /proc/PID/maps (proc_pid_maps(5)) tells of,
// if it is a part of that file which cannot be written.
func unwrittenPart(line, file string) (begin, end uintptr, ok bool) {
	var mode, offset, device, inode string
	n, _ := fmt.Sscanf(line, "%x-%x %s %s %s %s", &begin, &end, &mode, &offset, &device, &inode)
	return begin, end, n == 6 && begin < end && strings.HasSuffix(line, " "+file) && strings.HasPrefix(mode, "r-") && strings.HasSuffix(mode, "p")
}
