//go:build unix

package main

import "syscall"

// descriptorLimit is how many files this process may open; 0 if nobody knows.
func descriptorLimit() uint64 {
	var limit syscall.Rlimit
	if syscall.Getrlimit(syscall.RLIMIT_NOFILE, &limit) != nil {
		return 0
	}
	return uint64(limit.Cur)
}
