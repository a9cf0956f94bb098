package selftest

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net/netip"
	"time"

	"zerortc/turnserver/probe"
)

// User is a credential for TURN.
type User struct{ Name, Password string }

// ErrForbidden says that everything worked up to the point where the peer policy
// would not let one relay reach the other.
var ErrForbidden = errors.New("the peer policy forbids relays to reach one another")

// Relay opens two allocations at the server, the first over UDP, the second over
// TCP, has a packet go from the one to the other and back through both relays,
// gives the allocations back and tells how long the packet took. It has patience
// for a few seconds.
func Relay(whole context.Context, server netip.AddrPort, realm string, users [2]User) (time.Duration, error) {
	ctx, cancel := context.WithTimeout(whole, patience)
	defer cancel()
	a, err := open(ctx, "udp", server, realm, users[0])
	if err != nil {
		return 0, fmt.Errorf("udp %v: %w", server, err)
	}
	defer a.close(whole)
	b, err := open(ctx, "tcp", server, realm, users[1])
	if err != nil {
		return 0, fmt.Errorf("tcp %v: %w", server, err)
	}
	defer b.close(whole)
	took, err := between(ctx, a, b)
	if err != nil {
		return 0, fmt.Errorf("between relays at %v: %w", server.Addr(), err)
	}
	return took, nil
}

// side is a client with an allocation.
type side struct {
	client  *probe.Client
	relayed netip.AddrPort
}

func open(ctx context.Context, network string, server netip.AddrPort, realm string, user User) (side, error) {
	client, err := probe.Dial(ctx, probe.Config{
		Network: network, Server: server.String(), Username: user.Name, Password: user.Password, Realm: realm,
	})
	if err != nil {
		return side{}, err
	}
	allocation, err := client.Allocate(ctx, probe.AllocateOptions{})
	if err != nil {
		_ = client.Close()
		return side{}, err
	}
	return side{client, allocation.Relayed}, nil
}

// goodbye is how long giving an allocation back may take.
const goodbye = time.Second

// close gives the allocation back, also after a test that took too long, but not
// when all is to end.
func (s side) close(whole context.Context) {
	ctx, cancel := context.WithTimeout(whole, goodbye)
	defer cancel()
	_, _ = s.client.Refresh(ctx, 0) // what is not given back ends by itself
	_ = s.client.Close()
}

func between(ctx context.Context, a, b side) (time.Duration, error) {
	for _, way := range [][2]side{{a, b}, {b, a}} {
		err := way[0].client.CreatePermission(ctx, way[1].relayed)
		if probe.Code(err) == 403 {
			return 0, ErrForbidden
		}
		if err != nil {
			return 0, err
		}
	}
	for {
		took, err := once(ctx, a, b)
		if err == nil || ctx.Err() != nil {
			return took, err
		}
	}
}

// lost is how long a packet may be on its way before another is sent: even inside
// of a machine a full queue loses some.
const lost = 500 * time.Millisecond

// once sends a packet there and back.
func once(ctx context.Context, a, b side) (time.Duration, error) {
	ctx, cancel := context.WithTimeout(ctx, lost)
	defer cancel()
	packet := rand.Text() // no stranger can answer for b
	began := time.Now()
	for _, way := range [][2]side{{a, b}, {b, a}} {
		if err := pass(ctx, way[0], way[1], packet); err != nil {
			return 0, err
		}
	}
	return time.Since(began), nil
}

func pass(ctx context.Context, from, to side, packet string) error {
	if err := from.client.Send(to.relayed, []byte(packet)); err != nil {
		return err
	}
	for {
		got, err := to.client.Receive(ctx)
		if err != nil {
			return err
		}
		if string(got.Data) == packet && got.Peer == from.relayed {
			return nil
		}
	}
}
