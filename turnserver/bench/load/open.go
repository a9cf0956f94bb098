//go:build linux && (amd64 || arm64)

package load

import (
	"bufio"
	"context"
	"fmt"
	"net"
	"net/netip"
	"sync"
	"syscall"
	"time"

	"golang.org/x/sys/unix"

	"zerortc/turnserver/probe"
)

const (
	openers  = 16 // clients that are at it at the same time
	maxPeers = 8
)

// Load is a scenario that stands: its clients have their allocations.
type Load struct {
	shape   Shape
	server  Server
	clients []*client
	peers   []endpoint
	runs    uint16
}

// client is one allocation.
type client struct {
	conn    net.Conn // of a stream; of UDP until the permission is there
	turn    *probe.Client
	in      *bufio.Reader // of a stream, afterwards
	fd      int           // of UDP, afterwards
	relayed netip.AddrPort
}

// endpoint is a UDP socket of a peer.
type endpoint struct {
	fd int
	at netip.AddrPort
}

// Dial connects the clients of a scenario and opens its peers.
func Dial(ctx context.Context, server Server, shape Shape) (*Load, error) {
	if err := shape.Check(); err != nil {
		return nil, err
	}
	l := &Load{shape: shape, server: server, clients: make([]*client, shape.Allocations)}
	for range min(maxPeers, shape.Allocations) {
		fd, at, err := peer()
		if err != nil {
			l.Close()
			return nil, err
		}
		l.peers = append(l.peers, endpoint{fd, at})
	}
	err := each(shape.Allocations, func(i int) error {
		conn, err := server.dial(ctx, shape.Transport, i)
		if err == nil {
			l.clients[i] = &client{conn: conn, turn: probe.New(kept{conn}, server.config(shape.Transport)), fd: -1}
		}
		return err
	})
	if err != nil {
		l.Close()
		return nil, fmt.Errorf("connecting: %w", err)
	}
	return l, nil
}

// Allocate makes the allocations and tells how fast that went.
func (l *Load) Allocate(ctx context.Context) (Setup, error) {
	began := time.Now()
	if err := each(len(l.clients), func(i int) error { return l.clients[i].allocate(ctx) }); err != nil {
		return Setup{}, fmt.Errorf("opening allocations: %w", err)
	}
	return Setup{Allocations: len(l.clients), Elapsed: time.Since(began)}, nil
}

func (c *client) allocate(ctx context.Context) error {
	got, err := c.turn.Allocate(ctx, probe.AllocateOptions{})
	c.relayed = got.Relayed
	return err
}

// Bind makes the permissions and channels and takes the sockets over.
func (l *Load) Bind(ctx context.Context) error {
	err := each(len(l.clients), func(i int) error {
		c, peer := l.clients[i], l.peerOf(i)
		var err error
		if l.shape.Kind == Channel {
			err = c.turn.ChannelBind(ctx, channelNumber, peer)
		} else {
			err = c.turn.CreatePermission(ctx, peer)
		}
		if err != nil {
			return err
		}
		return c.take(l.shape.Transport)
	})
	if err != nil {
		return fmt.Errorf("making channels and permissions: %w", err)
	}
	return nil
}

// peerOf is whom client i talks to: a peer, or the relay of its partner.
func (l *Load) peerOf(i int) netip.AddrPort {
	if l.shape.Direction == Relay {
		return l.clients[i^1].relayed
	}
	return l.peers[i%len(l.peers)].at
}

// take ends the client of the control messages and has its socket.
func (c *client) take(transport Transport) error {
	_ = c.turn.Close() // kept: the connection lives on
	if transport != UDP {
		c.in = bufio.NewReaderSize(c.conn, streamBuffer)
		return c.conn.SetDeadline(time.Time{})
	}
	fd, err := taken(c.conn.(syscall.Conn))
	if err != nil {
		return err
	}
	c.fd = fd
	return c.conn.Close()
}

// Close gives all sockets back. Allocations are left to the server's end.
func (l *Load) Close() {
	for _, p := range l.peers {
		_ = unix.Close(p.fd)
	}
	for _, c := range l.clients {
		switch {
		case c == nil:
		case c.fd >= 0:
			_ = unix.Close(c.fd)
		default:
			_ = c.conn.Close()
			_ = c.turn.Close()
		}
	}
}

// kept is a connection whose Close ends reading only.
type kept struct{ net.Conn }

func (k kept) Close() error { return k.SetReadDeadline(time.Unix(1, 0)) }

// each does something n times, a few at a time, and stops at the first error.
func each(n int, do func(i int) error) error {
	next, faults := make(chan int), make(chan error, openers)
	var running sync.WaitGroup
	for range min(openers, n) {
		running.Go(func() {
			for i := range next {
				if err := do(i); err != nil {
					faults <- err
					return
				}
			}
		})
	}
	var fault error // the first: the others are often the same
	for i := 0; i < n && fault == nil; i++ {
		select {
		case next <- i:
		case fault = <-faults:
		}
	}
	close(next)
	running.Wait()
	close(faults)
	for err := range faults {
		if fault == nil {
			fault = err
		}
	}
	return fault
}
