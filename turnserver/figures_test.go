package turnserver

import (
	"net/netip"
	"sync"
	"testing"
	"time"

	"zerortc/config"
	"zerortc/turnserver/gate"
	"zerortc/turnserver/policy"
	"zerortc/turnserver/probe"
)

// Figures count each thing once, under a word of the lists.
func TestFigures(t *testing.T) {
	s := start(t, settings(loopbackPeers, func(cfg *config.TURN) {
		cfg.MaxAllocationsPerUser = 1
		cfg.PeersDeny = []netip.Prefix{netip.MustParsePrefix("198.51.100.0/24")}
	}))
	ctx := deadline(t)
	c, a := allocated(t, s, "udp")
	for _, denied := range []string{"198.51.100.1:9", "224.0.0.1:9", "224.0.0.1:10"} {
		wantCode(t, denied, c.CreatePermission(ctx, netip.MustParseAddrPort(denied)), 403)
	}
	_, err := client(t, s, "tcp").Allocate(ctx, probe.AllocateOptions{})
	wantCode(t, "a second one of the user", err, 486)
	late, password := minted("late", -time.Hour)
	for _, user := range []func(*probe.Config){
		as("lqf", "wrong"), as("nobody", "x"), as(late, password),
		func(cfg *probe.Config) { cfg.Username, cfg.Password = "9999999999:x", "wrong" },
	} {
		_, err := client(t, s, "udp", user).Allocate(ctx, probe.AllocateOptions{})
		wantCode(t, "a bad credential", err, 401)
	}
	got := s.Stats()
	for what, count := range map[string][2]uint64{
		"granted over UDP":  {got.Allocations[gate.UDP][gate.Granted], 1},
		"refused over UDP":  {got.Allocations[gate.UDP]["unauthorized"], 4},
		"quota over TCP":    {got.Allocations[gate.TCP]["allocation-quota"], 1},
		"live over UDP":     {uint64(got.Live[gate.UDP]), 1},
		"live over TCP":     {uint64(got.Live[gate.TCP]), 0},
		"wrong passwords":   {got.AuthFailures["wrong-password"], 2},
		"unknown users":     {got.AuthFailures["unknown-user"], 1},
		"expired":           {got.AuthFailures["expired"], 1},
		"denied by a rule":  {got.DeniedPeers[policy.Rule], 1},
		"denied multicast":  {got.DeniedPeers["multicast"], 2},
		"refusals of peers": {got.Refused["peer-denied"], 3},
		"ports in use":      {uint64(got.PortsInUse), 1},
		"ports":             {uint64(got.PortCapacity), 16384},
		"connections":       {uint64(got.Connections), 1},
	} {
		if count[0] != count[1] {
			t.Errorf("%s: %d, want %d", what, count[0], count[1])
		}
	}
	if sum(got.Allocations[gate.UDP]) != 5 || sum(got.Allocations[gate.TCP]) != 1 || sum(got.Allocations[gate.TLS]) != 0 {
		t.Errorf("allocations %v", got.Allocations)
	}
	if !a.Relayed.IsValid() {
		t.Error("no relay")
	}
}

func sum(counts map[string]uint64) (n uint64) {
	for _, c := range counts {
		n += c
	}
	return n
}

// No counter goes back, and no byte is lost or counted twice, while allocations
// come and go under the eyes of somebody who reads all the time.
func TestTotalsOnlyGrow(t *testing.T) {
	s := start(t, settings(loopbackPeers))
	stop, reader := make(chan struct{}), sync.WaitGroup{}
	reader.Go(func() {
		var before Stats
		for {
			now := s.Stats()
			if now.ToPeers.Bytes < before.ToPeers.Bytes || now.ToPeers.Packets < before.ToPeers.Packets ||
				now.FromPeers.Bytes < before.FromPeers.Bytes || now.FromPeers.Packets < before.FromPeers.Packets {
				t.Errorf("from %v %v to %v %v", before.ToPeers, before.FromPeers, now.ToPeers, now.FromPeers)
			}
			before = now
			select {
			case <-stop:
				return
			default:
			}
		}
	})
	const clients, packets = 20, 5
	ctx := deadline(t)
	echo := peer(t, "127.0.0.1:0")
	for i := range clients {
		c, _ := allocated(t, s, []string{"udp", "tcp"}[i%2])
		must(t, c.ChannelBind(ctx, 0x4000, echo))
		for range packets {
			must(t, c.SendChannel(0x4000, []byte("12345")))
			receive(t, c)
		}
		_, err := c.Refresh(ctx, 0)
		must(t, err)
	}
	close(stop)
	reader.Wait()
	got := s.Stats()
	want := gate.Traffic{Packets: clients * packets, Bytes: clients * packets * 5}
	if got.ToPeers != want || got.FromPeers.Packets != want.Packets || len(got.Live) != 0 {
		t.Errorf("at the end %v, %v, live %v; want %v", got.ToPeers, got.FromPeers, got.Live, want)
	}
}
