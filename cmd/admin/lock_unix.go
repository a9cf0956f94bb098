//go:build unix && !solaris && !illumos && !aix

package admin

import (
	"errors"
	"os"
	"syscall"
	"time"
)

// Another server holds the lock for an instant. Whoever holds it longer must not
// keep this one from serving, so it is not waited for without end.
const (
	lockWithin = 2 * time.Second
	lockAgain  = 20 * time.Millisecond
)

// lock keeps other processes out of what is done under it in folder. It is ErrInUse
// if another does not let go.
func lock(folder string) (unlock func(), err error) {
	f, err := os.Open(folder)
	if err != nil {
		return nil, err
	}
	for begin := time.Now(); ; time.Sleep(lockAgain) {
		err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
		if err == nil {
			return func() { _ = f.Close() }, nil
		}
		if held := errors.Is(err, syscall.EWOULDBLOCK) || errors.Is(err, syscall.EINTR); !held {
			_ = f.Close()
			return nil, &os.PathError{Op: "locking", Path: folder, Err: err}
		}
		if time.Since(begin) > lockWithin {
			_ = f.Close()
			return nil, ErrInUse
		}
	}
}
