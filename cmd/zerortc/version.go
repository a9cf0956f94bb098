package main

import (
	"fmt"
	"runtime"
	"runtime/debug"
)

// version is what was built, from which commit, and with what.
func version() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "unknown"
	}
	commit := ""
	for _, s := range info.Settings {
		if s.Key == "vcs.revision" {
			commit = "commit " + s.Value + ", "
		}
	}
	return fmt.Sprintf("%s (%s%s, %s/%s)", release(), commit, info.GoVersion, runtime.GOOS, runtime.GOARCH)
}
