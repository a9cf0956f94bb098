package doctor

import (
	"context"
	"crypto/tls"
	"net"
	"net/http"
	"net/netip"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/gorilla/websocket"
	"github.com/pion/stun"

	"zerortc/cmd/finding"
	"zerortc/config"
	"zerortc/turnserver/probe"
)

func upgraded(w http.ResponseWriter, r *http.Request) (*websocket.Conn, error) {
	return (&websocket.Upgrader{CheckOrigin: func(*http.Request) bool { return true }}).Upgrade(w, r, nil)
}

// closedPort is an address where nobody listens.
func closedPort(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

// silent is an address where everything is taken and nothing answered, as behind a
// firewall that drops.
func silent(t *testing.T, network string) string {
	t.Helper()
	if network == "tcp" {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { l.Close() })
		return l.Addr().String()
	}
	conn, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	return conn.LocalAddr().String()
}

// udp answers each datagram with what answer makes of it.
func udp(t *testing.T, answer func(request []byte) []byte) string {
	t.Helper()
	conn, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan struct{})
	t.Cleanup(func() { conn.Close(); <-done })
	go func() {
		defer close(done)
		packet := make([]byte, 2048)
		for {
			n, from, err := conn.ReadFrom(packet)
			if err != nil {
				return
			}
			if reply := answer(packet[:n]); reply != nil {
				conn.WriteTo(reply, from)
			}
		}
	}()
	return conn.LocalAddr().String()
}

// generous is a TURN server that takes every password.
func generous(t *testing.T) string {
	return udp(t, func(request []byte) []byte {
		m := &stun.Message{Raw: append([]byte(nil), request...)}
		if m.Decode() != nil || m.Type.Class != stun.ClassRequest {
			return nil
		}
		id := stun.NewTransactionIDSetter(m.TransactionID)
		if !m.Contains(stun.AttrMessageIntegrity) && m.Type.Method != stun.MethodBinding {
			return stun.MustBuild(id, stun.NewType(m.Type.Method, stun.ClassErrorResponse),
				stun.CodeUnauthorized, stun.NewRealm("r"), stun.NewNonce("n")).Raw
		}
		return stun.MustBuild(id, stun.NewType(m.Type.Method, stun.ClassSuccessResponse), probe.Lifetime(time.Minute)).Raw
	})
}

// hold opens a relay that stays until the end.
func (f *fake) hold(at string) {
	f.t.Helper()
	user, pass := f.book.Mint("another", time.Now().Add(time.Hour))
	c, err := probe.Dial(f.t.Context(), probe.Config{Network: "udp", Server: at, Username: user, Password: pass, RTO: retransmit})
	if err != nil {
		f.t.Fatal(err)
	}
	f.t.Cleanup(func() { c.Close() })
	if _, err := c.Allocate(f.t.Context(), probe.AllocateOptions{}); err != nil {
		f.t.Fatal(err)
	}
}

// onePort leaves the server a single relay port.
func onePort(f *fake) {
	_, text, _ := net.SplitHostPort(freePort(f.t))
	port, _ := strconv.ParseUint(text, 10, 16)
	f.turn.RelayPorts = config.PortRange{Min: uint16(port), Max: uint16(port)}
}

// freePort is one that was free for UDP and TCP a moment ago.
func freePort(t *testing.T) string {
	t.Helper()
	for range 20 {
		conn, err := net.ListenPacket("udp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		at := conn.LocalAddr().String()
		l, err := net.Listen("tcp", at)
		conn.Close()
		if err == nil {
			l.Close()
			return at
		}
	}
	t.Fatal("no number is free for UDP and TCP")
	return ""
}

// lossy stands between the doctor and TURN over UDP, which has no other way to be
// told, and loses those Send indications for which lose says so.
func lossy(f *fake, lose func(nth int) bool) {
	sends := -1
	dropping(f, func(packet []byte) bool {
		if packet[1] != 0x16 { // RFC 8656 section 17
			return false
		}
		sends++
		return lose(sends)
	})
}

// permissions are requests to let somebody in (RFC 8656 section 17).
func permissions(packet []byte) bool { return packet[1] == 0x08 }

// dropping puts something between clients and TURN over UDP that loses some requests
// and indications.
func dropping(f *fake, drop func(packet []byte) bool) {
	f.turn.Listen = []string{freePort(f.t)}
	front, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		f.t.Fatal(err)
	}
	var running sync.WaitGroup
	behind := map[string]net.Conn{} // by client
	f.t.Cleanup(running.Wait)
	f.t.Cleanup(func() { front.Close() })
	running.Go(func() {
		packet := make([]byte, 2048)
		for {
			n, from, err := front.ReadFrom(packet)
			if err != nil {
				break
			}
			if n > 1 && packet[0] == 0 && drop(packet[:n]) {
				continue
			}
			out := behind[from.String()]
			if out == nil {
				if out, err = net.Dial("udp", f.turn.Listen[0]); err != nil {
					break
				}
				behind[from.String()] = out
				running.Go(func() { back(front, out, from) })
			}
			out.Write(packet[:n])
		}
		for _, out := range behind {
			out.Close()
		}
	})
	f.urls[overUDP] = "turn:" + front.LocalAddr().String() + "?transport=udp"
}

// back carries answers until out is closed.
func back(front net.PacketConn, out net.Conn, client net.Addr) {
	packet := make([]byte, 2048)
	for {
		n, err := out.Read(packet)
		if err != nil {
			return
		}
		front.WriteTo(packet[:n], client)
	}
}

func prefix(text string) netip.Prefix { return netip.MustParsePrefix(text) }

func TestFaultsOfTURN(t *testing.T) {
	for _, row := range []fault{
		{"UDP blocked", func(f *fake) {
			at := silent(f.t, "udp")
			f.urls["stun"], f.urls[overUDP] = "stun:"+at, "turn:"+at
		}, "stun", finding.Fault, "no answer", "zerortc ports"},
		{"UDP blocked, and TCP is not", func(f *fake) {
			at := silent(f.t, "udp")
			f.urls["stun"], f.urls[overUDP] = "stun:"+at, "turn:"+at
		}, "relay", finding.OK, "relay to relay", ""},
		{"UDP blocked, told once", func(f *fake) {
			at := silent(f.t, "udp")
			f.urls["stun"], f.urls[overUDP] = "stun:"+at, "turn:"+at
		}, "turn-udp", finding.Fault, "no answer", "the same as for stun"},
		{"UDP closed", func(f *fake) { f.urls[overUDP] = "turn:" + closedPort(f.t) }, "turn-udp", finding.Fault, "nothing listens", "start"},
		{"TCP closed", func(f *fake) { f.urls[overTCP] = "turn:" + closedPort(f.t) + "?transport=tcp" }, "turn-tcp", finding.Fault, "nothing listens", "start"},
		{"TCP silent", func(f *fake) { f.urls[overTCP] = "turn:" + silent(f.t, "tcp") + "?transport=tcp" }, "turn-tcp", finding.Fault, "no answer", "tcp "},
		{"TLS silent", func(f *fake) { f.urls[overTLS] = "turns:" + silent(f.t, "tcp") }, "turn-tls", finding.Fault, "no answer", "tcp "},
		{"no TLS offered", func(f *fake) { f.urls[overTLS] = "" }, "turn-tls", finding.Skipped, "no turns:", ""},
		{"no UDP offered", func(f *fake) { f.urls[overUDP] = "" }, "turn-udp", finding.Fault, "no turn: URL over udp", "/api/ice"},
		{"a name that is none", func(f *fake) { f.urls[overUDP] = "turn:nowhere.invalid" }, "turn-udp", finding.Fault, "not found", "ice.host"},
		{"no TURN at all", func(f *fake) {
			f.urls[overUDP] = "turn:" + udp(f.t, func(request []byte) []byte { return append([]byte{0x80}, request...) })
		}, "turn-udp", finding.Fault, "no TURN", "which program"},
		{"other secrets", func(f *fake) {
			f.turn.Listen = []string{freePort(f.t)}
			f.routes["/api/ice"] = answering(200, strings.ReplaceAll(
				`{"iceServers":[{"urls":["stun:AT","turn:AT"],"username":"9999999999:x","credential":"wrong"}]}`, "AT", f.turn.Listen[0]))
		}, "turn-udp", finding.Fault, "refuses the user", "other secrets"},
		{"full", func(f *fake) { f.turn.MaxAllocations = config.Portion{Count: 1}; f.taken = true }, "turn-udp", finding.Fault, "no relay left (", "turn.relay-ports"},
		{"full range", func(f *fake) { onePort(f); f.taken = true }, "turn-udp", finding.Fault, "no relay left (508)", "turn.relay-ports"},
		{"one relay only", func(f *fake) { onePort(f); f.urls[overTCP], f.urls[overTLS] = "", "" }, "relay", finding.Fault, "takes two", "turn.relay-ports"},
		{"wrong public address", func(f *fake) { f.turn.PublicIPs = []config.PublicIP{{External: netip.MustParseAddr("192.0.2.77")}} }, "relay-address", finding.Fault, "at 192.0.2.77 is not reached", "turn.public-ip"},
		{"relays may not reach one another", func(f *fake) {
			f.turn.PeersAllow, f.turn.PeersDeny = nil, []netip.Prefix{prefix("127.0.0.0/8")}
		}, "relay", finding.Fault, "(403)", "turn.peers-deny"},
		{"the same machine is no peer", func(f *fake) { f.turn.PeersAllow = nil }, "relay-address", finding.Skipped, "own machine", ""},
		{"loopback allowed", func(*fake) {}, "peers-loopback", finding.Fault, "127.0.0.1:9", "turn.peers-allow"},
		{"loopback refused", func(f *fake) { f.turn.PeersAllow = nil }, "peers-loopback", finding.OK, "refused", ""},
		{"metadata allowed", func(f *fake) { f.turn.PeersAllow = append(f.turn.PeersAllow, prefix("169.254.0.0/16")) },
			"peers-metadata", finding.Fault, "169.254.169.254", "the same as for peers-loopback"},
		{"permissions are not answered", func(f *fake) { dropping(f, permissions) }, "relay", finding.Fault, "asking for a permission", "log"},
		{"nor is that for a peer", func(f *fake) { dropping(f, permissions) }, "relay-address", finding.Fault, "asking for a permission", "the same as for"},
		{"nor that for loopback", func(f *fake) { dropping(f, permissions) }, "peers-loopback", finding.Fault, "no answer", "the same as for"},
		{"nothing comes through", func(f *fake) { lossy(f, func(int) bool { return true }) }, "relay", finding.Fault, "no packet gets", "firewall"},
		{"packets get lost", func(f *fake) { lossy(f, func(nth int) bool { return nth == 0 }) }, "relay", finding.Hint, "1 before one came back", "udp-buffers"},
	} {
		t.Run(row.name, row.test)
	}
}

// A server that takes every password is found out even if its answer is not signed.
func TestEveryPasswordIsTaken(t *testing.T) {
	t.Parallel()
	v := newFake(t).start()
	v.list = iceList{turn: map[string]string{overUDP: generous(t)}, user: "u", pass: "p"}
	v.opened[0] = true
	if got := v.password(t.Context()); got.Verdict != finding.Fault || !strings.Contains(got.What, "not refused") {
		t.Errorf("%+v", got)
	}
}

// A wrong password that is not answered at all is no refusal.
func TestPasswordIsNotAnswered(t *testing.T) {
	t.Parallel()
	v := newFake(t).start()
	v.list = iceList{turn: map[string]string{overUDP: silent(t, "udp")}, user: "u", pass: "p"}
	v.opened[0] = true
	ctx, cancel := context.WithTimeout(t.Context(), checkTime)
	defer cancel()
	if got := v.password(ctx); got.Verdict != finding.Fault || !strings.Contains(got.What, "gets no answer") || got.Remedy == "" {
		t.Errorf("%+v", got)
	}
}

// Relays on loopback are everybody's own machine to who came from elsewhere.
func TestRelayOnLoopback(t *testing.T) {
	t.Parallel()
	v := newFake(t).start()
	if got := byName(t, examine(t, v), "turn-udp"); got.Verdict != finding.OK {
		t.Fatalf("%+v", got)
	}
	v.URL.Host = "192.0.2.7:9001"
	if got := v.turn(overUDP)(t.Context()); got.Verdict != finding.Fault || !strings.Contains(got.What, "everybody's own machine") || !strings.Contains(got.Remedy, "turn.public-ip") {
		t.Errorf("%+v", got)
	}
}

// What a network and a TURN server may answer, in words, each with what to do.
func TestRefusalsInWords(t *testing.T) {
	dial := func(err error) error { return &net.OpError{Op: "dial", Net: "tcp", Err: err} }
	for _, row := range []struct {
		err          error
		what, remedy string
	}{
		{probe.Error{Code: 403}, "forbids us a relay (403)", "log"},
		{probe.Error{Code: 442}, "refuses a relay (442)", "log"},
		{tls.AlertError(40), "speaks no TLS", "which program"},
		{tls.RecordHeaderError{Msg: "plain"}, "speaks no TLS", "which program"},
		{dial(syscall.EHOSTUNREACH), "no way to", "network of the server"},
		{dial(syscall.ENETUNREACH), "no way to", "network of the server"},
		{dial(syscall.ECONNRESET), "hangs up", "between"},
		{dial(syscall.EMFILE), "too many open files", "log"},
	} {
		what, remedy := unanswered("192.0.2.7:3478", overTCP, row.err)
		if !strings.Contains(what, row.what) || !strings.Contains(remedy, row.remedy) {
			t.Errorf("%v: %q, %q", row.err, what, remedy)
		}
	}
}

// What the list and relays say of loopback is wrong for everybody but loopback.
func TestSentToThemselves(t *testing.T) {
	t.Parallel()
	v := newFake(t).start()
	v.URL.Host = "192.0.2.7:9001"
	for text, want := range map[string]bool{"127.0.0.1:3478": true, "localhost:3478": true, "0.0.0.0:3478": true, "192.0.2.7:3478": false} {
		what, _ := v.wrongList(iceList{stun: "192.0.2.7:3478", turn: map[string]string{overTCP: text}}, nil)
		if (what != "") != want {
			t.Errorf("%s: %q", text, what)
		}
	}
}

func TestURLs(t *testing.T) {
	for text, want := range map[string]string{
		"turn:192.0.2.7":                     "udp 192.0.2.7:3478",
		"turn:[2001:db8::7]:5?transport=tcp": "tcp [2001:db8::7]:5",
		"turns:[2001:db8::7]":                "tls [2001:db8::7]:5349",
		"turn:x:1?transport=udp":             "udp x:1",
	} {
		l := iceList{turn: map[string]string{}}
		way, at, _ := strings.Cut(want, " ")
		if err := l.add(text); err != nil || l.turn[way] != at {
			t.Errorf("%s: %v, %v", text, l.turn, err)
		}
	}
}
