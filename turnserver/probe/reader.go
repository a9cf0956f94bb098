package probe

import (
	"errors"
	"fmt"
	"syscall"

	"github.com/pion/stun"
)

// read runs until the connection ends or brings something no server may send.
func (c *Client) read() {
	var err error
	for err == nil {
		var frame []byte
		frame, err = c.frames.next()
		switch {
		case err == nil:
			err = c.take(frame)
		case !c.frames.reliable() && errors.Is(err, syscall.ECONNREFUSED):
			// An ICMP error on a UDP socket ends the calls, not the socket.
			c.fail(fmt.Errorf("probe: reading: %w", err))
			err = nil
		}
	}
	c.mu.Lock()
	c.err = fmt.Errorf("probe: reading: %w", err)
	c.mu.Unlock()
	close(c.done)
	c.fail(c.err)
}

// take hands one frame to whom it belongs.
func (c *Client) take(frame []byte) error {
	if isChannelData(frame) {
		p, err := parseChannelData(frame)
		if err == nil {
			c.deliver(p)
		}
		return err
	}
	m, err := parseMessage(frame)
	if err != nil {
		return err
	}
	switch m.Type.Class {
	case stun.ClassSuccessResponse, stun.ClassErrorResponse:
		c.answer(m)
		return nil
	case stun.ClassIndication:
		return c.indication(m)
	default:
		return fmt.Errorf("%w: a request", ErrMalformed)
	}
}

// answer wakes the call that waits for the transaction. Answers to no call are
// those to a retransmission or to a call that gave up.
func (c *Client) answer(m *stun.Message) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if ch, ok := c.waiting[m.TransactionID]; ok {
		delete(c.waiting, m.TransactionID)
		ch <- answer{msg: m} // never blocks: room for one, and we are the only one
	}
}

// fail ends all waiting calls.
func (c *Client) fail(err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for id, ch := range c.waiting {
		delete(c.waiting, id)
		ch <- answer{err: err}
	}
}

// deliver queues a packet for Receive.
func (c *Client) deliver(p Packet) {
	select {
	case c.packets <- p:
	default:
		c.dropped.Add(1)
	}
}
