//go:build unix && !solaris && !illumos && !aix

package admin

import (
	"os"
	"syscall"
)

// lock keeps other processes out of what is done under it in folder.
func lock(folder string) (unlock func(), err error) {
	f, err := os.Open(folder)
	if err != nil {
		return nil, err
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX); err != nil {
		_ = f.Close()
		return nil, &os.PathError{Op: "locking", Path: folder, Err: err}
	}
	return func() { _ = f.Close() }, nil
}
