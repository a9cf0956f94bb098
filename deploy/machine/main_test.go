//go:build systemd

package machine

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"testing"
)

// packages is a folder with the package in two versions, the second of which comes
// with other settings than the first.
var packages string

const (
	first  = "zerortc_0.1.0-1"
	second = "zerortc_0.2.0-1"
)

func TestMain(m *testing.M) { os.Exit(buildAndRun(m)) }

func buildAndRun(m *testing.M) int {
	folder, err := os.MkdirTemp("", "zerortc-packages")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer os.RemoveAll(folder)
	packages = folder
	for _, version := range []string{"v0.1.0", "v0.2.0"} {
		if err := pack(version); err != nil {
			fmt.Fprintln(os.Stderr, err)
			return 1
		}
	}
	if err := changeSettings(file(second)); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return m.Run()
}

// file is the package of that name for this machine.
func file(name string) string {
	arch := map[string]string{"arm": "armhf"}[runtime.GOARCH]
	if arch == "" {
		arch = runtime.GOARCH
	}
	return filepath.Join(packages, name+"_"+arch+".deb")
}

func pack(version string) error {
	cmd := exec.Command("go", "run", "./deploy/release", "-only", "deb", "-targets", "linux/"+runtime.GOARCH, "-version", version, "-out", packages)
	cmd.Dir = filepath.Join("..", "..")
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("packing %s: %w\n%s", version, err, out)
	}
	return nil
}

// changeSettings gives a package another example of the settings, as a later version
// will have.
func changeSettings(deb string) error {
	tree := deb + ".tree"
	defer os.RemoveAll(tree)
	const add = `dpkg-deb -R "$0" "$1" && echo "# A setting of the next version" >> "$1/etc/zerortc/zerortc.yaml" && dpkg-deb --root-owner-group -b "$1" "$0"`
	if out, err := exec.Command("sh", "-c", add, deb, tree).CombinedOutput(); err != nil {
		return fmt.Errorf("changing %s: %w\n%s", deb, err, out)
	}
	return nil
}
