package turnserver

import (
	"errors"
	"io"
	"net"
	"os"
	"testing"
	"time"
)

// A connection too many is closed at once, and counted by its reason.
func TestConnectionsBeyondTheLimits(t *testing.T) {
	for why, limit := range map[string]func(*crowd){
		"max-connections":             func(c *crowd) { c.most = 1 },
		"max-connections-per-address": func(c *crowd) { c.perAddress = 1 },
	} {
		s := start(t, settings(), func(s *Server) { limit(s.crowd) })
		allocated(t, s, "tcp")
		second, err := net.Dial("tcp", s.at("127.0.0.1"))
		must(t, err)
		defer second.Close()
		_ = second.SetReadDeadline(time.Now().Add(5 * time.Second)) // sooner than who says nothing is closed
		if _, err := io.ReadAll(second); errors.Is(err, os.ErrDeadlineExceeded) {
			t.Errorf("%s: the second is kept", why)
		}
		eventually(t, why, func() bool { return s.Refused()[why] == 1 })
	}
}
