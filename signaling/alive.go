package signaling

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// aliveWithin is how old the clock's last beat may be.
const aliveWithin = 5 * time.Second

// alive goes the way of a join, through the registry and a view, in a room that
// nobody can name. Whoever asks waits no longer than ctx; a probe that hangs is
// not joined by others.
func (h *hub) alive(ctx context.Context) error {
	if since := time.Since(h.crowd.began) - time.Duration(h.crowd.ticked.Load()); since > aliveWithin {
		return fmt.Errorf("the clock of the sockets stands still for %v", since.Round(time.Second))
	}
	probed := make(chan struct{}, 1)
	if !h.probing.CompareAndSwap(false, true) {
		return errors.New("an earlier probe of the rooms hangs")
	}
	go func() {
		defer h.probing.Store(false)
		room := value{text: "\x00"} // no client's: names hold no control characters
		v := h.views.hold(room)
		_, _ = h.update(room, func(*record) error { return errUnchanged })
		h.views.release(v)
		probed <- struct{}{}
	}()
	select {
	case <-probed:
		return nil
	case <-ctx.Done():
		return fmt.Errorf("the rooms do not answer: %w", ctx.Err())
	}
}
