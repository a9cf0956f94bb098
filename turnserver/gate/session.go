package gate

import (
	"net"
	"net/netip"
	"time"

	"github.com/pion/stun"

	"zerortc/turnserver/engine"
	"zerortc/turnserver/policy"
	"zerortc/turnserver/relay"
)

// session is a client's allocation as the gate sees it. Its fields are set
// before anybody but Handle's goroutine can meet it, granted excepted, which
// only that goroutine reads.
type session struct {
	user        string
	tuple       Tuple
	transaction [stun.TransactionIDSize]byte // of the Allocate request
	granted     []stun.Setter                // its answer
	relay       *relay.Socket
	allocation  *engine.Allocation
	opened      time.Time
}

func (g *Gate) session(of Tuple) *session {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.sessions[of]
}

// open makes an allocation of a relay socket.
func (g *Gate) open(r *request, socket *relay.Socket, lifetime time.Duration) (*session, error) {
	table, err := g.table()
	if err != nil {
		_ = socket.Close()
		return nil, err
	}
	s := &session{user: r.user, tuple: r.from, transaction: r.TransactionID, relay: socket, opened: time.Now()}
	g.mu.Lock()
	g.sessions[s.tuple] = s // now, since the allocation may end before Allocate returns
	g.mu.Unlock()
	sink := func(packet []byte) { g.sender.Send(packet, s.tuple) }
	s.allocation, err = table.Allocate(&guarded{Socket: socket, gate: g, session: s}, lifetime, sink)
	if err != nil {
		_ = socket.Close()
		g.forget(s)
		return nil, err
	}
	g.rules.Log.Info("allocation opened", "client", s.tuple.Client, "transport", s.tuple.Transport.String(),
		"user", clip(s.user), "relay", socket.Advertised(), "lifetime", lifetime)
	return s, nil
}

func (g *Gate) forget(s *session) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.sessions[s.tuple] == s {
		delete(g.sessions, s.tuple)
	}
}

// guarded is a relay socket whose packets are judged once more when they leave:
// a permission is for an address with all its ports, while on our own addresses
// only those of relays may be reached, and only while the relays live.
type guarded struct {
	*relay.Socket
	gate    *Gate
	session *session
}

// WriteTo implements net.PacketConn. A packet that cannot be sent is lost, as
// packets are; there is nobody to tell.
func (c *guarded) WriteTo(b []byte, to net.Addr) (int, error) {
	peer, ok := to.(*net.UDPAddr)
	if !ok || !c.gate.rules.judge(peer.AddrPort()).Allowed {
		c.gate.rules.count(peerDenied)
		return len(b), nil
	}
	_, _ = c.Socket.WriteTo(b, to)
	return len(b), nil
}

// Close implements net.PacketConn: the allocation has ended.
func (c *guarded) Close() error {
	c.gate.forget(c.session)
	c.gate.rules.Log.Info("allocation closed", "client", c.session.tuple.Client, "user", clip(c.session.user),
		"relay", c.Advertised(), "open", time.Since(c.session.opened).Round(time.Second))
	return c.Socket.Close()
}

// judge asks the policy about a peer.
func (r *Rules) judge(peer netip.AddrPort) policy.Verdict {
	return r.Peers.Permit(netip.AddrPortFrom(peer.Addr().Unmap(), peer.Port()), r.Own, r.Relays.Live)
}
