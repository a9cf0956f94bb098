// Package state keeps on disk what must outlive the process.
//
// Folder names the state folder and touches nothing. TURNSecret and InviteSecret
// make the folder and a secret in it if they are missing, and are safe against any
// number of processes that do so at once.
package state

import (
	"path/filepath"
	"strings"
)

// Folder is the state folder: the one that was asked for, else systemd's, else
// the user's own. It is empty if none can be named.
func Folder(asked string, getenv func(string) string) string {
	if asked != "" {
		return asked
	}
	// systemd.exec(5): several directories are separated by colons.
	if first, _, _ := strings.Cut(getenv("STATE_DIRECTORY"), ":"); first != "" {
		return first
	}
	// The XDG base directory rules have relative paths ignored.
	if xdg := getenv("XDG_STATE_HOME"); filepath.IsAbs(xdg) {
		return filepath.Join(xdg, "zerortc")
	}
	if home := getenv("HOME"); filepath.IsAbs(home) {
		return filepath.Join(home, ".local", "state", "zerortc")
	}
	return ""
}
