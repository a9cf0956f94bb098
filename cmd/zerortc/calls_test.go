package main

import (
	"bytes"
	"log/slog"
	"strings"
	"testing"
	"time"

	"zerortc/signaling"
)

func TestCallLog(t *testing.T) {
	var log bytes.Buffer
	calls := newCallLog(slog.New(slog.NewTextHandler(&log, nil)))
	calls.note(signaling.Joined{})
	calls.note(signaling.CallEnded{Room: "a1b2", Members: 2, Lasted: 90*time.Second + 1, Frames: 30, Why: "left"})
	if got := log.String(); !strings.HasSuffix(got, `msg="call ended" part=signaling room=a1b2 members=2 lasted=1m30s frames=30 why=left`+"\n") {
		t.Errorf("logged %s", got)
	}
	for range 10_000 {
		calls.note(signaling.CallEnded{})
	}
	if lines := strings.Count(log.String(), "\n"); lines > callLinesBurst+callLines {
		t.Errorf("%d lines", lines)
	}
	if calls.held.Load() == 0 {
		t.Error("nobody counts what is held back")
	}
}
