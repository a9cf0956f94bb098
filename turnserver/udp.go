package turnserver

import (
	"context"
	"fmt"

	"zerortc/turnserver/gate"
	"zerortc/turnserver/socket"
)

// front is a UDP socket of clients. Data is passed on where it is read, on a
// loop's goroutine. Whatever asks for more, a credential to be checked above all,
// waits for a goroutine of its own: a flood of requests must not delay media.
type front struct {
	socket   *socket.UDP
	gate     *gate.Gate
	rules    *gate.Rules
	loops    *socket.Loops
	requests *waiting // STUN requests
	doubtful *waiting // data that is not a loop's to pass on
}

// How many packets wait at most. A request is answered within some 50 microseconds;
// a client asks again after half a second.
const (
	requestsWaiting = 1024
	doubtfulWaiting = 64
)

func newFront(u *socket.UDP, rules *gate.Rules, loops *socket.Loops) *front {
	return &front{
		socket: u, rules: rules, loops: loops, gate: gate.New(rules, datagrams{u}, loops),
		requests: newWaiting(requestsWaiting), doubtful: newWaiting(doubtfulWaiting),
	}
}

// take takes a packet from a loop.
func (f *front) take(p *socket.Packet, out *socket.Out) {
	from := gate.Tuple{Transport: gate.UDP, Client: p.From, Server: p.At}
	if f.gate.Relay(p, from, out) {
		return
	}
	queue := f.requests
	if gate.IsData(p.Data()) {
		queue = f.doubtful
	}
	queue.put(p.Data(), from, f.rules)
}

// serve has the loops read the socket, and deals with what waits, until the context
// ends; then the allocations end.
func (f *front) serve(ctx context.Context) error {
	defer f.gate.Close(gate.Stopped)
	if err := f.loops.Add(f.socket, f.take); err != nil {
		return fmt.Errorf("reading udp %v: %w", f.socket.Local(), err)
	}
	for {
		select {
		case <-ctx.Done():
			return nil
		case l := <-f.requests.letters:
			f.handle(f.requests, l)
		case l := <-f.doubtful.letters:
			f.handle(f.doubtful, l)
		}
	}
}

func (f *front) handle(queue *waiting, l *letter) {
	f.gate.Handle(l.packet, l.from)
	queue.done(l)
}

// datagrams sends by a UDP socket. What the system will not take is lost.
type datagrams struct{ socket *socket.UDP }

// Send implements gate.Sender.
func (d datagrams) Send(packet []byte, to gate.Tuple, _ gate.Sort, out *socket.Out) bool {
	if out == nil {
		return d.socket.Write(packet, to.Client, to.Server) == nil
	}
	out.Add(d.socket, packet, to.Client, to.Server)
	return true
}
