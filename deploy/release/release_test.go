//go:build release

package main

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"encoding/json"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// clone is the commit in a folder of its own.
func clone(t *testing.T, name string) string {
	t.Helper()
	folder := filepath.Join(t.TempDir(), name)
	if out, err := exec.Command("git", "clone", "--quiet", "--no-hardlinks", filepath.Join("..", ".."), folder).CombinedOutput(); err != nil {
		t.Fatalf("git clone: %v\n%s", err, out)
	}
	return folder
}

// release makes what is given away in a clone, and tells its sums.
func release(t *testing.T, folder string, env []string, args ...string) map[string]string {
	t.Helper()
	cmd := exec.Command("go", append([]string{"run", "./deploy/release"}, args...)...)
	cmd.Dir, cmd.Env = folder, append(os.Environ(), env...)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("release: %v\n%s", err, out)
	}
	content, err := os.ReadFile(filepath.Join(folder, "dist", "SHA256SUMS"))
	if err != nil {
		t.Fatal(err)
	}
	sums := map[string]string{}
	for line := range strings.Lines(string(content)) {
		sum, name, _ := strings.Cut(strings.TrimSpace(line), "  ")
		sums[name] = sum
	}
	return sums
}

// Two builds at the same commit, in two folders, the second one from nothing, are
// the same; and each thing is what it says it is.
func TestRelease(t *testing.T) {
	here := clone(t, "here")
	all := release(t, here, nil)
	dist := filepath.Join(here, "dist")
	check := exec.Command("sha256sum", "--check", "--strict", "--quiet", "SHA256SUMS")
	check.Dir = dist
	if out, err := check.CombinedOutput(); err != nil {
		t.Errorf("%v\n%s", err, out)
	}
	t.Run("complete", func(t *testing.T) { complete(t, all) })
	t.Run("archive", func(t *testing.T) { archive(t, one(t, dist, "*_linux_amd64.tar.gz")) })
	t.Run("materials", func(t *testing.T) { materials(t, one(t, dist, "*_linux_amd64.cdx.json")) })
	t.Run("deb", func(t *testing.T) {
		deb(t, one(t, dist, "*_amd64.deb"), one(t, dist, "*_arm64.deb"), one(t, dist, "*_armhf.deb"))
	})
	t.Run("rpm", func(t *testing.T) { rpm(t, one(t, dist, "*.x86_64.rpm")) })
	t.Run("again", func(t *testing.T) {
		again := release(t, clone(t, "elsewhere"), []string{"GOCACHE=" + t.TempDir(), "TZ=Asia/Tokyo"}, "-targets", "linux/amd64")
		if len(again) != 4 {
			t.Errorf("made are %v", again)
		}
		for name, sum := range again {
			if all[name] != sum {
				t.Errorf("%s is another file", name)
			}
		}
	})
}

func one(t *testing.T, dist, pattern string) string {
	t.Helper()
	found, err := filepath.Glob(filepath.Join(dist, pattern))
	if err != nil || len(found) != 1 {
		t.Fatalf("%s: %s, %v", pattern, found, err)
	}
	return found[0]
}

func complete(t *testing.T, all map[string]string) {
	for _, ending := range []string{
		"_linux_amd64.tar.gz", "_linux_arm64.tar.gz", "_linux_armv7.tar.gz", "_darwin_amd64.tar.gz", "_darwin_arm64.tar.gz", "_windows_amd64.zip",
		"_linux_amd64.cdx.json", "_linux_arm64.cdx.json", "_linux_armv7.cdx.json", "_darwin_amd64.cdx.json", "_darwin_arm64.cdx.json", "_windows_amd64.cdx.json",
		"_amd64.deb", "_arm64.deb", "_armhf.deb", ".x86_64.rpm", ".aarch64.rpm", ".armv7hl.rpm",
	} {
		found := 0
		for name := range all {
			if strings.HasPrefix(name, "zerortc") && strings.HasSuffix(name, ending) {
				found++
			}
		}
		if found != 1 {
			t.Errorf("%d files end with %s", found, ending)
		}
	}
	if len(all) != 18 {
		t.Errorf("%d files: %v", len(all), all)
	}
}

// archive holds the program, which runs, and what belongs to it.
func archive(t *testing.T, path string) {
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	squeezed, err := gzip.NewReader(bytes.NewReader(content))
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	program := filepath.Join(t.TempDir(), "zerortc")
	for r := tar.NewReader(squeezed); ; {
		header, err := r.Next()
		if err == io.EOF {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		name := filepath.Base(header.Name)
		names = append(names, name)
		text, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		switch name {
		case "zerortc":
			if err := os.WriteFile(program, text, header.FileInfo().Mode()); err != nil {
				t.Fatal(err)
			}
		case "LICENSES.txt":
			if !strings.Contains(string(text), "github.com/pion/turn/v2 v2") || !strings.Contains(string(text), "\nGo go1.") {
				t.Error("the licenses are not those of what is in it")
			}
		}
	}
	for _, want := range []string{"zerortc", "LICENSE", "LICENSES.txt", "README.md", "zerortc.example.yaml", "zerortc.service", "zerortc.8", "zerortc.bash"} {
		if !slices.Contains(names, want) {
			t.Errorf("it lacks %s", want)
		}
	}
	if out, err := exec.Command(program, "version").CombinedOutput(); err != nil || !strings.Contains(string(out), " v") {
		t.Errorf("version: %v, %s", err, out)
	}
}

// materials name every module that is in the program.
func materials(t *testing.T, path string) {
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var list bill
	if err := json.Unmarshal(content, &list); err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, c := range list.Components {
		names = append(names, c.Name)
		if c.PURL != "pkg:golang/"+c.Name+"@"+c.Version || c.Version == "" {
			t.Errorf("%+v", c)
		}
	}
	for _, want := range []string{"std", "github.com/pion/turn/v2", "github.com/gorilla/websocket", "github.com/urfave/cli/v2"} {
		if !slices.Contains(names, want) {
			t.Errorf("it lacks %s", want)
		}
	}
	if slices.Contains(names, "github.com/cpuguy83/go-md2man/v2") {
		t.Error("what only writes manuals is in the program")
	}
}

// deb: Debian's own judge has nothing against it that is not explained beside the
// package.
func deb(t *testing.T, paths ...string) {
	for _, path := range paths {
		out, err := exec.Command("lintian", "--allow-root", "--pedantic", "--display-info", "--fail-on", "error,warning,info,pedantic", path).CombinedOutput()
		if err != nil {
			t.Errorf("lintian %s: %v\n%s", filepath.Base(path), err, out)
		}
	}
}

func rpm(t *testing.T, path string) {
	query := func(args ...string) string {
		out, err := exec.Command("rpm", append(args, "--package", path)...).Output()
		if err != nil {
			t.Fatalf("rpm %s: %v", args, err)
		}
		return string(out)
	}
	files := query("--query", "--list")
	for _, want := range []string{"/usr/bin/zerortc", "/usr/lib/systemd/system/zerortc.service", "/usr/lib/sysusers.d/zerortc.conf", "/usr/share/man/man8/zerortc.8.gz"} {
		if !strings.Contains(files, want+"\n") {
			t.Errorf("it lacks %s", want)
		}
	}
	if got := query("--query", "--configfiles"); got != "/etc/zerortc/zerortc.yaml\n" {
		t.Errorf("its settings are %s", got)
	}
	if got := query("--query", "--scripts"); !strings.Contains(got, "systemd-sysusers zerortc.conf") || !strings.Contains(got, "disable --now") {
		t.Errorf("its scripts are\n%s", got)
	}
}
