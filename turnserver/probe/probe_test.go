package probe

import (
	"context"
	"errors"
	"io"
	"net"
	"net/netip"
	"slices"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/pion/stun"
)

var networks = []string{"udp", "tcp"}

func TestBinding(t *testing.T) {
	mapped := func(_ []byte, req *stun.Message) [][]byte {
		return success(req, &stun.XORMappedAddress{IP: net.IP{203, 0, 113, 7}, Port: 4242}, stun.Fingerprint)
	}
	for _, network := range networks {
		got, err := dial(t, network, mapped).Binding(ctx(t))
		if err != nil || got != netip.MustParseAddrPort("203.0.113.7:4242") {
			t.Errorf("%s: %v, %v", network, got, err)
		}
	}
	v6 := func(_ []byte, req *stun.Message) [][]byte {
		return success(req, &stun.XORMappedAddress{IP: net.ParseIP("2001:db8::7"), Port: 1})
	}
	got, err := dial(t, "udp", v6).Binding(ctx(t))
	if err != nil || got != netip.MustParseAddrPort("[2001:db8::7]:1") {
		t.Errorf("IPv6: %v, %v", got, err)
	}
}

// TestRetransmission follows the example of RFC 8489 section 6.2.1: sent at 0,
// 0.5, 1.5, 3.5, 7.5, 15.5 and 31.5 s, given up at 39.5 s.
func TestRetransmission(t *testing.T) {
	for network, want := range map[string][]time.Duration{
		"udp": {0, 500, 1500, 3500, 7500, 15500, 31500},
		"tcp": {0},
	} {
		synctest.Test(t, func(t *testing.T) {
			ours, theirs := net.Pipe()
			start, sent := time.Now(), []time.Duration{}
			silent := script(func([]byte, *stun.Message) [][]byte {
				sent = append(sent, time.Since(start)/time.Millisecond)
				return nil
			})
			go silent.datagrams(theirs)
			c := New(ours, Config{Network: network})
			_, err := c.Binding(t.Context())
			if !errors.Is(err, ErrTimeout) || time.Since(start) != 39500*time.Millisecond {
				t.Errorf("%s: %v after %v", network, err, time.Since(start))
			}
			c.Close()
			theirs.Close()
			synctest.Wait()
			if !slices.Equal(sent, want) {
				t.Errorf("%s: sent at %v ms", network, sent)
			}
		})
	}
}

func TestAnswerToRetransmission(t *testing.T) {
	seen := 0
	c := dial(t, "udp", func(_ []byte, req *stun.Message) [][]byte {
		if seen++; seen < 3 {
			return nil
		}
		out := success(req, &stun.XORMappedAddress{IP: net.IP{1, 2, 3, 4}, Port: 5})
		return append(out, out[0]) // a second answer belongs to nobody
	})
	for range 2 {
		if _, err := c.Binding(ctx(t)); err != nil {
			t.Fatal(err)
		}
	}
}

// TestForeignTransaction: an answer that carries another transaction id is not
// ours, however well it looks.
func TestForeignTransaction(t *testing.T) {
	c := dial(t, "udp", func(_ []byte, req *stun.Message) [][]byte {
		foreign := *req
		foreign.TransactionID[0] ^= 1
		wrong := success(&foreign, &stun.XORMappedAddress{IP: net.IP{6, 6, 6, 6}, Port: 6})
		return append(wrong, success(req, &stun.XORMappedAddress{IP: net.IP{1, 2, 3, 4}, Port: 5})...)
	})
	if got, err := c.Binding(ctx(t)); err != nil || got.Port() != 5 {
		t.Errorf("%v, %v", got, err)
	}
}

// TestBadAnswers: what a normal client would drop ends the call with a reason.
func TestBadAnswers(t *testing.T) {
	mapped := &stun.XORMappedAddress{IP: net.IP{1, 2, 3, 4}, Port: 5}
	for _, c := range []struct {
		name string
		s    func(req *stun.Message) [][]byte
		want string
	}{
		{"no address", func(r *stun.Message) [][]byte { return success(r) }, "without XOR-MAPPED-ADDRESS"},
		{"empty address", func(r *stun.Message) [][]byte { return success(r, attr(stun.AttrXORMappedAddress)) }, "of 0 bytes"},
		{"short address", func(r *stun.Message) [][]byte { return success(r, attr(stun.AttrXORMappedAddress, 0, 1, 2, 3)) }, "of 4 bytes"},
		{"IPv6 in 8 bytes", func(r *stun.Message) [][]byte {
			return success(r, attr(stun.AttrXORMappedAddress, 0, 2, 1, 1, 1, 1, 1, 1))
		}, "of 8 bytes"},
		{"another method", func(r *stun.Message) [][]byte {
			o := *r
			o.Type.Method = stun.MethodRefresh
			return success(&o, mapped)
		}, "answers Binding request"},
		{"fingerprint wrong", func(r *stun.Message) [][]byte {
			return success(r, mapped, attr(stun.AttrFingerprint, 1, 2, 3, 4))
		}, "fingerprint check failed"},
		{"fingerprint short", func(r *stun.Message) [][]byte { return success(r, mapped, attr(stun.AttrFingerprint)) }, "size"},
		{"fingerprint not last", func(r *stun.Message) [][]byte { return success(r, stun.Fingerprint, mapped) }, "not last"},
		{"behind the signature", func(r *stun.Message) [][]byte {
			return success(r, attr(stun.AttrMessageIntegrity, make([]byte, 20)...), mapped)
		}, "behind MESSAGE-INTEGRITY"},
		{"unknown attribute", func(r *stun.Message) [][]byte { return success(r, mapped, attr(0x7ffe, 1)) }, "unknown attribute"},
		{"error without code", func(r *stun.Message) [][]byte { return reply(r, stun.ClassErrorResponse) }, "without a whole ERROR-CODE"},
		{"error with half a code", func(r *stun.Message) [][]byte {
			return reply(r, stun.ClassErrorResponse, attr(stun.AttrErrorCode, 0, 0))
		}, "without a whole ERROR-CODE"},
		{"error class 2", func(r *stun.Message) [][]byte {
			return reply(r, stun.ClassErrorResponse, attr(stun.AttrErrorCode, 0, 0, 2, 0))
		}, "error class 2"},
		{"error number 100", func(r *stun.Message) [][]byte {
			return reply(r, stun.ClassErrorResponse, attr(stun.AttrErrorCode, 0, 0, 4, 100))
		}, "number 100"},
		{"a request", func(r *stun.Message) [][]byte { return [][]byte{r.Raw} }, "a request"},
		{"bytes behind the message", func(r *stun.Message) [][]byte { return [][]byte{append(success(r, mapped)[0], 0, 0, 0, 0)} }, "in a frame of"},
		{"garbage", func(*stun.Message) [][]byte { return [][]byte{{0, 1, 2}} }, "malformed"},
		{"empty datagram", func(*stun.Message) [][]byte { return [][]byte{{}} }, "malformed"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := dial(t, "udp", func(_ []byte, req *stun.Message) [][]byte { return c.s(req) }).Binding(ctx(t))
			if !errors.Is(err, ErrMalformed) || !strings.Contains(err.Error(), c.want) {
				t.Errorf("%v, want %q", err, c.want)
			}
		})
	}
}

func TestRefusal(t *testing.T) {
	c := dial(t, "udp", func(_ []byte, req *stun.Message) [][]byte { return refuse(req, 500) })
	m, _ := Request(stun.MethodBinding)
	res, err := c.Do(ctx(t), m)
	if Code(err) != 500 || res == nil || res.Type.Class != stun.ClassErrorResponse {
		t.Errorf("%v, %v", res, err)
	}
	if want := `probe: Binding refused: 500 "no"`; err.Error() != want {
		t.Errorf("%q, want %q", err, want)
	}
	if Code(nil) != 0 || Code(io.EOF) != 0 {
		t.Error("a code where there is none")
	}
}

func TestNobodyThere(t *testing.T) {
	pc, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	addr := pc.LocalAddr().String()
	pc.Close()
	c, err := Dial(ctx(t), Config{Network: "udp", Server: addr})
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	for range 2 { // the socket outlives the ICMP error
		if _, err := c.Binding(ctx(t)); !errors.Is(err, syscall.ECONNREFUSED) {
			t.Errorf("udp: %v", err)
		}
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	l.Close()
	if _, err := Dial(ctx(t), Config{Network: "tcp", Server: l.Addr().String()}); !errors.Is(err, syscall.ECONNREFUSED) {
		t.Errorf("tcp: %v", err)
	}
	if _, err := Dial(ctx(t), Config{Network: "sctp", Server: addr}); err == nil {
		t.Error("sctp accepted")
	}
}

// TestEnds: a call ends with its context, with Close and with the connection.
func TestEnds(t *testing.T) {
	asked := make(chan struct{}, 2)
	c := dial(t, "tcp", func([]byte, *stun.Message) [][]byte { asked <- struct{}{}; return nil })
	short, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	if _, err := c.Binding(short); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("context: %v", err)
	}
	<-asked
	ends := make(chan error, 2)
	go func() { _, err := c.Binding(ctx(t)); ends <- err }()
	go func() { _, err := c.Receive(ctx(t)); ends <- err }()
	<-asked
	c.Close()
	for range 2 {
		if err := <-ends; !errors.Is(err, net.ErrClosed) {
			t.Errorf("closed: %v", err)
		}
	}
	if _, err := c.Binding(ctx(t)); !errors.Is(err, net.ErrClosed) {
		t.Errorf("after Close: %v", err)
	}
}

func TestServerHangsUp(t *testing.T) {
	ours, theirs := net.Pipe()
	c := New(ours, Config{Network: "tcp"})
	defer c.Close()
	go func() { theirs.Read(make([]byte, 4)); theirs.Close() }()
	if _, err := c.Binding(ctx(t)); err == nil {
		t.Error("no error")
	}
	if _, err := c.Receive(ctx(t)); !errors.Is(err, io.EOF) {
		t.Errorf("Receive: %v", err)
	}
}

// TestOneTransactionTwice: two calls cannot wait for one answer.
func TestOneTransactionTwice(t *testing.T) {
	c := dial(t, "udp", func([]byte, *stun.Message) [][]byte { return nil })
	m, _ := Request(stun.MethodBinding)
	if _, err := c.wait(m.TransactionID); err != nil {
		t.Fatal(err)
	}
	if _, err := c.Do(ctx(t), m); err == nil || !strings.Contains(err.Error(), "running already") {
		t.Error(err)
	}
}
