package oneport

import (
	"context"
	"crypto/tls"
	"net"
	"net/netip"
)

// handshake opens TLS. Computing it costs a lot, so only so many compute at once;
// the others wait their turn, which is soon. To wait for the client costs nothing
// but a place among the unsorted, where the oldest gives way.
func (p *Ports) handshake(conn *Conn) (*tls.Conn, error) {
	if p.tls == nil {
		p.refuse(conn, tlsIsOff)
		return nil, errNoTLS
	}
	ctx, cancel := context.WithTimeout(context.Background(), p.limits.Handshake)
	defer cancel()
	below := conn.Conn
	turns := &turns{Conn: below, ctx: ctx, slots: p.slots, from: p.sourceOf(conn)}
	conn.Conn = turns
	opened := tls.Server(conn, p.tls)
	err := opened.HandshakeContext(ctx)
	turns.rest()
	if turns.starved {
		p.refuse(conn, tooManyHandshakes)
	}
	if err != nil {
		return nil, err // and whatever the end of the time set off may still be closing it
	}
	conn.Conn = below // nobody else has it yet
	return opened, nil
}

// turns is a connection under a handshake, which holds a slot from when something
// of the client's has come to when more is wanted: while it computes. What a client
// does not say holds none, be it the rest of its hello or its next flight.
//
// Writing holds it too: all that is written in a handshake fits into the system's
// buffer.
type turns struct {
	net.Conn
	ctx   context.Context // of the handshake
	slots *places
	from  netip.Addr

	// The handshake's goroutine only.
	holds   bool
	starved bool // no turn came in time
}

// Read implements net.Conn.
func (t *turns) Read(b []byte) (int, error) {
	t.rest()
	n, err := t.Conn.Read(b)
	if err != nil {
		return n, err
	}
	if err := t.slots.wait(t.ctx, t.from); err != nil {
		t.starved = true
		return 0, err
	}
	t.holds = true
	return n, nil
}

// rest gives the slot back.
func (t *turns) rest() {
	if t.holds {
		t.slots.leave(t.from)
		t.holds = false
	}
}
