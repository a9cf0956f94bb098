package main

import (
	"encoding/json"
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"
	"unicode"

	"github.com/gorilla/websocket"

	"zerortc/turnserver/probe"
)

// forgeries are what somebody might write in place of a name, so that the log says
// what never was, or the terminal of whoever reads it obeys him.
var forgeries = []string{
	"x\nlevel=ERROR msg=forged", "x\r\nlevel=ERROR msg=forged", "x\rlevel=ERROR msg=forged", "x\x00",
	`x" level=ERROR msg="forged`, `x\" level=ERROR msg=\"forged`, `x","level":"ERROR","msg":"forged`, `x"}` + "\n" + `{"msg":"forged"}`,
	"\x1b[2J\x1b[31mred", "\x1b]0;title\x07", "\u009b31mred", "\x7f\x7f\x7f", "\b\b\b\bmsg=forged", "\x9b31m",
	"a\u202etxt.exe", "\u2066abc\u2069", "\u200b\u200d", "\ufeff", "x\u2028msg=forged", "x\u2029msg=forged", "x\u0085msg=forged",
	"\xff\xfe", "\xc3\x28", "\xed\xa0\x80", "e\u0301", "\U000e0001\U000e0020", "<3>msg=forged", "%s%n%d", "a=b c=d", "日本語",
	"'; DROP TABLE users", strings.Repeat("long", 500),
}

// forge puts s wherever a stranger can put a name: paths, headers, rooms, people,
// frames, and the users, realms and passwords of TURN.
func forge(t *testing.T, banner, s string) {
	t.Helper()
	page, err := url.Parse(value(t, banner, "page"))
	if err != nil {
		t.Fatal(err)
	}
	for _, request := range []string{
		"GET /" + s + " HTTP/1.1\r\nHost: " + page.Host,
		"GET /api/ice HTTP/1.1\r\nHost: " + s + "\r\nOrigin: http://" + s,
		"GET /api/turn?username=" + url.QueryEscape(s) + " HTTP/1.1\r\nHost: " + page.Host,
		"GET /metrics HTTP/1.1\r\nHost: " + s,
		"GET /ws HTTP/1.1\r\nHost: " + page.Host + "\r\nOrigin: http://" + s + "\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
		s + " / HTTP/1.1\r\nHost: " + page.Host,
		"GET / HTTP/1.1\r\nHost: " + page.Host + "\r\nUser-Agent: " + s + "\r\nX-Forwarded-For: " + s + "\r\nReferer: " + s,
	} {
		conn, err := net.Dial("tcp", page.Host)
		if err != nil {
			t.Fatal(err)
		}
		conn.SetDeadline(time.Now().Add(patience))
		_, _ = conn.Write([]byte(request + "\r\n\r\n"))
		_, _ = conn.Read(make([]byte, 1)) // an answer, or the end
		conn.Close()
	}
	room, _ := json.Marshal(s) // as far as JSON can say it
	socket := join(t, value(t, banner, "signaling"), fmt.Sprintf(`{"cmd":"join","roomId":%s,"uid":%s}`, room, room))
	_ = socket.WriteMessage(websocket.TextMessage, fmt.Appendf(nil, `{"cmd":%s,"roomId":%s,"uid":%s,"remoteUid":%s,"msg":%s}`, room, room, room, room, room))
	_ = socket.WriteMessage(websocket.TextMessage, []byte(s))
	_ = socket.WriteControl(websocket.CloseMessage, websocket.FormatCloseMessage(4000, strings.ToValidUTF8(s, "")[:min(len(strings.ToValidUTF8(s, "")), 100)]), time.Now().Add(patience))
	socket.Close()

	user := s[:min(len(s), 500)]
	_, _ = turnClient(t, banner, user, "").Allocate(t.Context(), probe.AllocateOptions{})
	_, _ = turnClient(t, banner, "9999999999:"+user[:min(len(user), 400)], "").Allocate(t.Context(), probe.AllocateOptions{})
}

// Whatever strangers send, each line of the log is one that we wrote: it can be read
// back, says nothing that they want it to say, and holds nothing a terminal obeys.
func TestLogCannotBeForged(t *testing.T) {
	for _, format := range []string{"json", "text"} {
		t.Run(format, func(t *testing.T) {
			t.Parallel()
			server := start(t, nil, onLoopback(t, "--log-format", format, "--log-level", "debug", "--turn-users", "alice:123456789")...)
			banner := server.ready()
			alice := turnClient(t, banner, "alice", "")
			if _, err := alice.Allocate(t.Context(), probe.AllocateOptions{}); err != nil {
				t.Fatal(err)
			}
			_ = alice.CreatePermission(t.Context(), netip.MustParseAddrPort("224.0.0.1:9"))
			for _, s := range forgeries {
				forge(t, banner, s)
			}
			server.stop(syscall.SIGTERM)
			checkLog(t, format, server.stderr.String())
		})
	}
}

var textLine = regexp.MustCompile(`^time=\S+ level=(DEBUG|INFO|WARN|ERROR) msg=("([^"\\]|\\.)*"|[^ "=]+)( [a-zA-Z.-]+=("([^"\\]|\\.)*"|[^ "=]*))*$`)

func checkLog(t *testing.T, format, log string) {
	t.Helper()
	said := map[string]int{}
	for line := range strings.SplitSeq(strings.TrimSuffix(log, "\n"), "\n") {
		if at := strings.IndexFunc(line, func(r rune) bool { return !unicode.IsPrint(r) || r == unicode.ReplacementChar && format == "text" }); at >= 0 {
			t.Errorf("%q holds %q", line, line[at:])
		}
		if len(line) > 1500 {
			t.Errorf("%d bytes: %.200s", len(line), line)
		}
		message := ""
		if format == "json" {
			var entry struct{ Level, Msg string }
			if err := json.Unmarshal([]byte(line), &entry); err != nil {
				t.Errorf("%v: %s", err, line)
			}
			message = entry.Msg
		} else if words := textLine.FindStringSubmatch(line); words == nil {
			t.Errorf("no line of ours: %s", line)
		} else {
			message = strings.Trim(words[2], `"`)
		}
		said[message]++
		if strings.Contains(message, "forged") {
			t.Errorf("forged: %s", line)
		}
	}
	for _, message := range []string{"serving", "credential refused", "request of a foreign page refused", "metrics refused", "allocation closed", "peer denied", "stopped"} {
		if said[message] == 0 {
			t.Errorf("never said: %s", message)
		}
	}
	if len(said) > 60 {
		t.Errorf("%d different messages: they are not constant: %v", len(said), said)
	}
}

// The log of a server that carries calls is quiet: nothing per packet, nothing per
// frame, and no descriptions of sessions.
func TestLogIsQuiet(t *testing.T) {
	t.Parallel()
	server := start(t, nil, onLoopback(t, "--turn-users", "alice:123456789")...)
	banner := server.ready()
	eventually(t, "the self-test", func() bool { return strings.Contains(server.stderr.String(), "self-test passed") })
	before := strings.Count(server.stderr.String(), "\n")
	signaling := value(t, banner, "signaling")
	a := join(t, signaling, `{"cmd":"join","roomId":"secret-room","uid":"a"}`)
	b := join(t, signaling, `{"cmd":"join","roomId":"secret-room","uid":"b"}`)
	for _, socket := range []*websocket.Conn{a, b} {
		socket.SetReadDeadline(time.Now().Add(patience))
		if _, _, err := socket.ReadMessage(); err != nil { // of the other
			t.Fatal(err)
		}
	}
	for i := range 100 {
		sender, remote := a, "b"
		if i%2 == 1 {
			sender, remote = b, "a"
		}
		frame := fmt.Sprintf(`{"cmd":"offer","roomId":"secret-room","uid":%q,"remoteUid":%q,"msg":"v=0 candidate:1"}`, map[string]string{"a": "b", "b": "a"}[remote], remote)
		if err := sender.WriteMessage(websocket.TextMessage, []byte(frame)); err != nil {
			t.Fatal(err)
		}
	}
	one, other := turnClient(t, banner, "alice", ""), turnClient(t, banner, "alice", "")
	var relayed [2]netip.AddrPort
	for i, c := range []*probe.Client{one, other} {
		allocation, err := c.Allocate(t.Context(), probe.AllocateOptions{})
		if err != nil {
			t.Fatal(err)
		}
		relayed[i] = allocation.Relayed
	}
	if err := one.CreatePermission(t.Context(), relayed[1]); err != nil {
		t.Fatal(err)
	}
	for range 1000 {
		if err := one.Send(relayed[1], []byte("packet")); err != nil {
			t.Fatal(err)
		}
	}
	a.Close()
	b.Close()
	eventually(t, "the end of the call", func() bool { return strings.Contains(server.stderr.String(), "call ended") })
	server.stop(syscall.SIGTERM)
	log := server.stderr.String()
	if lines := strings.Count(log, "\n") - before; lines > 10 {
		t.Errorf("%d lines of one call:\n%s", lines, log)
	}
	for _, secret := range []string{"secret-room", "v=0", "candidate", "123456789"} {
		if strings.Contains(log, secret) {
			t.Errorf("the log has %q:\n%s", secret, log)
		}
	}
}
