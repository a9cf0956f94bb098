package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
)

// target is a kind of machine.
type target struct {
	os, arch string
	tuning   string            // what else the go command has to know
	label    string            // arch as people download it, if it is another word
	packages map[string]string // what each kind of package calls the architecture
}

var targets = []target{
	{os: "linux", arch: "amd64", tuning: "GOAMD64=v1", packages: map[string]string{"deb": "amd64", "rpm": "x86_64"}},
	{os: "linux", arch: "arm64", tuning: "GOARM64=v8.0", packages: map[string]string{"deb": "arm64", "rpm": "aarch64"}},
	{os: "linux", arch: "arm", tuning: "GOARM=7", label: "armv7", packages: map[string]string{"deb": "armhf", "rpm": "armv7hl"}},
	{os: "darwin", arch: "amd64", tuning: "GOAMD64=v1"},
	{os: "darwin", arch: "arm64", tuning: "GOARM64=v8.0"},
	{os: "windows", arch: "amd64", tuning: "GOAMD64=v1"},
}

func (t target) name() string {
	if t.label != "" {
		return t.os + "_" + t.label
	}
	return t.os + "_" + t.arch
}

// program is what the program is called there.
func (t target) program() string {
	if t.os == "windows" {
		return "zerortc.exe"
	}
	return "zerortc"
}

// built is a program and the folder it lies in.
type built struct {
	*source
	target
	folder, path string
}

func (s *source) build(t target, folder string) (*built, error) {
	if err := os.Mkdir(folder, 0o755); err != nil {
		return nil, err
	}
	path := filepath.Join(folder, t.program())
	return &built{s, t, folder, path}, s.compile(t, path)
}

// compile builds without a C compiler and without what is special about this
// folder or machine.
func (s *source) compile(t target, path string) error {
	flags := "-s -w"
	if s.given {
		flags += " -X main.given=" + s.version
	}
	// A setting of this machine must not leave out the commit.
	cmd := exec.Command("go", "build", "-buildvcs=auto", "-trimpath", "-tags", "urfave_cli_no_docs", "-ldflags", flags, "-o", path, "./cmd/zerortc")
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0", "GOFLAGS=", "GOEXPERIMENT=", "GOOS="+t.os, "GOARCH="+t.arch)
	if t.tuning != "" {
		cmd.Env = append(cmd.Env, t.tuning)
	}
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("building for %s/%s: %w\n%s", t.os, t.arch, err, out)
	}
	return nil
}
