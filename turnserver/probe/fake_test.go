package probe

import (
	"context"
	"net"
	"testing"
	"time"

	"github.com/pion/stun"
	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// script is a fake server: what it sends for a request, frame by frame. frame is
// nil-message ChannelData when it cannot be decoded.
type script func(frame []byte, req *stun.Message) [][]byte

// serve runs the script on loopback and returns its address.
func serve(t *testing.T, network string, s script) string {
	t.Helper()
	if network == "udp" {
		return serveUDP(t, s)
	}
	return serveTCP(t, s)
}

func serveUDP(t *testing.T, s script) string {
	pc, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan struct{})
	t.Cleanup(func() { pc.Close(); <-done })
	go func() {
		defer close(done)
		buf := make([]byte, 2048)
		for {
			n, from, err := pc.ReadFrom(buf)
			if err != nil {
				return
			}
			for _, out := range s.run(buf[:n]) {
				pc.WriteTo(out, from)
			}
		}
	}()
	return pc.LocalAddr().String()
}

func serveTCP(t *testing.T, s script) string {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan struct{})
	t.Cleanup(func() { l.Close(); <-done })
	go func() {
		defer close(done)
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			s.stream(conn)
		}
	}()
	return l.Addr().String()
}

// stream serves one connection until its end.
func (s script) stream(conn net.Conn) {
	defer conn.Close()
	frames := newFraming(conn, "tcp")
	for {
		frame, err := frames.next()
		if err != nil {
			return
		}
		for _, out := range s.run(frame) {
			conn.Write(out)
		}
	}
}

// datagrams serves a net.Pipe whose writes are the messages.
func (s script) datagrams(conn net.Conn) {
	buf := make([]byte, 2048)
	for {
		n, err := conn.Read(buf)
		if err != nil {
			return
		}
		for _, out := range s.run(buf[:n]) {
			conn.Write(out)
		}
	}
}

func (s script) run(frame []byte) [][]byte {
	frame = append([]byte(nil), frame...)
	m := &stun.Message{Raw: frame}
	if m.Decode() != nil {
		m = nil
	}
	return s(frame, m)
}

// dial connects to a fake server with the classic user and a short RTO.
func dial(t *testing.T, network string, s script) *Client {
	t.Helper()
	c, err := Dial(t.Context(), Config{Network: network, Server: serve(t, network, s),
		Username: "lqf", Password: "123456", RTO: 50 * time.Millisecond})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	return c
}

// ctx ends a test that hangs.
func ctx(t *testing.T) context.Context {
	c, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	t.Cleanup(cancel)
	return c
}

// reply builds a response to req.
func reply(req *stun.Message, class stun.MessageClass, setters ...stun.Setter) [][]byte {
	head := []stun.Setter{stun.NewTransactionIDSetter(req.TransactionID), stun.NewType(req.Type.Method, class)}
	return [][]byte{stun.MustBuild(append(head, setters...)...).Raw}
}

func success(req *stun.Message, setters ...stun.Setter) [][]byte {
	return reply(req, stun.ClassSuccessResponse, setters...)
}

func refuse(req *stun.Message, code stun.ErrorCode, setters ...stun.Setter) [][]byte {
	e := stun.ErrorCodeAttribute{Code: code, Reason: []byte("no")}
	return reply(req, stun.ClassErrorResponse, append([]stun.Setter{e}, setters...)...)
}

func attr(t stun.AttrType, value ...byte) stun.RawAttribute {
	return stun.RawAttribute{Type: t, Value: value}
}

// key is the key of lqf/123456 in the realm of the fake server.
var key = stun.NewLongTermIntegrity("lqf", "here", "123456")

// challenge is the 401 or 438 of the fake server.
func challenge(req *stun.Message, code stun.ErrorCode, nonce string) [][]byte {
	return refuse(req, code, stun.NewRealm("here"), stun.NewNonce(nonce))
}

// guarded challenges what is not signed by lqf and hands on the rest.
func guarded(s script) script {
	return func(frame []byte, req *stun.Message) [][]byte {
		if req == nil || req.Type.Class != stun.ClassRequest || req.Type.Method == stun.MethodBinding {
			return s(frame, req)
		}
		if !req.Contains(stun.AttrMessageIntegrity) || key.Check(req) != nil {
			return challenge(req, 401, "n1")
		}
		return s(frame, req)
	}
}
