package doctor

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"slices"
	"time"

	"zerortc/cmd/finding"
	"zerortc/turnserver/probe"
)

// retransmit is the first pause of a request over UDP: within the time of a check it
// is sent four times.
const retransmit = 200 * time.Millisecond

// stun asks for our address as the server sees it (RFC 8489 section 12).
func (v *visit) stun(ctx context.Context) finding.Finding {
	seen, took, err := binding(ctx, v.list.stun)
	if err != nil {
		what, remedy := unanswered(v.list.stun, overUDP, err)
		return finding.Bad("", what, remedy)
	}
	return finding.Good("", "%s sees us as %s, in %s", v.list.stun, seen, round(took))
}

func binding(ctx context.Context, at string) (seen string, took time.Duration, err error) {
	c, err := probe.Dial(ctx, probe.Config{Network: "udp", Server: at, RTO: retransmit})
	if err != nil {
		return "", 0, err
	}
	defer c.Close()
	begin := time.Now()
	mapped, err := c.Binding(ctx)
	return mapped.String(), time.Since(begin), err
}

// relay is an allocation of ours on the server.
type relay struct {
	*probe.Client
	probe.Allocation
}

// close gives the allocation back, so that the next check finds its port free.
func (r *relay) close() {
	ctx, cancel := context.WithTimeout(context.Background(), retransmit)
	defer cancel()
	_, _ = r.Refresh(ctx, 0) // else it ends by itself, in minutes
	_ = r.Close()
}

// connect opens a connection to TURN as a client has it, by one of the ways.
func (v *visit) connect(ctx context.Context, way string) (*probe.Client, error) {
	cfg := probe.Config{Network: "tcp", Server: v.list.turn[way], Username: v.list.user, Password: v.list.pass, RTO: retransmit}
	if way != overTLS {
		cfg.Network = way
		return probe.Dial(ctx, cfg)
	}
	// Clients of TURN have no warning to click away, but that is judged elsewhere.
	d := tls.Dialer{Config: &tls.Config{InsecureSkipVerify: true, MinVersion: tls.VersionTLS12}}
	conn, err := d.DialContext(ctx, "tcp", cfg.Server)
	if err != nil {
		return nil, err
	}
	return probe.New(conn, cfg), nil
}

// allocate opens a relay with the credentials of the list.
func (v *visit) allocate(ctx context.Context, way string) (*relay, error) {
	c, err := v.connect(ctx, way)
	if err != nil {
		return nil, err
	}
	a, err := c.Allocate(ctx, probe.AllocateOptions{})
	if err != nil {
		_ = c.Close()
		return nil, err
	}
	return &relay{c, a}, nil
}

// turn opens a relay by one way.
func (v *visit) turn(way string) func(context.Context) finding.Finding {
	return func(ctx context.Context) finding.Finding {
		at := v.list.turn[way]
		switch {
		case at == "" && way == overTLS:
			return finding.Skip("", "the list offers no turns: to this caller; TURN over TCP does for all but the strictest networks")
		case at == "":
			return finding.Bad("", "the list has no turn: URL over "+way, "ask /api/ice of this server itself, and look into its log")
		}
		begin := time.Now()
		r, err := v.allocate(ctx, way)
		if err != nil {
			what, remedy := unanswered(at, way, err)
			return finding.Bad("", what, remedy)
		}
		took := time.Since(begin)
		defer r.close()
		v.opened[slices.Index(ways, way)] = true
		if nowhere(r.Relayed.Addr().String()) && !nowhere(v.URL.Hostname()) {
			return finding.Bad("", fmt.Sprintf("relays are told to be at %s, which is everybody's own machine", r.Relayed.Addr()), "correct turn.public-ip")
		}
		return finding.Good("", "%s opens a relay at %s in %s", at, r.Relayed, round(took))
	}
}

// best is the best way that has opened a relay; for checks that need one.
func (v *visit) best() string {
	for i, way := range ways {
		if v.opened[i] {
			return way
		}
	}
	return ""
}

// unanswered is why TURN gave nothing, in words, and what to do about it.
func unanswered(at, way string, err error) (what, remedy string) {
	network := "tcp"
	if way == overUDP {
		network = "udp"
	}
	switch probe.Code(err) {
	case 0:
	case 401:
		return fmt.Sprintf("%s refuses the user that /api/ice has just made (401)", at),
			"another TURN server listens there, or one with other secrets: see that both are this zerortc"
	case 403:
		return fmt.Sprintf("%s forbids us a relay (403)", at), "look into the log of the server"
	case 486, 508:
		return fmt.Sprintf("%s has no relay left (%d)", at, probe.Code(err)),
			"widen turn.relay-ports, and raise turn.max-allocations, -per-address or -per-user if the log names them"
	default:
		return fmt.Sprintf("%s refuses a relay (%d)", at, probe.Code(err)), "look into the log of the server"
	}
	var alert tls.AlertError
	var record tls.RecordHeaderError
	switch {
	case errors.Is(err, probe.ErrTimeout):
		return notConnected(at, network, context.DeadlineExceeded)
	case errors.Is(err, probe.ErrMalformed), errors.Is(err, probe.ErrIntegrity):
		return fmt.Sprintf("%s answers over %s with what is no TURN: %v", at, way, err), "see which program listens there"
	case errors.As(err, &alert), errors.As(err, &record):
		return fmt.Sprintf("%s speaks no TLS: %v", at, err), "see which program listens there, and that nothing between takes TLS off"
	}
	var noName *net.DNSError
	if errors.As(err, &noName) {
		return fmt.Sprintf("the list sends clients to %s, a name that is not found here", noName.Name), "correct ice.host, or the DNS"
	}
	return notConnected(at, network, err)
}
