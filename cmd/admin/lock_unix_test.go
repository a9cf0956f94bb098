//go:build unix && !solaris && !illumos && !aix

package admin

import (
	"errors"
	"testing"
	"testing/synctest"
	"time"
)

// Who holds the folder for ever keeps nobody from starting, and who lets go soon is
// waited for.
func TestFolderThatIsHeld(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		folder := t.TempDir()
		release, err := lock(folder)
		if err != nil {
			t.Fatal(err)
		}
		begin := time.Now()
		if _, err := Listen(folder, quiet); !errors.Is(err, ErrInUse) {
			t.Errorf("while it is held: %v", err)
		}
		if took := time.Since(begin); took < lockWithin || took > 2*lockWithin {
			t.Errorf("waited for %v", took)
		}
		time.AfterFunc(lockWithin/2, release)
		unlock, err := lock(folder)
		if err != nil {
			t.Fatalf("after it was let go: %v", err)
		}
		unlock()
	})
}
