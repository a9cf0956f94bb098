package main

import (
	"bytes"
	"debug/buildinfo"
	"fmt"
	"os/exec"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"strconv"
	"strings"
	"time"
)

// source is what is built: a commit.
type source struct {
	version string    // v1.2.3
	at      time.Time // of the commit
	given   bool      // the version is not the repository's
	host    string    // the program for this machine, which tells of itself
}

// newSource builds the program for this machine, to learn what the go command says
// of it.
func newSource(work, version string) (*source, error) {
	commit, err := output("git", "log", "-1", "--abbrev=12", "--format=%ct %h")
	if err != nil {
		return nil, err
	}
	stamp, hash, _ := strings.Cut(strings.TrimSpace(string(commit)), " ")
	seconds, err := strconv.ParseInt(stamp, 10, 64)
	if err != nil {
		return nil, fmt.Errorf("the time of the commit: %w", err)
	}
	s := &source{version: version, given: version != "", at: time.Unix(seconds, 0).UTC(), host: filepath.Join(work, "host")}
	if err := s.compile(target{os: runtime.GOOS, arch: runtime.GOARCH}, s.host); err != nil {
		return nil, err
	}
	info, err := buildinfo.ReadFile(s.host)
	if err != nil {
		return nil, err
	}
	switch {
	case s.given:
	case strings.HasPrefix(info.Main.Version, "v"):
		s.version = info.Main.Version
	default: // a work tree beside its clone, which the go command does not look into
		s.version, s.given = "v0.0.0-"+s.at.Format("20060102150405")+"-"+hash, true
		return s, s.compile(target{os: runtime.GOOS, arch: runtime.GOARCH}, s.host)
	}
	if !strings.HasPrefix(s.version, "v") {
		return nil, fmt.Errorf("version %q does not begin with v", s.version)
	}
	return s, nil
}

// packaged is the version as packages order it: what comes before a release sorts
// before it, and a dash would begin the number of the package.
func (s *source) packaged() string {
	return strings.ReplaceAll(strings.TrimPrefix(s.version, "v"), "-", "~")
}

// tell is what the program prints for these arguments.
func (s *source) tell(args ...string) ([]byte, error) { return output(s.host, args...) }

// modules are those the program at path was built from.
func modules(path string) ([]*debug.Module, error) {
	info, err := buildinfo.ReadFile(path)
	if err != nil {
		return nil, err
	}
	for i, m := range info.Deps {
		if m.Replace != nil {
			info.Deps[i] = m.Replace
		}
	}
	return info.Deps, nil
}

func output(name string, args ...string) ([]byte, error) {
	var complaint bytes.Buffer
	cmd := exec.Command(name, args...)
	cmd.Stderr = &complaint
	out, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("%s %s: %w\n%s", name, strings.Join(args, " "), err, complaint.String())
	}
	return out, nil
}
