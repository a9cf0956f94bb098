//go:build systemd

package machine

import (
	"errors"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
)

const (
	release = "bookworm"
	mirror  = "http://deb.debian.org/debian"
	extra   = "systemd,systemd-sysv,dbus,ca-certificates,iproute2"
)

// debian is the root of a Debian with systemd. It is made once, which takes a
// minute, and kept in the user's cache; to have it made again, remove it.
func debian(t *testing.T) string {
	t.Helper()
	cache, err := os.UserCacheDir()
	if err != nil {
		t.Fatal(err)
	}
	folder := filepath.Join(cache, "zerortc-test")
	if err := os.MkdirAll(folder, 0o700); err != nil {
		t.Fatal(err)
	}
	root := filepath.Join(folder, "debian-"+release)
	lock, err := os.Create(root + ".lock")
	if err != nil {
		t.Fatal(err)
	}
	defer lock.Close() // and so gives the lock back
	if err := syscall.Flock(int(lock.Fd()), syscall.LOCK_EX); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(root); !errors.Is(err, fs.ErrNotExist) {
		return root
	}
	fresh := root + ".new"
	if err := os.RemoveAll(fresh); err != nil { // of a run that was ended
		t.Fatal(err)
	}
	t.Logf("making %s", root)
	out, err := exec.Command("debootstrap", "--variant=minbase", "--include="+extra, release, fresh, mirror).CombinedOutput()
	if err != nil {
		t.Fatalf("debootstrap: %v\n%s", err, out)
	}
	if err := os.Rename(fresh, root); err != nil {
		t.Fatal(err)
	}
	return root
}
