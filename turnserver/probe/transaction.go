package probe

import (
	"context"
	"fmt"
	"time"

	"github.com/pion/stun"
)

// Retransmission of RFC 8489 section 6.2.1: a request is sent rc times, at 0,
// 1, 3, 7, 15, 31 and 63 RTO, and given up rm RTO after the last; over a stream
// it is sent once and given up after the same 79 RTO (39.5 s, section 6.2.2).
const (
	rc = 7
	rm = 16
)

// Do sends the request as it stands and waits for its answer. Nothing is added,
// corrected or tried again, unless an option says so. An error response comes
// back as the message and an Error.
func (c *Client) Do(ctx context.Context, m *stun.Message, opts ...Option) (*stun.Message, error) {
	var o options
	for _, set := range opts {
		set(&o)
	}
	if o.signed {
		return c.signed(ctx, m, o)
	}
	return c.exchange(ctx, m, nil)
}

// exchange is one transaction. key is what the answer has to be signed with;
// without one the answer's signature is not looked at.
func (c *Client) exchange(ctx context.Context, m *stun.Message, key stun.MessageIntegrity) (*stun.Message, error) {
	res, err := c.transact(ctx, m)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", m.Type.Method, err)
	}
	if err := checkResponse(m, res, key); err != nil {
		return res, err
	}
	return res, nil
}

// transact sends until the answer is there.
func (c *Client) transact(ctx context.Context, m *stun.Message) (*stun.Message, error) {
	ch, err := c.wait(m.TransactionID)
	if err != nil {
		return nil, err
	}
	defer c.forget(m.TransactionID)
	for wait := range c.pauses {
		if err := c.Write(m.Raw); err != nil {
			return nil, err
		}
		timer := time.NewTimer(wait)
		select {
		case a := <-ch:
			timer.Stop()
			return a.msg, a.err
		case <-ctx.Done():
			timer.Stop()
			return nil, ctx.Err()
		case <-timer.C:
		}
	}
	return nil, ErrTimeout
}

// pauses yields how long to wait for the answer each time the request was sent.
func (c *Client) pauses(yield func(time.Duration) bool) {
	if c.frames.reliable() {
		yield((1<<(rc-1) - 1 + rm) * c.cfg.RTO)
		return
	}
	for n := range rc - 1 {
		if !yield(c.cfg.RTO << n) {
			return
		}
	}
	yield(rm * c.cfg.RTO)
}

// wait registers a call; it is refused when the reader has ended or the
// transaction is in use.
func (c *Client) wait(id txID) (<-chan answer, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.err != nil {
		return nil, c.err
	}
	if _, used := c.waiting[id]; used {
		return nil, fmt.Errorf("probe: transaction %x is running already", id)
	}
	ch := make(chan answer, 1)
	c.waiting[id] = ch
	return ch, nil
}

func (c *Client) forget(id txID) {
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.waiting, id)
}
