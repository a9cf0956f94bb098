package oneport

import (
	"errors"
	"net"
)

var errNoTLS = errors.New("TLS is off")

// Conn is a sorted connection. The byte it was sorted by is read first.
type Conn struct {
	net.Conn
	head   []byte // the reader's
	secure bool
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

// Secure tells whether the connection came by TLS.
func (c *Conn) Secure() bool { return c.secure }
