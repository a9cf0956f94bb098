package main

import "runtime/debug"

// given is the version a builder gives by -ldflags "-X main.given=v1.2.3"; empty:
// the one that the go command has read from the repository.
var given string

// release is the version alone, such as v1.2.3.
func release() string {
	if given != "" {
		return given
	}
	if info, ok := debug.ReadBuildInfo(); ok {
		return info.Main.Version
	}
	return "unknown"
}
