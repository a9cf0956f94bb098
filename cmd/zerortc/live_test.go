package main

import (
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/pion/stun"

	"zerortc/cmd/admin"
	"zerortc/config"
	"zerortc/turnserver/auth"
	"zerortc/turnserver/probe"
)

// live has for each setting that changes while the server runs a change, and what
// shows that it got where it belongs.
var live = map[string]struct {
	before, after    string // settings files
	look             func(*testing.T, *reloading) string
	wantOld, wantNew string
}{
	"http.origins":         {"", "http: {origins: [\"https://app.example.org\"]}", foreignPage, "403 403", "200 101"},
	"http.trusted-proxies": {"", "http: {trusted-proxies: [127.0.0.1]}", pageBehindProxy, "308", "200"},
	"http.plain":           {"", "http: {plain: off}", plainClient, "200", "308"},

	"http.reports": {"", "http: {reports: off}", tellsOfACall, "1 more", "0 more"},

	"turn.users":        {"turn: {users: [\"bob:builder\"]}", "turn: {users: [\"alice:wonderland\"]}", allocates(1), "401", "ok"},
	"turn.users-file":   {"", "turn: {users-file: FOLDER/users}", allocates(1), "401", "ok"},
	"turn.secrets":      {"", "turn: {secrets: [0123456789abcdef]}", allocatesBySecret, "401", "ok"},
	"turn.secrets-file": {"", "turn: {secrets-file: FOLDER/secrets}", allocatesBySecret, "401", "ok"},

	"turn.peers-allow": {alice, alice + "  peers-allow: [127.0.0.1]\n", permits(1, "127.0.0.1"), "403", "ok"},
	"turn.peers-deny":  {alice, alice + "  peers-deny: [198.51.100.0/24]\n", permits(1, "198.51.100.%d"), "ok", "403"},
	"turn.peers-mode":  {alice, alice + "  peers-mode: strict\n", permits(1, "198.51.100.%d"), "ok", "403"},

	"turn.max-allocations":             {alice, alice + "  max-allocations: 1\n", allocates(2), "ok ok", "ok 508"},
	"turn.max-allocations-per-user":    {alice, alice + "  max-allocations-per-user: 1\n", allocates(2), "ok ok", "ok 486"},
	"turn.max-allocations-per-address": {alice, alice + "  max-allocations-per-address: 1\n", allocates(2), "ok ok", "ok 486"},
	"turn.max-permissions":             {alice, alice + "  max-permissions: 1\n", permits(2, "198.51.100.%d"), "ok ok", "ok 508"},
	"turn.max-channels":                {alice, alice + "  max-channels: 1\n", bindsTwice, "ok ok", "ok 508"},
	"turn.max-bitrate":                 {withAlice, withAlice + "  max-bitrate: 1000\n", relays200kB, "most", "few"},
	"turn.max-bitrate-per-user":        {withAlice, withAlice + "  max-bitrate-per-user: 1000\n", relays200kB, "most", "few"},
	"turn.max-unauthenticated":         {"turn: {max-unauthenticated: 0}", "turn: {max-unauthenticated: 1}", strangers, "50 of 50", "1 of 50"},

	"turn.alternate-server":         {alice, alice + "  alternate-server: [\"192.0.2.8:3478\"]\n", drainedAllocate, "508", "300"},
	"rooms.capacity":                {"", "rooms: {capacity: 3}", welcomed("limits", "capacity"), "2", "3"},
	"rooms.resume":                  {"", "rooms: {resume: 7s}", welcomed("resumeSeconds"), "30", "7"},
	"rooms.pins":                    {"", "rooms: {pins: on}", joinsWithPIN, "error", "joined"},
	"rooms.max-sockets":             {"", "rooms: {max-sockets: 1}", dialsTwice, "101 101", "101 503"},
	"rooms.max-sockets-per-address": {"", "rooms: {max-sockets-per-address: 1}", dialsTwice, "101 101", "101 429"},
	"rooms.max-joins-per-address":   {"", "rooms: {max-joins-per-address: 1}", joinsOften, "none", "some"},
	"rooms.max-rooms-per-address":   {"", "rooms: {max-rooms-per-address: 1}", makesTwoRooms, "joined joined", "joined error"},

	"drain.timeout": {"", "drain: {timeout: 1h}", drainTime, "within=5s", "within=1h0m0s"},

	"ice.host": {"ice: {host: old.example.org}", "ice: {host: turn.example.org}", namedHost, "old.example.org: metrics for old.example.org", "turn.example.org: metrics for turn.example.org"},
	"ice.ttl":  {"", "ice: {ttl: 60}", iceList(func(l iceAnswer) string { return fmt.Sprint(l.TTL) }), "3600", "60"},

	"metrics.allow": {aProxy, aProxy + "metrics: {allow: [198.51.100.8]}\n", monitorElsewhere, "403", "200"},

	"log.level": {"", "log: {level: debug}", debugLines, "none", "some"},
}

const aProxy = "http: {trusted-proxies: [127.0.0.1]}\n"

func monitorElsewhere(t *testing.T, s *reloading) string {
	return fmt.Sprint(s.ask(t, "/metrics", "X-Forwarded-For: 198.51.100.8").StatusCode)
}

const alice = "turn:\n  users: [\"alice:wonderland\"]\n"

func TestLiveSettingsReachTheirParts(t *testing.T) {
	for _, s := range config.Settings() {
		row, known := live[s.Path]
		if known != s.Live {
			t.Errorf("%s: live is %v, and there is a test: %v", s.Path, s.Live, known)
			continue
		}
		if !known {
			continue
		}
		t.Run(s.Path, func(t *testing.T) {
			t.Parallel()
			folder := t.TempDir()
			for name, content := range map[string]string{"users": "alice:wonderland\n", "secrets": "0123456789abcdef\n"} {
				if err := os.WriteFile(filepath.Join(folder, name), []byte(content), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			server := startWith(t, row.before)
			if got := row.look(t, server); got != row.wantOld {
				t.Errorf("before: %s, want %s", got, row.wantOld)
			}
			if strings.Contains(server.stderr.String(), "waiting for calls") { // a look that ends it
				server = startWith(t, row.before)
			}
			log := server.reload(t, strings.ReplaceAll(row.after, "FOLDER", folder))
			if !strings.Contains(log, s.Path) {
				t.Errorf("the log does not name it:\n%s", log)
			}
			if got := row.look(t, server); got != row.wantNew {
				t.Errorf("after: %s, want %s", got, row.wantNew)
			}
		})
	}
}

// ask sends a request to the page's port as a caller from elsewhere.
func (s *reloading) ask(t *testing.T, path string, headers ...string) *http.Response {
	t.Helper()
	r, err := http.NewRequest("GET", strings.TrimSuffix(value(t, s.banner, "page"), "/")+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Host = "192.0.2.7:9001"
	for _, h := range headers {
		name, value, _ := strings.Cut(h, ": ")
		r.Header.Set(name, value)
	}
	client := http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	answer, err := client.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { answer.Body.Close() })
	return answer
}

func foreignPage(t *testing.T, s *reloading) string {
	const origin = "Origin: https://app.example.org"
	list := s.ask(t, "/api/ice", origin)
	socket := s.ask(t, "/ws", origin, "Connection: Upgrade", "Upgrade: websocket", "Sec-WebSocket-Version: 13", "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==")
	return fmt.Sprint(list.StatusCode, socket.StatusCode)
}

func pageBehindProxy(t *testing.T, s *reloading) string {
	return fmt.Sprint(s.ask(t, "/", "X-Forwarded-Proto: https").StatusCode)
}

func plainClient(t *testing.T, s *reloading) string {
	return fmt.Sprint(s.ask(t, "/api/ice").StatusCode)
}

// drained has the server wait for a call.
func (s *reloading) drained(t *testing.T) {
	t.Helper()
	s.call(t)
	s.signal(t)
	s.logs(t, "waiting for calls to end")
}

// tellsOfACall is a page that says how its call went, and how many more are known then.
func tellsOfACall(t *testing.T, s *reloading) string {
	known := func() int {
		var all []admin.Report
		if err := json.Unmarshal([]byte(s.mustCtl(t, "ctl reports --json")), &all); err != nil {
			t.Fatal(err)
		}
		return len(all)
	}
	before := known()
	page := strings.TrimSuffix(value(t, s.banner, "page"), "/")
	r, err := http.NewRequest("POST", page+"/api/report", strings.NewReader(`{"outcome":"connected","pair":"relay","transport":"udp","connectMs":700,"verdict":"ok"}`))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Origin", page)
	r.Header.Set("Content-Type", "application/json")
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	answer.Body.Close()
	return fmt.Sprint(known()-before, " more")
}

func drainedAllocate(t *testing.T, s *reloading) string {
	s.drained(t)
	_, err := s.turnClient(t, "alice", "wonderland").Do(deadline(t), allocateRequest(t), probe.Signed())
	return word(err)
}

func drainTime(t *testing.T, s *reloading) string {
	s.drained(t)
	log := s.stderr.String()
	return strings.Fields(log[strings.LastIndex(log, "within="):])[0]
}

type iceAnswer struct {
	IceServers []struct{ URLs []string }
	TTL        int
}

func iceList(of func(iceAnswer) string) func(*testing.T, *reloading) string {
	return func(t *testing.T, s *reloading) string {
		answer, err := http.Get(value(t, s.banner, "ice"))
		if err != nil {
			t.Fatal(err)
		}
		defer answer.Body.Close()
		var list iceAnswer
		if err := json.NewDecoder(answer.Body).Decode(&list); err != nil {
			t.Fatal(err)
		}
		return of(list)
	}
}

// namedHost is the host of the ICE list, and the one by which a monitor may ask.
func namedHost(t *testing.T, s *reloading) string {
	told := iceList(func(l iceAnswer) string { return strings.Split(l.IceServers[0].URLs[0], ":")[1] })(t, s)
	var served []string
	for _, host := range []string{"old.example.org", "turn.example.org"} {
		request, err := http.NewRequest("GET", value(t, s.banner, "page")+"metrics", nil)
		if err != nil {
			t.Fatal(err)
		}
		request.Host = host
		answer, err := http.DefaultClient.Do(request)
		if err != nil {
			t.Fatal(err)
		}
		answer.Body.Close()
		if answer.StatusCode == http.StatusOK {
			served = append(served, host)
		}
	}
	return told + ": metrics for " + strings.Join(served, " ")
}

// allocates opens so many allocations, and gives them back.
func allocates(many int) func(*testing.T, *reloading) string {
	return func(t *testing.T, s *reloading) string {
		var opened []*probe.Client
		defer func() {
			for _, c := range opened {
				if _, err := c.Refresh(deadline(t), 0); err != nil {
					t.Error(err)
				}
			}
		}()
		return each(many, func(int) error {
			c := s.turnClient(t, "alice", "wonderland")
			_, err := c.Allocate(deadline(t), probe.AllocateOptions{})
			if err == nil {
				opened = append(opened, c)
			}
			return err
		})
	}
}

func allocatesBySecret(t *testing.T, s *reloading) string {
	user, password := minted("0123456789abcdef", "anna")
	_, err := s.turnClient(t, user, password).Allocate(deadline(t), probe.AllocateOptions{})
	return word(err)
}

// minted is a user of a secret.
func minted(secret, name string) (user, password string) {
	return auth.New("zerortc", nil, []config.Secret{config.NewSecret(secret)}).Mint(name, time.Now().Add(time.Hour))
}

// allocated is a client of alice with an allocation.
func (s *reloading) allocated(t *testing.T) *probe.Client {
	t.Helper()
	c := s.turnClient(t, "alice", "wonderland")
	if _, err := c.Allocate(deadline(t), probe.AllocateOptions{}); err != nil {
		t.Fatal(err)
	}
	return c
}

// permits asks for permissions, each for another address if there is room for its
// number.
func permits(many int, address string) func(*testing.T, *reloading) string {
	return func(t *testing.T, s *reloading) string {
		c := s.allocated(t)
		return each(many, func(i int) error {
			peer := strings.ReplaceAll(address, "%d", fmt.Sprint(i+1))
			return c.CreatePermission(deadline(t), netip.AddrPortFrom(netip.MustParseAddr(peer), 9))
		})
	}
}

func bindsTwice(t *testing.T, s *reloading) string {
	c := s.allocated(t)
	return each(2, func(i int) error {
		peer := netip.AddrFrom4([4]byte{198, 51, 100, byte(i + 1)})
		return c.ChannelBind(deadline(t), uint16(0x4000+i), netip.AddrPortFrom(peer, 9))
	})
}

// relays200kB sends them at once and tells how much got through.
func relays200kB(t *testing.T, s *reloading) string {
	c := s.allocated(t)
	peer, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer peer.Close()
	if err := c.ChannelBind(deadline(t), 0x4000, netip.MustParseAddrPort(peer.LocalAddr().String())); err != nil {
		t.Fatal(err)
	}
	came := make(chan int)
	go func() {
		n := 0
		for b := make([]byte, 2000); ; n++ {
			if _, _, err := peer.ReadFrom(b); err != nil {
				came <- n
				return
			}
		}
	}()
	for range 200 {
		if err := c.SendChannel(0x4000, make([]byte, 1000)); err != nil {
			t.Fatal(err)
		}
		time.Sleep(50 * time.Microsecond) // for the buffers on the way
	}
	if _, err := c.Refresh(deadline(t), time.Hour); err != nil { // behind the packets
		t.Fatal(err)
	}
	peer.SetReadDeadline(time.Now().Add(200 * time.Millisecond))
	if <-came > 100 {
		return "most"
	}
	return "few"
}

// strangers ask without a credential, more often than one may.
func strangers(t *testing.T, s *reloading) string {
	const asked = 50
	conn, err := net.Dial("udp", strings.TrimPrefix(strings.TrimSuffix(value(t, s.banner, "turn"), "?transport=udp"), "turn:"))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	for range asked {
		conn.Write(stun.MustBuild(stun.TransactionID, stun.NewType(stun.MethodAllocate, stun.ClassRequest)).Raw)
	}
	conn.Write(stun.MustBuild(stun.TransactionID, stun.BindingRequest).Raw)
	conn.SetReadDeadline(time.Now().Add(patience))
	for answers, b := 0, make([]byte, 1500); ; answers++ {
		n, err := conn.Read(b)
		if err != nil {
			t.Fatal(err)
		}
		m := &stun.Message{Raw: b[:n]}
		if m.Decode() == nil && m.Type.Method == stun.MethodBinding {
			return fmt.Sprintf("%d of %d", answers, asked)
		}
	}
}

// debugLines opens a socket, which is worth a line of debug.
func debugLines(t *testing.T, s *reloading) string {
	before := len(s.stderr.String())
	foreign := s.ask(t, "/ws", "Connection: Upgrade", "Upgrade: websocket", "Sec-WebSocket-Version: 13", "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==")
	foreign.Body.Close()
	eventually(t, "the end of the socket, which is told before", func() bool { return s.status(t).Sockets == 0 })
	s.ask(t, "/api/ice", "Origin: https://evil.example") // worth a line of warning, behind the others
	eventually(t, "the warning", func() bool { return strings.Contains(s.stderr.String()[before:], "evil.example") })
	if !strings.Contains(s.stderr.String()[before:], "level=DEBUG") {
		return "none"
	}
	return "some"
}

// each is what came of several tries.
func each(many int, try func(int) error) string {
	var words []string
	for i := range many {
		words = append(words, word(try(i)))
	}
	return strings.Join(words, " ")
}

func word(err error) string {
	switch {
	case err == nil:
		return "ok"
	case probe.Code(err) > 0:
		return fmt.Sprint(probe.Code(err))
	}
	return err.Error()
}
