//go:build page

package e2e

import (
	"io"
	"net"
	"sync"
	"testing"
)

// line is a TCP proxy between one page and the server. It can break as a network
// does: without a word, for what runs and what comes. Closing a WebSocket would say
// goodbye.
type line struct {
	listener net.Listener
	to       string
	mu       sync.Mutex
	down     bool
	conns    map[net.Conn]bool // and whether they are silent
	running  sync.WaitGroup
}

// newLine opens a line to the server at HOST:PORT.
func newLine(t *testing.T, to string) *line {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	l := &line{listener: listener, to: to, conns: map[net.Conn]bool{}}
	l.running.Go(l.accept)
	t.Cleanup(func() {
		listener.Close()
		l.cut()
		l.running.Wait()
	})
	return l
}

// page is the address that leads to the server over the line.
func (l *line) page() string { return "http://" + l.listener.Addr().String() + "/" }

// openOver is openPage by way of a line that can break.
func (s *scene) openOver(l *line, name, path string, settings ...setting) *page {
	s.t.Helper()
	p := s.open(name, "about:blank")
	p.before(watchFromOutside)
	for _, set := range settings {
		set(p)
	}
	p.openAt(l.page() + path)
	return p
}

// cut breaks all connections, and those to come until mend.
func (l *line) cut() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.down = true
	for c := range l.conns {
		c.(*net.TCPConn).SetLinger(0) // a reset: nothing more gets through, not even a FIN
		c.Close()
	}
}

// hush has what runs now carry nothing more, though it stays open.
func (l *line) hush() {
	l.mu.Lock()
	defer l.mu.Unlock()
	for c := range l.conns {
		l.conns[c] = true
	}
}

func (l *line) mend() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.down = false
}

func (l *line) accept() {
	for {
		in, err := l.listener.Accept()
		if err != nil {
			return
		}
		l.running.Go(func() { l.carry(in) })
	}
}

func (l *line) carry(in net.Conn) {
	defer in.Close()
	out, err := net.Dial("tcp", l.to)
	if err != nil {
		return
	}
	defer out.Close()
	if !l.enter(in, out) {
		return
	}
	defer l.leave(in, out)
	var back sync.WaitGroup
	back.Go(func() {
		io.Copy(in, &silenceable{l, out})
		in.Close()
	})
	io.Copy(out, &silenceable{l, in})
	out.Close()
	back.Wait()
}

// silenceable reads from a connection; while that is silent, nothing.
type silenceable struct {
	line *line
	conn net.Conn
}

func (s *silenceable) Read(p []byte) (int, error) {
	n, err := s.conn.Read(p)
	s.line.mu.Lock()
	defer s.line.mu.Unlock()
	if s.line.conns[s.conn] {
		n = 0
	}
	return n, err
}

func (l *line) enter(conns ...net.Conn) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, c := range conns {
		l.conns[c] = false
	}
	if l.down {
		for _, c := range conns {
			delete(l.conns, c)
		}
	}
	return !l.down
}

func (l *line) leave(conns ...net.Conn) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, c := range conns {
		delete(l.conns, c)
	}
}
