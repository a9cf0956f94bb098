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
	return fmt.Sprintf("%s (%s%s, %s/%s)", info.Main.Version, commit, info.GoVersion, runtime.GOOS, runtime.GOARCH)
}

// release is the version alone.
func release() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "unknown"
	}
	return info.Main.Version
}
