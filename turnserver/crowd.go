package turnserver

import (
	"errors"
	"net"
	"net/netip"
	"sync"

	"zerortc/config"
)

// Connections at once. Descriptors are shared with the relays and the
// WebSockets; an office behind one address has far fewer.
const (
	maxConnections           = 8192
	maxConnectionsPerAddress = 1024
)

// crowd holds the open connections, so that they can be counted and ended.
type crowd struct {
	most, perAddress int
	running          sync.WaitGroup

	mu        sync.Mutex
	closed    bool
	conns     map[net.Conn]struct{}
	byAddress map[netip.Addr]int
}

func newCrowd() *crowd {
	return &crowd{most: maxConnections, perAddress: maxConnectionsPerAddress, conns: map[net.Conn]struct{}{}, byAddress: map[netip.Addr]int{}}
}

// Why a connection is not held.
var (
	errStopped          = errors.New("the server stops")
	errCrowded          = errors.New("too many connections")
	errCrowdedByAddress = errors.New("too many connections from an address")
)

// hold serves a connection and closes it after. One too many is closed at once, with
// the reason as the error.
func (c *crowd) hold(conn net.Conn, serve func()) error {
	defer conn.Close()
	from := config.Source(addrPort(conn.RemoteAddr()).Addr())
	if err := c.add(conn, from); err != nil {
		return err
	}
	defer c.remove(conn, from)
	serve()
	return nil
}

func (c *crowd) add(conn net.Conn, from netip.Addr) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	switch {
	case c.closed:
		return errStopped
	case c.byAddress[from] >= c.perAddress:
		return errCrowdedByAddress
	case len(c.conns) >= c.most:
		return errCrowded
	}
	c.running.Add(1) // under the lock, so that close waits for it
	c.conns[conn] = struct{}{}
	c.byAddress[from]++
	return nil
}

func (c *crowd) remove(conn net.Conn, from netip.Addr) {
	c.mu.Lock()
	defer c.mu.Unlock()
	defer c.running.Done()
	delete(c.conns, conn)
	if c.byAddress[from]--; c.byAddress[from] == 0 {
		delete(c.byAddress, from)
	}
}

func (c *crowd) size() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return len(c.conns)
}

// close ends all connections and waits until they are done with.
func (c *crowd) close() {
	c.mu.Lock()
	c.closed = true
	for conn := range c.conns {
		_ = conn.Close()
	}
	c.mu.Unlock()
	c.running.Wait()
}
