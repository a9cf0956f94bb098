package signaling

import (
	"testing"

	"go.uber.org/goleak"
)

// TestMain lets no test leave a goroutine behind: every socket's reader and
// writer end with it.
func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }
