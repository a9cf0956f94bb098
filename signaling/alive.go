package signaling

import (
	"context"
	"fmt"
	"sync"
	"time"
)

// aliveWithin is how old the clock's last beat may be.
const aliveWithin = 5 * time.Second

// probe is a look at the rooms that may hang; those who ask meanwhile share it.
type probe struct {
	mu   sync.Mutex
	done chan struct{} // nil while there is none under way
}

// alive goes the way of a join, through the registry and a view, in a room that
// nobody can name. Whoever asks waits no longer than ctx.
func (h *hub) alive(ctx context.Context) error {
	if since := time.Since(h.crowd.began) - time.Duration(h.crowd.ticked.Load()); since > aliveWithin {
		return fmt.Errorf("the clock of the sockets stands still for %v", since.Round(time.Second))
	}
	select {
	case <-h.probe.run(h.look):
		return nil
	case <-ctx.Done():
		return fmt.Errorf("the rooms do not answer: %w", ctx.Err())
	}
}

// look changes nothing.
func (h *hub) look() {
	room := value{text: "\x00"} // no client's: names hold no control characters
	v := h.views.hold(room)
	defer h.views.release(v)
	_, _ = h.update(room, func(*record) error { return errUnchanged })
	v.info()
}

// run starts look unless that is under way, and returns what is closed at its end.
func (p *probe) run(look func()) <-chan struct{} {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.done == nil {
		done := make(chan struct{})
		p.done = done
		go func() {
			look()
			p.mu.Lock()
			p.done = nil
			p.mu.Unlock()
			close(done)
		}()
	}
	return p.done
}
