// Package gate judges every packet before the engine sees any of it, and
// writes every answer.
//
// What comes in: packets of one UDP socket or one TCP connection, each with its
// 5-tuple. What goes out: answers and relayed data, by a Sender. Between the two:
// data that the engine has granted a way goes it at once (data.go). Any other
// packet is read strictly (message.go), a request is authenticated
// (authenticate.go) and checked (allocate.go, refresh.go, permission.go,
// channel.go), and what is left is a call to the engine with checked values. An
// unauthenticated packet leaves nothing behind.
//
// The order of checks is: 401, 400 for half a credential, and 438; 441, 437, 420; for
// Allocate 300 or 508 while the server drains; 400, 442 and 440 attribute by
// attribute, in the order of RFC 8656 section 7.2; 443 and 403 for peers; 486 and 508.
//
// Who runs: one goroutine of the caller's calls Handle, one packet at a time. The
// loops that read sockets call Relay, and hand over what relays receive. Data that
// went the long way and the ends of allocations come on goroutines of the engine.
// One lock guards the table of sessions, another what a session is granted; nothing
// is called under them.
package gate

import (
	"errors"
	"net/netip"
	"sync"

	"github.com/pion/stun"

	"zerortc/turnserver/socket"
)

// Transport is how a client talks to the server.
type Transport uint8

// The transports served.
const (
	UDP Transport = iota
	TCP
	TLS // over TCP
)

// String implements fmt.Stringer.
func (t Transport) String() string { return [...]string{"udp", "tcp", "tls"}[t] }

// Tuple is a 5-tuple (RFC 8656 section 3): it names a client, and the
// allocation it may have.
type Tuple struct {
	Transport      Transport
	Client, Server netip.AddrPort
}

// Sender puts packets on the way to a client and tells whether it could. It is
// called by several goroutines, must not wait for the client, and must not keep
// the packet.
type Sender interface {
	// Send sends when the Out is flushed, or now if there is none. The packet stays as
	// it is until then.
	Send(packet []byte, to Tuple, sort Sort, out *socket.Out) bool
}

// Sort tells a Sender what it may drop.
type Sort bool

// The sorts of packets.
const (
	Answer Sort = false // to a request
	Media  Sort = true  // relayed: late is as bad as lost
)

// Gate is the way in of one UDP socket or one TCP connection.
type Gate struct {
	rules  *Rules
	sender Sender
	loops  *socket.Loops // read the relays

	ends ends // Handle's goroutine only

	mu       sync.RWMutex
	sessions map[Tuple]*session
}

// New makes a gate that lets nothing through yet.
func New(rules *Rules, sender Sender, loops *socket.Loops) *Gate {
	return &Gate{rules: rules, sender: sender, loops: loops, sessions: map[Tuple]*session{}}
}

// Handle deals with one packet. It may change it and does not keep it.
func (g *Gate) Handle(packet []byte, from Tuple) {
	switch {
	case len(packet) == 0:
		g.rules.count(malformed)
	case packet[0]>>6 == 0: // RFC 8656 section 12: the first two bits tell them apart
		g.message(packet, from)
	case packet[0]>>6 == 1:
		g.channelData(packet, from)
	default:
		g.rules.count(malformed)
	}
}

// Idle tells whether no client has an allocation here.
func (g *Gate) Idle() bool {
	g.mu.RLock()
	defer g.mu.RUnlock()
	return len(g.sessions) == 0
}

// Close ends the allocations for the reason. Handle must not be called again.
func (g *Gate) Close(why Reason) {
	for _, s := range g.all() {
		_ = s.end(why) // or it has ended by itself
	}
}

func (g *Gate) send(packet []byte, to Tuple, sort Sort, out *socket.Out) {
	if !g.sender.Send(packet, to, sort, out) {
		g.rules.count(undelivered)
	}
}

// message deals with a STUN message.
func (g *Gate) message(packet []byte, from Tuple) {
	m := messages.Get().(*stun.Message)
	defer giveBack(m)
	r, err := read(m, packet, from)
	if err != nil {
		g.rules.count(malformed)
		return
	}
	if r.isIndication() {
		g.indication(r)
		return
	}
	handle, known := handlers[r.Type.Method]
	if !known || !r.isRequest() {
		g.rules.count(malformed)
		return
	}
	attributes, err := handle(g, r)
	if err == nil {
		g.succeed(r, attributes)
		return
	}
	var why refusal
	if !errors.As(err, &why) {
		g.rules.Log.Error("request failed", "method", r.Type.Method.String(), "client", from.Client, "err", err)
		why = insufficientCapacity
	}
	g.refuse(r, why)
}
