package oneport

import (
	"net"
	"time"
)

// sort finds out what a connection speaks and hands it over, or closes it.
func (p *Ports) sort(conn net.Conn) {
	sorted, kind := p.recognize(conn)
	p.sorted(conn)
	switch kind {
	case turn:
		p.turn(sorted)
	case web:
		p.giveHTTP(sorted)
	default:
		if sorted != nil {
			p.refuse(conn, unknownProtocol)
		}
		_ = conn.Close()
	}
}

// recognize looks at the first byte, and inside TLS at the first one there. Without
// a connection nothing was said, or no TLS came about.
func (p *Ports) recognize(conn net.Conn) (*Conn, kind) {
	plain, first, err := peek(conn, p.limits.FirstBytes)
	if err != nil {
		return nil, unknown
	}
	if k := kindOf(first); k != secure {
		return plain, k
	}
	inside, err := p.handshake(plain)
	if err != nil {
		return nil, unknown
	}
	opened, first, err := peek(inside, p.limits.FirstBytes)
	if err != nil {
		return nil, unknown
	}
	opened.secure = true
	if k := kindOf(first); k != secure {
		return opened, k
	}
	return opened, unknown // TLS within TLS
}

// giveHTTP hands a connection to the HTTP server, which counts nothing itself.
func (p *Ports) giveHTTP(conn *Conn) {
	from := p.sourceOf(conn)
	switch p.web.try(from) {
	case errShare:
		p.refuse(conn, tooManyOfAddress)
		_ = conn.Close()
		return
	case errFull:
		p.refuse(conn, tooMany)
		_ = conn.Close()
		return
	}
	conn.onClose = func() { p.web.leave(from) }
	p.http.give(conn)
}

// peek waits for the first byte and returns a connection that has it still.
func peek(conn net.Conn, patience time.Duration) (*Conn, byte, error) {
	if err := conn.SetReadDeadline(time.Now().Add(patience)); err != nil {
		return nil, 0, err
	}
	var first [1]byte
	if _, err := conn.Read(first[:]); err != nil {
		return nil, 0, err
	}
	return &Conn{Conn: conn, head: first[:]}, first[0], conn.SetReadDeadline(time.Time{})
}
