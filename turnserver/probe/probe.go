// Package probe is a small, strict TURN client: for the server's self-test, for
// the doctor command and for our tests. It does what RFC 8489 and RFC 8656 ask
// of a client and, where a normal client would shrug, tells what the server did
// wrong. It is also able to send what no normal client sends.
//
// One goroutine per Client reads the connection and hands responses to the
// calls that wait for them and data to a bounded queue; it ends with Close or
// when the connection breaks. All methods may be called from any goroutine.
package probe

import (
	"context"
	"fmt"
	"net"
	"net/netip"
	"sync"
	"sync/atomic"
	"time"

	"github.com/pion/stun"
)

// Config says where the server is and who we are.
type Config struct {
	Network  string // "udp" or "tcp"
	Server   string // host:port
	Username string
	Password string
	Realm    string // the realm the server must have; empty: any

	// RTO is the initial retransmission timeout, 500 ms when zero (RFC 8489
	// section 6.2.1). All other times follow from it.
	RTO time.Duration
}

const (
	defaultRTO   = 500 * time.Millisecond
	writeTimeout = 10 * time.Second // for a server that stops reading its stream
	queueSize    = 1024             // packets that wait for Receive; more are dropped and counted
)

// Client is one connection to a TURN server. One allocation at most lives on it
// (RFC 8656 section 3.1: an allocation belongs to a 5-tuple).
type Client struct {
	cfg     Config
	conn    net.Conn
	frames  framing
	packets chan Packet
	done    chan struct{} // closed when the reader has ended
	dropped atomic.Uint64

	mu      sync.Mutex
	waiting map[txID]chan answer
	realm   string // realm and nonce of the server's last challenge
	nonce   string
	err     error // why the reader ended
}

type txID = [stun.TransactionIDSize]byte

// answer is what a waiting call gets: a message, or why there will be none.
type answer struct {
	msg *stun.Message
	err error
}

// Dial connects to the server. Over UDP nothing is sent yet.
func Dial(ctx context.Context, cfg Config) (*Client, error) {
	if cfg.Network != "udp" && cfg.Network != "tcp" {
		return nil, fmt.Errorf("probe: network %q is neither udp nor tcp", cfg.Network)
	}
	var d net.Dialer
	conn, err := d.DialContext(ctx, cfg.Network, cfg.Server)
	if err != nil {
		return nil, fmt.Errorf("probe: connecting to the TURN server: %w", err)
	}
	return New(conn, cfg), nil
}

// New makes a client on a connection that stands already, such as a TLS one.
// cfg.Network "udp" says that the connection keeps message bounds; otherwise it
// is a stream. The client closes the connection.
func New(conn net.Conn, cfg Config) *Client {
	if cfg.RTO == 0 {
		cfg.RTO = defaultRTO
	}
	c := &Client{
		cfg:     cfg,
		conn:    conn,
		frames:  newFraming(conn, cfg.Network),
		packets: make(chan Packet, queueSize),
		done:    make(chan struct{}),
		waiting: make(map[txID]chan answer),
	}
	go c.read()
	return c
}

// Close closes the connection and waits for the reader. The allocation, if any,
// is not given back: Refresh with a lifetime of zero does that.
func (c *Client) Close() error {
	err := c.conn.Close()
	<-c.done
	return err
}

// LocalAddr is our end of the connection.
func (c *Client) LocalAddr() netip.AddrPort { return addrPort(c.conn.LocalAddr()) }

// Dropped counts the packets that came while nobody called Receive and the
// queue was full.
func (c *Client) Dropped() uint64 { return c.dropped.Load() }

// Challenge is the realm and nonce that the server sent last.
func (c *Client) Challenge() (realm, nonce string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.realm, c.nonce
}

// Write sends bytes as they are: on a stream without framing, over UDP as one
// datagram.
func (c *Client) Write(raw []byte) error {
	if err := c.conn.SetWriteDeadline(time.Now().Add(writeTimeout)); err != nil {
		return fmt.Errorf("probe: writing: %w", err)
	}
	if _, err := c.conn.Write(raw); err != nil {
		return fmt.Errorf("probe: writing %d bytes: %w", len(raw), err)
	}
	return nil
}

// addrPort is the zero value for connections that are neither UDP nor TCP.
func addrPort(a net.Addr) netip.AddrPort {
	switch a := a.(type) {
	case *net.UDPAddr:
		return unmap(a.AddrPort())
	case *net.TCPAddr:
		return unmap(a.AddrPort())
	}
	return netip.AddrPort{}
}

func unmap(a netip.AddrPort) netip.AddrPort {
	return netip.AddrPortFrom(a.Addr().Unmap(), a.Port())
}
