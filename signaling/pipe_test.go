package signaling

import (
	"context"
	"net"
	"net/http"
	"testing"
	"time"

	"github.com/gorilla/websocket"
)

// pipes serves a server over in-memory connections, so that testing/synctest
// can run its clock: minutes pass at once, and always the same way. A pipe has
// no buffer; a client that does not read stops the server's writer at once.
type pipes struct {
	t      *testing.T
	server *Server
	stop   context.CancelFunc
	served chan struct{} // closed when Serve has returned
	conns  chan net.Conn
	closed chan struct{}
}

// startPipes is to be called in a synctest bubble.
func startPipes(t *testing.T, limits Limits) *pipes {
	ctx, stop := context.WithCancel(context.Background())
	p := &pipes{
		t: t, server: newServer(limits, anyOrigin, quiet()), stop: stop,
		served: make(chan struct{}), conns: make(chan net.Conn), closed: make(chan struct{}),
	}
	front := &http.Server{Handler: p.server}
	fronted := make(chan struct{})
	go func() { defer close(fronted); front.Serve(p) }()
	go func() { defer close(p.served); p.server.Serve(ctx) }()
	t.Cleanup(func() {
		stop()
		<-p.served
		front.Close()
		<-fronted
	})
	return p
}

// dial opens a WebSocket that nobody reads yet. The server believes the address.
func (p *pipes) dial(address string) *websocket.Conn {
	p.t.Helper()
	return p.dialAs(address)
}

// dialAs offers subprotocols.
func (p *pipes) dialAs(address string, subprotocols ...string) *websocket.Conn {
	p.t.Helper()
	dialer := websocket.Dialer{Subprotocols: subprotocols, NetDial: func(string, string) (net.Conn, error) {
		near, far := net.Pipe()
		p.conns <- addressed{far, address}
		return near, nil
	}}
	conn, _, err := dialer.Dial("ws://pipe/ws", nil)
	if err != nil {
		p.t.Fatalf("connecting from %s: %v", address, err)
	}
	p.t.Cleanup(func() { conn.Close() })
	return conn
}

// connect opens a WebSocket that is read and answers pings.
func (p *pipes) connect(name, address string) *client {
	p.t.Helper()
	return attend(p.t, name, p.dial(address))
}

// deaf opens a WebSocket that is read but answers no ping.
func (p *pipes) deaf(name, address string) *client {
	p.t.Helper()
	conn := p.dial(address)
	conn.SetPingHandler(func(string) error { return nil })
	return attend(p.t, name, conn)
}

// Accept, Close and Addr make pipes a net.Listener.
func (p *pipes) Accept() (net.Conn, error) {
	select {
	case conn := <-p.conns:
		return conn, nil
	case <-p.closed:
		return nil, net.ErrClosed
	}
}

func (p *pipes) Close() error { close(p.closed); return nil }

func (p *pipes) Addr() net.Addr { return &net.TCPAddr{} }

// addressed is a connection with an address of our choice.
type addressed struct {
	net.Conn
	from string
}

func (a addressed) RemoteAddr() net.Addr {
	return &net.TCPAddr{IP: net.ParseIP(a.from), Port: 50_000}
}

// clock tells how much fake time has passed since it was started.
func clock() func() time.Duration {
	began := time.Now()
	return func() time.Duration { return time.Since(began) }
}
