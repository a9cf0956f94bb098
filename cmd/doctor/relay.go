package doctor

import (
	"bytes"
	"context"
	"crypto/rand"
	"fmt"
	"net"
	"net/netip"
	"time"

	"zerortc/cmd/finding"
	"zerortc/turnserver/probe"
)

// size is that of a packet of video.
const size = 1000

// pause is how long a packet may take before it is sent again: one may get lost.
const pause = 500 * time.Millisecond

// relay sends a packet from one relay of ours to another and back, which every peer
// policy allows: it is the call of two who are both behind a firewall.
func (v *visit) relay(ctx context.Context) finding.Finding {
	for i := range v.ends {
		r, err := v.allocate(ctx, v.best())
		if err != nil {
			what, remedy := unanswered(v.list.turn[v.best()], v.best(), err)
			return finding.Bad("", "a call takes two relays: "+what, remedy)
		}
		v.ends[i] = r
	}
	for i, r := range v.ends {
		if err := r.CreatePermission(ctx, v.ends[1-i].Relayed); probe.Code(err) == 403 {
			return finding.Bad("", fmt.Sprintf("a relay of this server may not reach another at %s (403)", v.ends[1-i].Relayed.Addr()),
				"take that address out of turn.peers-deny; the log names the rule")
		} else if err != nil {
			return finding.Bad("", "asking for a permission: "+err.Error(), "look into the log of the server")
		}
	}
	took, lost, err := roundTrip(ctx, v.ends[0], v.ends[1])
	switch {
	case err != nil:
		return finding.Bad("", fmt.Sprintf("no packet gets from a relay at %s to another at %s", v.ends[0].Relayed, v.ends[1].Relayed),
			"look into the log of the server, and for a firewall on its own machine that blocks its relay ports")
	case lost > 0:
		return finding.Worth("", fmt.Sprintf("packets get lost: %d before one came back, in %s", lost, round(took)), "look at the network, and at udp-buffers on the server")
	}
	return finding.Good("", "%d bytes from relay to relay and back in %s", size, round(took))
}

// roundTrip sends a packet until it has come back.
func roundTrip(ctx context.Context, a, b *relay) (took time.Duration, lost int, err error) {
	for ; ctx.Err() == nil; lost++ {
		packet := make([]byte, size)
		rand.Read(packet)
		begin := time.Now()
		if err = send(ctx, a, b, packet); err != nil {
			continue
		}
		if err = send(ctx, b, a, packet); err == nil {
			return time.Since(begin), lost, nil
		}
	}
	return 0, lost, err
}

// send sends a packet from relay to relay and sees it come out.
func send(ctx context.Context, from, to *relay, packet []byte) error {
	ctx, cancel := context.WithTimeout(ctx, pause)
	defer cancel()
	if err := from.Send(to.Relayed, packet); err != nil {
		return err
	}
	return awaited(ctx, to.Client, packet)
}

// awaited waits for this very packet: those that come late are none.
func awaited(ctx context.Context, c *probe.Client, packet []byte) error {
	for {
		got, err := c.Receive(ctx)
		if err != nil || bytes.Equal(got.Data, packet) {
			return err
		}
	}
}

// relayAddress sends a packet to our relay from outside, as a peer that is not
// relayed does, and one back. It shows whether the address that relays are told to
// have leads to the server, and whether the relay ports are open.
func (v *visit) relayAddress(ctx context.Context) finding.Finding {
	r := v.ends[0]
	if r == nil {
		return noRelay
	}
	err := r.CreatePermission(ctx, netip.AddrPortFrom(r.Mapped.Addr(), 9)) // of a permission only the address counts
	switch {
	case probe.Code(err) == 403 && thisMachine(r.Mapped.Addr()):
		return finding.Skip("", "the server's own machine is no peer; run the doctor on another one, with --url, to see the relay ports from outside")
	case probe.Code(err) == 403:
		return finding.Skip("", "the peer policy lets no relay lead to us, %s: only calls where both sides are relayed go through", r.Mapped.Addr())
	case err != nil:
		return finding.Bad("", "asking for a permission: "+err.Error(), "look into the log of the server")
	}
	if err := reach(ctx, r); err != nil {
		return finding.Bad("", fmt.Sprintf("a relay said to be at %s is not reached there: %v", r.Relayed.Addr(), err),
			"let the relay ports in at the server (zerortc ports prints the lines); if relays are elsewhere, correct turn.public-ip")
	}
	return finding.Good("", "packets from here reach a relay at %s, and back", r.Relayed)
}

// reach sends a packet to the relay from a socket of its own, and has it answered.
func reach(ctx context.Context, r *relay) error {
	peer, err := net.Dial("udp", r.Relayed.String())
	if err != nil {
		return err
	}
	defer peer.Close()
	packet := make([]byte, size)
	rand.Read(packet)
	for err = fmt.Errorf("no packet comes through"); ctx.Err() == nil; {
		if _, failed := peer.Write(packet); failed != nil {
			return failed
		}
		if came := one(ctx, r, packet); came.IsValid() {
			if err = answered(peer, r, came, packet); err == nil {
				return nil
			}
		}
	}
	return err
}

// one waits for the packet and tells who sent it.
func one(ctx context.Context, r *relay, packet []byte) netip.AddrPort {
	ctx, cancel := context.WithTimeout(ctx, pause)
	defer cancel()
	for {
		got, err := r.Receive(ctx)
		if err != nil {
			return netip.AddrPort{}
		}
		if bytes.Equal(got.Data, packet) {
			return got.Peer
		}
	}
}

// answered sends the packet back to the peer.
func answered(peer net.Conn, r *relay, at netip.AddrPort, packet []byte) error {
	if err := r.Send(at, packet); err != nil {
		return err
	}
	if err := peer.SetReadDeadline(time.Now().Add(pause)); err != nil {
		return err
	}
	got := make([]byte, 2*size)
	n, err := peer.Read(got)
	if err != nil || !bytes.Equal(got[:n], packet) {
		return fmt.Errorf("packets come in, and none comes back")
	}
	return nil
}

// thisMachine tells whether the address is one of ours.
func thisMachine(a netip.Addr) bool {
	if a.IsLoopback() {
		return true
	}
	all, _ := net.InterfaceAddrs()
	for _, one := range all {
		if prefix, err := netip.ParsePrefix(one.String()); err == nil && prefix.Addr() == a {
			return true
		}
	}
	return false
}
