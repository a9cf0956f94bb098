package oneport

import (
	"crypto/tls"
	"errors"
	"net"
	"sync"
	"syscall"
)

var (
	errNoTLS    = errors.New("TLS is off")
	errNotPlain = errors.New("not a plain connection of the system")
)

// Conn is a sorted connection. The byte it was sorted by is read first.
type Conn struct {
	net.Conn
	head    []byte // the reader's
	secure  bool
	onClose func() // nil: nobody waits for it
	once    sync.Once
}

// Close implements net.Conn.
func (c *Conn) Close() error {
	err := c.Conn.Close()
	if c.onClose != nil {
		c.once.Do(c.onClose)
	}
	return err
}

// Read implements net.Conn.
func (c *Conn) Read(b []byte) (int, error) {
	if len(c.head) > 0 && len(b) > 0 {
		n := copy(b, c.head)
		c.head = c.head[n:]
		return n, nil
	}
	return c.Conn.Read(b)
}

// SyscallConn implements syscall.Conn for plain connections, so that those who
// write much can do so without waiting. Under TLS there is nothing to be had there.
func (c *Conn) SyscallConn() (syscall.RawConn, error) {
	plain, ok := c.Conn.(syscall.Conn)
	if c.secure || !ok {
		return nil, errNotPlain
	}
	return plain.SyscallConn()
}

// Rebase replaces the TCP connection at the bottom, also where TLS is on top of it.
// It is for whoever was handed the connection, before anything else is done with it.
func (c *Conn) Rebase(replace func(tcp net.Conn) (net.Conn, error)) error {
	if c.secure {
		over, ok := c.Conn.(*tls.Conn)
		if !ok {
			return errNotPlain
		}
		below, ok := over.NetConn().(*Conn)
		if !ok {
			return errNotPlain
		}
		c = below
	}
	tcp, err := replace(c.Conn)
	if err == nil {
		c.Conn = tcp
	}
	return err
}

// Secure tells whether the connection came by TLS.
func (c *Conn) Secure() bool { return c.secure }
