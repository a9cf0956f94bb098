// Package engine keeps the table of allocations, permissions and channels, and
// moves relayed data. It is pion/turn/v2 behind a fence, and the only package
// that imports it, so that a later major is a change in this folder.
//
// What comes in are calls, not a client's bytes: every message the library
// reads is one that this package built from checked values and signed with a
// key of its own. No attribute of a stranger reaches the library's decoders
// (which panic on some), no channel number outside the channel range reaches
// its table, and its nonces, users and error answers are a matter between this
// package and the library alone.
//
// What goes out are packets for the client, by the function given to Allocate,
// and the end of an allocation, by Close on the relay socket given to it.
//
// Who runs: the library's read loop, which takes one message after the other
// (conn.go), one goroutine of the library per allocation that reads the relay
// socket, and a timer per allocation. An Engine is safe for use by several
// goroutines; calls are served one at a time. A server has as many Engines as
// processors, and gives each its share of the allocations.
package engine

import (
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"sync"

	"github.com/pion/stun"
	"github.com/pion/turn/v2"
)

// The largest packets carried. Towards the client the limit is the library's
// fixed buffer: it cuts longer datagrams short, so the relay socket given to
// Allocate must drop them instead.
const (
	MaxPacket     = 2048 // a ChannelData message or Send indication from the client
	MaxFromPeer   = 1600 // a datagram from a peer
	realm         = "engine"
	user          = "gate"
	engineKeySize = 16
)

// Errors that tell the caller something it can answer with.
var (
	ErrClosed      = errors.New("engine is closed")
	ErrGone        = errors.New("allocation has ended")
	ErrChannelUsed = errors.New("channel is bound to another peer, or the peer to another channel")
)

// Engine is one table of allocations.
type Engine struct {
	library *turn.Server
	conn    *conn
	key     stun.MessageIntegrity

	mu          sync.Mutex     // one exchange with the library at a time; guards what follows
	ask, told   stun.Message   // what is said in it
	nonce       stun.Nonce     // the library's own
	relay       net.PacketConn // the socket of the Allocate under way
	allocations map[*Allocation]struct{}
	closing     bool

	ends sync.WaitGroup // relay sockets the library has not closed yet
}

// New starts an engine with an empty table.
func New(log *slog.Logger) (*Engine, error) {
	key := make([]byte, engineKeySize)
	if _, err := rand.Read(key); err != nil {
		return nil, fmt.Errorf("making the engine's key: %w", err)
	}
	e := &Engine{conn: newConn(), key: key, allocations: map[*Allocation]struct{}{}}
	library, err := turn.NewServer(turn.ServerConfig{
		Realm:         realm,
		AuthHandler:   e.authenticate,
		LoggerFactory: quiet{log},
		InboundMTU:    MaxPacket + messageOverhead,
		PacketConnConfigs: []turn.PacketConnConfig{{
			PacketConn:            e.conn,
			RelayAddressGenerator: generator{e},
			// Peers are judged before they get here; see the gate.
			PermissionHandler: func(net.Addr, net.IP) bool { return true },
		}},
	})
	if err != nil {
		return nil, fmt.Errorf("starting the engine: %w", err)
	}
	e.library = library
	return e, nil
}

// Close ends every allocation, waits until their relay sockets are closed, and
// leaves nothing running.
func (e *Engine) Close() {
	e.mu.Lock()
	e.closing = true
	for a := range e.allocations {
		a.stop()
	}
	e.mu.Unlock()
	// The library's Close only closes its packet connection, which ends the
	// read loop, which closes the allocations.
	_ = e.library.Close()
	e.ends.Wait()
}

// authenticate is the library's AuthHandler. It is never nil, since the
// library panics on the first signed request without one, and knows one user.
func (e *Engine) authenticate(username, inRealm string, _ net.Addr) ([]byte, bool) {
	return e.key, username == user && inRealm == realm
}

// generator hands the library the relay socket of the Allocate under way. The
// library asks on its read loop, while the caller of Allocate holds mu.
type generator struct{ e *Engine }

func (generator) Validate() error { return nil }

func (g generator) AllocatePacketConn(string, int) (net.PacketConn, net.Addr, error) {
	relay := g.e.relay
	g.e.relay = nil
	if relay == nil {
		return nil, nil, errors.New("no relay socket was prepared")
	}
	return relay, relay.LocalAddr(), nil
}

func (generator) AllocateConn(string, int) (net.Conn, net.Addr, error) {
	return nil, nil, errors.New("TCP relays are not served")
}
