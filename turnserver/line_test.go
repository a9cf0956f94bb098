package turnserver

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"math/big"
	"net"
	"net/netip"
	"sync"
	"testing"
	"time"

	"github.com/pion/stun"

	"zerortc/turnserver/probe"
)

// sorted is a connection as the program hands it over: TLS on top of a connection
// that can be replaced.
type sorted struct {
	*tls.Conn
	bottom *bottom
}

type bottom struct{ net.Conn }

// Secure is what the server asks for.
func (s sorted) Secure() bool { return true }

// Rebase implements bottomed.
func (s sorted) Rebase(replace func(net.Conn) (net.Conn, error)) error {
	conn, err := replace(s.bottom.Conn)
	if err == nil {
		s.bottom.Conn = conn
	}
	return err
}

// secure has the server serve TLS too, and tells where.
func secure(t *testing.T, s *Server) string {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	must(t, err)
	template := &x509.Certificate{SerialNumber: big.NewInt(1)}
	cert, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	must(t, err)
	cfg := &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{cert}, PrivateKey: key}}}
	l, err := net.Listen("tcp4", "127.0.0.1:0")
	must(t, err)
	t.Cleanup(func() { _ = l.Close() })
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			below := &bottom{conn}
			over := tls.Server(below, cfg)
			go func() {
				if over.Handshake() == nil {
					s.ServeConn(sorted{over, below})
				}
			}()
		}
	}()
	return l.Addr().String()
}

// ways are how a client may come by a stream.
var ways = map[string]func(t *testing.T, s *Server) net.Conn{
	"tcp": func(t *testing.T, s *Server) net.Conn {
		conn, err := net.Dial("tcp", s.at("127.0.0.1"))
		must(t, err)
		return conn
	},
	"tls": func(t *testing.T, s *Server) net.Conn {
		conn, err := tls.Dial("tcp", secure(t, s), &tls.Config{InsecureSkipVerify: true})
		must(t, err)
		return conn
	},
}

// streamed is a client with an allocation that came one of these ways.
func streamed(t *testing.T, s *Server, conn net.Conn) (*probe.Client, netip.AddrPort) {
	t.Helper()
	c := probe.New(conn, probe.Config{Network: "tcp", Username: "lqf", Password: "123456", Realm: realm})
	t.Cleanup(func() { hangUp(s, c, addrPort(conn.LocalAddr())) })
	a, err := c.Allocate(deadline(t), probe.AllocateOptions{})
	must(t, err)
	return c, a.Relayed
}

// TestLinesRelay: data of any length goes from a stream to a peer and back, and from
// one stream to another, by channels and by indications, with what the sender and
// the receiver talk by in all pairs.
func TestLinesRelay(t *testing.T) {
	for from, dialFrom := range ways {
		for to, dialTo := range ways {
			t.Run(from+" to "+to, func(t *testing.T) {
				s := start(t, settings(loopbackPeers))
				a, atA := streamed(t, s, dialFrom(t, s))
				b, atB := streamed(t, s, dialTo(t, s))
				echo := peer(t, "127.0.0.1:0")
				must(t, a.ChannelBind(deadline(t), 0x4000, atB))
				must(t, a.ChannelBind(deadline(t), 0x4001, echo))
				must(t, b.CreatePermission(deadline(t), atA))
				for size := range 1200 {
					data := bytes.Repeat([]byte{byte(size)}, size)
					if size%50 > 8 {
						continue
					}
					must(t, a.SendChannel(0x4001, data))
					wantPacket(t, a, echo, append([]byte("ECHO "), data...))
					must(t, a.SendChannel(0x4000, data))
					wantPacket(t, b, atA, data)
					must(t, b.Send(atA, data))
					wantPacket(t, a, atB, data)
				}
			})
		}
	}
}

func wantPacket(t *testing.T, c *probe.Client, from netip.AddrPort, data []byte) {
	t.Helper()
	got, err := c.Receive(deadline(t))
	if err != nil || got.Peer != from && got.Channel == 0 || !bytes.Equal(got.Data, data) {
		t.Fatalf("%d bytes of %v, %v; want %d bytes of %v", len(got.Data), got.Peer, err, len(data), from)
	}
}

// TestLinesMixRequestsWithData: what a client sends in a row without waiting is dealt
// with in that order: the permission is there when the data comes, every time.
func TestLinesMixRequestsWithData(t *testing.T) {
	for way, dial := range ways {
		t.Run(way, func(t *testing.T) {
			s := start(t, settings(loopbackPeers))
			conn := dial(t, s)
			c, _ := streamed(t, s, conn)
			echo := peer(t, "127.0.0.1:0")
			const rounds = 20
			var all []byte
			for i := range rounds {
				m, err := probe.Request(stun.MethodCreatePermission, probe.Peer(echo))
				must(t, err)
				m, err = c.Sign(m)
				must(t, err)
				data := stun.MustBuild(stun.TransactionID, sendIndication, probe.Peer(echo), raw(stun.AttrData, byte(i), 0, 0, 0))
				all = append(append(all, m.Raw...), data.Raw...)
			}
			_, err := conn.Write(all)
			must(t, err)
			for i := range rounds {
				wantPacket(t, c, echo, []byte{'E', 'C', 'H', 'O', ' ', byte(i), 0, 0, 0})
			}
		})
	}
}

// TestLinesOfSlowClients: clients that do not read lose what is for them and are
// given up in time; others are served meanwhile, by the same loops.
func TestLinesOfSlowClients(t *testing.T) {
	for way, dial := range ways {
		t.Run(way, func(t *testing.T) {
			s := start(t, settings(loopbackPeers), func(s *Server) { s.patience.write = 300 * time.Millisecond })
			source, err := net.ListenPacket("udp", "127.0.0.1:0")
			must(t, err)
			defer source.Close()
			from := source.LocalAddr().(*net.UDPAddr).AddrPort()
			var deaf []netip.AddrPort
			for range 4 {
				line := dial(t, s)
				deaf = append(deaf, asleep(t, s, line, from))
			}
			awake, _ := streamed(t, s, dial(t, s))
			echo := peer(t, "127.0.0.1:0")
			must(t, awake.ChannelBind(deadline(t), 0x4000, echo))
			eventually(t, "the deaf are given up", func() bool {
				for range 100 { // more than may wait, in one go
					for _, relay := range deaf {
						_, _ = source.WriteTo(make([]byte, 1000), net.UDPAddrFromAddrPort(relay))
					}
				}
				must(t, awake.SendChannel(0x4000, []byte("still there?")))
				wantPacket(t, awake, echo, []byte("ECHO still there?"))
				return len(s.Sessions()) == 1
			})
			if s.Refused()["undelivered"] == 0 {
				t.Error("nothing was counted as undelivered")
			}
		})
	}
}

// asleep is a client that lets the peer in and then reads no more.
func asleep(t *testing.T, s *Server, conn net.Conn, from netip.AddrPort) netip.AddrPort {
	t.Helper()
	tcp := conn
	if over, ok := conn.(*tls.Conn); ok {
		tcp = over.NetConn()
	}
	must(t, tcp.(*net.TCPConn).SetReadBuffer(4096)) // the kernel would take megabytes
	stopped := &stoppable{Conn: conn, stop: make(chan struct{})}
	t.Cleanup(func() { _ = conn.Close() })
	c, relay := streamed(t, s, stopped)
	must(t, c.CreatePermission(deadline(t), from))
	stopped.once.Do(func() { close(stopped.stop) })
	return relay
}

// stoppable is a connection that can stop being read.
type stoppable struct {
	net.Conn
	once sync.Once
	stop chan struct{}
}

// Read implements net.Conn.
func (c *stoppable) Read(b []byte) (int, error) {
	select {
	case <-c.stop:
		return 0, net.ErrClosed
	default:
		return c.Conn.Read(b)
	}
}

// Close implements net.Conn. Whoever does not read does not close either.
func (c *stoppable) Close() error { return nil }
