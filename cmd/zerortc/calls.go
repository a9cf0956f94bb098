package main

import (
	"log/slog"
	"sync/atomic"
	"time"

	"golang.org/x/time/rate"

	"zerortc/signaling"
)

// callLog has a line for every call that ends. Who joins and leaves all day must not
// be able to fill the log: beyond what a large office does, lines are held back and
// their number told.
type callLog struct {
	log   *slog.Logger
	brake *rate.Limiter
	held  atomic.Int64
}

const (
	callLines      = 10 // a second
	callLinesBurst = 200
)

func newCallLog(log *slog.Logger) *callLog {
	return &callLog{log: log.With("part", "signaling"), brake: rate.NewLimiter(callLines, callLinesBurst)}
}

// note writes the line if the event is the end of a call. A room is told by a hash:
// its name is all that is needed to enter.
func (c *callLog) note(e signaling.Event) {
	call, ended := e.(signaling.CallEnded)
	if !ended {
		return
	}
	if !c.brake.Allow() {
		c.held.Add(1)
		return
	}
	facts := []any{"room", call.Room, "members", call.Members, "lasted", call.Lasted.Round(time.Millisecond), "frames", call.Frames, "why", call.Why}
	if held := c.held.Swap(0); held > 0 {
		facts = append(facts, "heldBack", held)
	}
	c.log.Info("call ended", facts...)
}
