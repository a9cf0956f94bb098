package turnserver

import (
	"errors"
	"net"
	"net/netip"
	"os"
	"testing"
	"time"

	"github.com/pion/stun"

	"zerortc/config"
	"zerortc/turnserver/gate"
	"zerortc/turnserver/probe"
)

func TestAllocationLimits(t *testing.T) {
	for what, c := range map[string]struct {
		limit config.TURN
		user  string // of the second client
		even  probe.EvenPort
		code  int
	}{
		"in all":                           {config.TURN{MaxAllocations: config.Portion{Count: 1}}, "bob", probe.AnyPort, 508},
		"of a user":                        {config.TURN{MaxAllocationsPerUser: 1}, "lqf", probe.AnyPort, 486},
		"of a user, another one":           {config.TURN{MaxAllocationsPerUser: 1}, "bob", probe.AnyPort, 0},
		"from an address":                  {config.TURN{MaxAllocationsPerAddress: 1}, "bob", probe.AnyPort, 486},
		"in all, of which one is reserved": {config.TURN{MaxAllocations: config.Portion{Count: 2}}, "bob", probe.EvenAndNext, 508},
		"of a user, one of them reserved":  {config.TURN{MaxAllocationsPerUser: 2}, "lqf", probe.EvenAndNext, 486},
	} {
		t.Run(what, func(t *testing.T) {
			s, ctx := start(t, settings(func(cfg *config.TURN) {
				cfg.MaxAllocations, cfg.MaxAllocationsPerUser, cfg.MaxAllocationsPerAddress =
					c.limit.MaxAllocations, c.limit.MaxAllocationsPerUser, c.limit.MaxAllocationsPerAddress
			})), deadline(t)
			first := client(t, s, "udp")
			_, err := first.Allocate(ctx, probe.AllocateOptions{EvenPort: c.even})
			must(t, err)
			second := client(t, s, "udp", as(c.user, map[string]string{"lqf": "123456", "bob": "builder"}[c.user]))
			_, err = second.Allocate(ctx, probe.AllocateOptions{})
			wantCode(t, "one more", err, c.code)
			if c.code == 0 || c.even != probe.AnyPort {
				return
			}
			_, err = first.Refresh(ctx, 0)
			must(t, err)
			eventually(t, "the place is free", func() bool { return s.rules.Quota.Held() == 0 })
			_, err = second.Allocate(ctx, probe.AllocateOptions{})
			wantCode(t, "after the first has ended", err, 0)
		})
	}
}

func TestPermissionAndChannelLimits(t *testing.T) {
	s, ctx := start(t, settings(func(cfg *config.TURN) { cfg.MaxPermissions, cfg.MaxChannels = 3, 2 })), deadline(t)
	c, _ := allocated(t, s, "udp")
	at := func(n byte) netip.AddrPort { return netip.AddrPortFrom(netip.AddrFrom4([4]byte{198, 51, 100, n}), 9) }
	wantCode(t, "four at once", c.CreatePermission(ctx, at(1), at(2), at(3), at(4)), 508)
	wantCode(t, "two", c.CreatePermission(ctx, at(1), at(2)), 0)
	wantCode(t, "a channel brings a permission", c.ChannelBind(ctx, 0x4000, at(3)), 0)
	wantCode(t, "a fourth", c.CreatePermission(ctx, at(4)), 508)
	wantCode(t, "a fourth, by a channel", c.ChannelBind(ctx, 0x4001, at(4)), 508)
	wantCode(t, "those there are, again", c.CreatePermission(ctx, at(1), at(2), at(3)), 0)
	wantCode(t, "a second channel", c.ChannelBind(ctx, 0x4001, at(1)), 0)
	wantCode(t, "a third channel", c.ChannelBind(ctx, 0x4002, at(2)), 508)
	wantCode(t, "the first, again", c.ChannelBind(ctx, 0x4000, at(3)), 0)
	if r := s.Refused(); r["max-permissions"] != 3 || r["max-channels"] != 1 {
		t.Errorf("counted %v", r)
	}
}

func TestBitrateLimit(t *testing.T) {
	s, ctx := start(t, settings(loopbackPeers, func(cfg *config.TURN) { cfg.MaxBitrate = 10_000 })), deadline(t)
	c, _ := allocated(t, s, "udp")
	must(t, c.ChannelBind(ctx, 0x4000, peer(t, "127.0.0.1:0")))
	for range 200 {
		must(t, c.SendChannel(0x4000, make([]byte, 1000)))
	}
	_, err := c.Refresh(ctx, time.Hour) // behind the packets
	must(t, err)
	if n := s.Refused()["max-bitrate"]; n < 100 {
		t.Errorf("of 200 kB at once %d packets were dropped", n)
	}
}

// A reserved port counts from the beginning, so it can be redeemed at the limit.
func TestRedeemingAtTheLimit(t *testing.T) {
	s, ctx := start(t, settings(func(cfg *config.TURN) { cfg.MaxAllocationsPerUser = 2 })), deadline(t)
	first, err := client(t, s, "udp").Allocate(ctx, probe.AllocateOptions{EvenPort: probe.EvenAndNext})
	must(t, err)
	redeemer := client(t, s, "udp")
	_, err = redeemer.Allocate(ctx, probe.AllocateOptions{Reservation: first.Reservation})
	wantCode(t, "the reserved port", err, 0)
	if s.rules.Quota.Held() != 2 {
		t.Errorf("%d shares are held", s.rules.Quota.Held())
	}
	_, err = redeemer.Refresh(ctx, 0)
	must(t, err)
	eventually(t, "its share is back", func() bool { return s.rules.Quota.Held() == 1 })
}

// unauthenticated sends requests without a credential, waits for no answer and
// returns how many come.
func unauthenticated(t *testing.T, s *Server, requests int) int {
	t.Helper()
	conn, err := net.Dial("udp", s.at("127.0.0.1"))
	must(t, err)
	defer conn.Close()
	for range requests {
		_, err := conn.Write(stun.MustBuild(stun.TransactionID, stun.NewType(stun.MethodAllocate, stun.ClassRequest)).Raw)
		must(t, err)
	}
	last := stun.MustBuild(stun.TransactionID, stun.BindingRequest).Raw
	_, err = conn.Write(last)
	must(t, err)
	answers, b := 0, make([]byte, 1500)
	for end := time.Now().Add(10 * time.Second); time.Now().Before(end); {
		_ = conn.SetReadDeadline(time.Now().Add(500 * time.Millisecond))
		n, err := conn.Read(b)
		if errors.Is(err, os.ErrDeadlineExceeded) { // too many of us were waiting: again, as clients do
			_, err := conn.Write(last)
			must(t, err)
			continue
		}
		must(t, err)
		m := &stun.Message{Raw: b[:n]}
		must(t, m.Decode())
		if m.Type == stun.BindingSuccess { // served during a flood too, and last
			return answers
		}
		answers++
	}
	t.Fatal("no answer to what came last")
	return 0
}

func TestAFloodIsNotMirrored(t *testing.T) {
	s, ctx := start(t, settings(func(cfg *config.TURN) { cfg.MaxUnauthenticated = 100 })), deadline(t)
	c, _ := allocated(t, s, "udp")
	if n := unauthenticated(t, s, 2000); n < 100 || n > 400 {
		t.Errorf("%d answers to 2,000 requests at once, want 100 and a few for the time it took", n)
	}
	// The same source has a client with a right credential, and soon another.
	_, err := c.Refresh(ctx, time.Hour)
	wantCode(t, "a right credential in the flood", err, 0)
	flooded := time.Now()
	_, err = client(t, s, "udp").Allocate(ctx, probe.AllocateOptions{})
	wantCode(t, "a new client", err, 0)
	if d := time.Since(flooded); d > 2*time.Second {
		t.Errorf("it took %v to be served", d)
	}
}

// Over TCP a client asks for the nonce once and waits: an office behind one
// address whose UDP is closed comes in at once.
func TestManyChallengesOverTCP(t *testing.T) {
	s := start(t, settings(func(cfg *config.TURN) { cfg.MaxUnauthenticated = 1 }))
	for range 20 {
		allocated(t, s, "tcp")
	}
	if n := s.Refused()["max-unauthenticated"]; n != 0 {
		t.Errorf("%d clients were not answered", n)
	}
}

func TestSilentConnectionsAreClosed(t *testing.T) {
	s := start(t, settings(), func(s *Server) {
		s.patience = deadlines{first: 100 * time.Millisecond, idle: 200 * time.Millisecond, bare: 400 * time.Millisecond, write: time.Second}
	})
	silent, err := net.Dial("tcp", s.at("127.0.0.1"))
	must(t, err)
	defer silent.Close()
	_ = silent.SetReadDeadline(time.Now().Add(10 * time.Second))
	if _, err := silent.Read(make([]byte, 1)); err == nil || os.IsTimeout(err) {
		t.Errorf("a connection that says nothing: %v", err)
	}
	talker, _ := allocated(t, s, "tcp")
	asker := client(t, s, "tcp")
	_, err = asker.Binding(deadline(t))
	must(t, err)
	time.Sleep(500 * time.Millisecond)
	_, err = talker.Refresh(deadline(t), time.Hour)
	wantCode(t, "one with an allocation stays", err, 0)
	if _, err := asker.Binding(deadline(t)); err == nil {
		t.Error("one without stays")
	}
}

// Who has no allocation is not kept for talking.
func TestTalkWithoutAnAllocationEnds(t *testing.T) {
	s := start(t, settings(), func(s *Server) {
		s.patience = deadlines{first: time.Second, idle: time.Second, bare: 300 * time.Millisecond, write: time.Second}
	})
	c := client(t, s, "tcp")
	for end := time.Now().Add(10 * time.Second); ; time.Sleep(20 * time.Millisecond) {
		if _, err := c.Binding(deadline(t)); err != nil {
			return
		}
		if time.Now().After(end) {
			t.Fatal("it is kept")
		}
	}
}

func TestSessionsAndEvents(t *testing.T) {
	cfg := settings(loopbackPeers)
	events := make(chan gate.Event, 100)
	s := start(t, cfg, func(s *Server) { s.Observe(func(e gate.Event) { events <- e }) })
	ctx := deadline(t)
	c, a := allocated(t, s, "udp")
	p := peer(t, "127.0.0.1:0")
	must(t, c.ChannelBind(ctx, 0x4000, p))
	must(t, c.SendChannel(0x4000, []byte("12345")))
	receive(t, c)
	_, err := c.Refresh(ctx, time.Hour)
	must(t, err)

	list := s.Sessions()
	if len(list) != 1 {
		t.Fatalf("%d sessions", len(list))
	}
	got := list[0]
	if got.User != "lqf" || got.Client != c.LocalAddr() || got.Relay != a.Relayed || got.Transport != gate.UDP ||
		got.ToPeers != (gate.Traffic{Packets: 1, Bytes: 5}) || got.FromPeers != (gate.Traffic{Packets: 1, Bytes: 10}) ||
		time.Until(got.Expires).Round(time.Minute) != time.Hour {
		t.Errorf("session %+v", got)
	}
	if !s.Kick(got.ID) || s.Kick(got.ID) || len(s.Sessions()) != 0 {
		t.Error("an allocation is kicked once, and then is not there")
	}
	_, err = c.Refresh(ctx, time.Hour)
	wantCode(t, "refresh after the kick", err, 437)

	second, _ := allocated(t, s, "udp")
	_, err = second.Refresh(ctx, 0)
	must(t, err)
	third, _ := allocated(t, s, "tcp")
	_ = third.Close()
	for _, want := range []struct {
		kind   gate.Kind
		reason gate.Reason
	}{
		{gate.Opened, ""}, {gate.Refreshed, ""}, {gate.Closed, gate.Kicked}, {gate.Refused, ""},
		{gate.Opened, ""}, {gate.Closed, gate.ByClient},
		{gate.Opened, ""}, {gate.Closed, gate.Disconnected},
	} {
		select {
		case e := <-events:
			if e.Kind != want.kind || e.Reason != want.reason || e.Session.User != "lqf" || (e.Kind == gate.Refused) != (e.Refusal == "allocation-mismatch") {
				t.Errorf("event %s %s, want %s %s", e.Kind, e.Reason, want.kind, want.reason)
			}
		case <-ctx.Done():
			t.Fatalf("no event %s %s", want.kind, want.reason)
		}
	}
}

// The end of an allocation is told again to a client that lost the first
// answer.
func TestARepeatedEndGetsTheSameAnswer(t *testing.T) {
	s := start(t, settings())
	c, _ := allocated(t, s, "udp")
	end, err := probe.Request(stun.MethodRefresh, probe.Lifetime(0))
	must(t, err)
	signed, err := c.Sign(end)
	must(t, err)
	first, err := c.Do(deadline(t), signed)
	must(t, err)
	second, err := c.Do(deadline(t), signed)
	must(t, err)
	if string(first.Raw) != string(second.Raw) {
		t.Errorf("first % x\nthen  % x", first.Raw, second.Raw)
	}
	_, err = c.Refresh(deadline(t), 0)
	wantCode(t, "another end", err, 437)
}

func TestTheOtherFamily(t *testing.T) {
	s, ctx := start(t, settings(everywhere, loopbackPeers)), deadline(t)
	c := client(t, s, "udp")
	a, err := c.Allocate(ctx, probe.AllocateOptions{Family: probe.IPv6})
	if err != nil || !a.Relayed.Addr().Is6() {
		t.Fatalf("asked for IPv6: %v, %v", a.Relayed, err)
	}
	p := peer(t, "[::1]:0")
	wantCode(t, "an IPv4 peer", c.CreatePermission(ctx, netip.MustParseAddrPort("198.51.100.7:9")), 443)
	must(t, c.CreatePermission(ctx, p))
	must(t, c.Send(p, []byte("hi")))
	if got := receive(t, c); string(got.Data) != "ECHO hi" || got.Peer != p {
		t.Errorf("got %+v", got)
	}
}
