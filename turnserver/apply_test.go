package turnserver

import (
	"context"
	"fmt"
	"net"
	"net/netip"
	"sync"
	"testing"
	"time"

	"zerortc/config"
	"zerortc/turnserver/gate"
	"zerortc/turnserver/probe"
)

// Rules change as fast as they can while clients come, send and go: nothing is lost
// and, under the race detector, nothing is torn.
func TestApplyInAStorm(t *testing.T) {
	s := start(t, settings(loopbackPeers))
	stop := make(chan struct{})
	var storm sync.WaitGroup
	storm.Go(func() {
		for i := 0; ; i++ {
			select {
			case <-stop:
				return
			default:
			}
			cfg := settings(loopbackPeers, func(cfg *config.TURN) {
				cfg.MaxBitrate, cfg.MaxBitratePerUser = i%2*100_000_000, i%3*100_000_000
				cfg.MaxPermissions, cfg.MaxChannels, cfg.MaxUnauthenticated = i%2*100, i%3*100, i%2*10_000
				cfg.PeersDeny = []netip.Prefix{netip.PrefixFrom(netip.AddrFrom4([4]byte{192, 0, 2, byte(i)}), 32)}
			})
			s.rules.Users.Replace(cfg.Users, cfg.Secrets)
			s.Apply(cfg)
		}
	})
	t.Run("clients", func(t *testing.T) {
		for n := range 4 {
			t.Run(fmt.Sprint(n), func(t *testing.T) {
				t.Parallel()
				for range 3 {
					c, _ := allocated(t, s, networks[n%2])
					must(t, c.ChannelBind(deadline(t), 0x4000, peer(t, "127.0.0.1:0")))
					for i := range 100 {
						must(t, c.SendChannel(0x4000, fmt.Append(nil, i)))
						if got := string(receive(t, c).Data); got != fmt.Sprint("ECHO ", i) {
							t.Errorf("packet %d came back as %q", i, got)
						}
					}
					_, err := c.Refresh(deadline(t), 0)
					must(t, err)
				}
			})
		}
	})
	close(stop)
	storm.Wait()
}

// A peer that is denied by a new policy is neither sent to nor heard, though its
// permission lasts; allowed again, it is both.
func TestApplyPolicyToPermissionsThatLast(t *testing.T) {
	s := start(t, settings(loopbackPeers))
	c, a := allocated(t, s, "udp")
	p, err := net.ListenPacket("udp", "127.0.0.1:0")
	must(t, err)
	defer p.Close()
	must(t, c.ChannelBind(deadline(t), 0x4000, p.LocalAddr().(*net.UDPAddr).AddrPort()))
	for _, step := range []struct {
		change func(*config.TURN)
		pass   bool
	}{
		{loopbackPeers, true},
		{func(*config.TURN) {}, false},
		{loopbackPeers, true},
	} {
		s.Apply(settings(step.change))
		must(t, c.SendChannel(0x4000, []byte("out")))
		_, err = p.WriteTo([]byte("in"), net.UDPAddrFromAddrPort(a.Relayed))
		must(t, err)
		_ = p.SetReadDeadline(time.Now().Add(300 * time.Millisecond))
		if _, _, err := p.ReadFrom(make([]byte, 10)); (err == nil) != step.pass {
			t.Errorf("the peer hears us: %v, want %v", err == nil, step.pass)
		}
		soon, cancel := context.WithTimeout(context.Background(), 300*time.Millisecond)
		if _, err := c.Receive(soon); (err == nil) != step.pass {
			t.Errorf("we hear the peer: %v, want %v", err == nil, step.pass)
		}
		cancel()
	}
}

// Lower limits end nothing; who holds more than that gets no more.
func TestApplyLowerLimits(t *testing.T) {
	s := start(t, settings())
	first, _ := allocated(t, s, "udp")
	second, _ := allocated(t, s, "udp")
	s.Apply(settings(func(cfg *config.TURN) { cfg.MaxAllocationsPerUser = 1 }))
	for _, c := range []*probe.Client{first, second} {
		_, err := c.Refresh(deadline(t), time.Hour)
		must(t, err)
	}
	_, err := client(t, s, "udp").Allocate(deadline(t), probe.AllocateOptions{})
	wantCode(t, "a third", err, 486)
	s.Apply(settings())
	_, err = client(t, s, "udp").Allocate(deadline(t), probe.AllocateOptions{})
	wantCode(t, "without the limit", err, 0)
}

// The end of what a user that was taken away has open is told with its reason.
func TestRevoked(t *testing.T) {
	events := make(chan gate.Event, 16)
	s := start(t, settings(), func(s *Server) { s.Observe(func(e gate.Event) { events <- e }) })
	gone, _ := allocated(t, s, "tcp", as("bob", "builder"))
	stays, _ := allocated(t, s, "udp")
	<-events
	<-events
	cfg := settings(func(cfg *config.TURN) { cfg.Users = cfg.Users[:1] })
	s.rules.Users.Replace(cfg.Users, cfg.Secrets)
	s.Apply(cfg)
	if e := <-events; e.Kind != gate.Closed || e.Reason != gate.Revoked || e.Session.User != "bob" {
		t.Errorf("got %+v", e)
	}
	_, err := gone.Refresh(deadline(t), time.Hour)
	wantCode(t, "the user that is gone", err, 401)
	_, err = stays.Refresh(deadline(t), time.Hour)
	wantCode(t, "the other", err, 0)
}

// An allocation keeps the credential it was opened with when its secret is retired,
// for as long as it lasts, and nobody else can use that.
func TestARetiredSecretEndsNoAllocation(t *testing.T) {
	s := start(t, settings())
	user, password := minted("alice", time.Hour)
	c, _ := allocated(t, s, "udp", as(user, password))
	s.rules.Users.Replace(nil, nil)
	s.Apply(settings())
	_, err := c.Refresh(deadline(t), time.Hour)
	wantCode(t, "the allocation goes on", err, 0)
	wantCode(t, "with another peer", c.CreatePermission(deadline(t), netip.MustParseAddrPort("198.51.100.1:9")), 0)
	other := client(t, s, "udp", as(user, password))
	_, err = other.Allocate(deadline(t), probe.AllocateOptions{})
	wantCode(t, "another allocation", err, 401)
	_, err = other.Refresh(deadline(t), time.Hour)
	wantCode(t, "from another address", err, 401)
	_, err = c.Refresh(deadline(t), 0)
	wantCode(t, "given back", err, 0)
	_, err = c.Allocate(deadline(t), probe.AllocateOptions{})
	wantCode(t, "and opened again", err, 401)
}
