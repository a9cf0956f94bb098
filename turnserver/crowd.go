package turnserver

import (
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
	running sync.WaitGroup

	mu        sync.Mutex
	closed    bool
	conns     map[net.Conn]struct{}
	byAddress map[netip.Addr]int
}

func newCrowd() *crowd {
	return &crowd{conns: map[net.Conn]struct{}{}, byAddress: map[netip.Addr]int{}}
}

// hold serves a connection and closes it after. One too many is closed at once.
func (c *crowd) hold(conn net.Conn, serve func()) {
	defer conn.Close()
	from := config.Source(addrPort(conn.RemoteAddr()).Addr())
	if !c.add(conn, from) {
		return
	}
	defer c.remove(conn, from)
	serve()
}

func (c *crowd) add(conn net.Conn, from netip.Addr) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.closed || len(c.conns) >= maxConnections || c.byAddress[from] >= maxConnectionsPerAddress {
		return false
	}
	c.running.Add(1) // under the lock, so that close waits for it
	c.conns[conn] = struct{}{}
	c.byAddress[from]++
	return true
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
