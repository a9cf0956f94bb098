package turnserver

import (
	"bytes"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"zerortc/turnserver/auth"
)

func TestBuffers(t *testing.T) {
	for _, test := range []struct {
		asked, given int
		remedy       bool
	}{
		{4 << 20, 4 << 20, false},
		{4 << 20, 8 << 20, false},
		{4 << 20, 212992, true},
	} {
		said := fmt.Sprint(buffers(test.asked, test.given)...)
		if strings.Contains(said, "net.core.rmem_max=4194304") != test.remedy {
			t.Errorf("%d of %d: %s", test.given, test.asked, said)
		}
	}
}

// TestBuffersAreTold once at the start, not for each socket.
func TestBuffersAreTold(t *testing.T) {
	var said bytes.Buffer
	cfg := settings()
	s, err := Listen(cfg, auth.New(cfg.Realm, cfg.Users, cfg.Secrets), slog.New(slog.NewTextHandler(&said, nil)))
	must(t, err)
	s.Close()
	given := strings.Count(said.String(), "given-kib=")
	if known := strings.Contains(said.String(), "asked-kib=4096"); known && given != 1 || !known && given != 0 {
		t.Errorf("told %d times:\n%s", given, &said)
	}
}
