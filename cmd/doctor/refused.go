package doctor

import (
	"context"
	"errors"
	"fmt"
	"net/netip"

	"github.com/pion/stun"

	"zerortc/cmd/finding"
	"zerortc/turnserver/probe"
)

// password sees a wrong one refused. A server that takes every password is a relay
// for strangers.
func (v *visit) password(ctx context.Context) finding.Finding {
	c, err := v.connect(ctx, v.best())
	if err != nil {
		return noRelay
	}
	defer c.Close()
	request, err := probe.Request(stun.MethodAllocate, probe.RequestedTransport(probe.UDP))
	if err != nil {
		return finding.Skip("", "%v", err)
	}
	_, err = c.Do(ctx, request, probe.SignedAs(v.list.user, v.list.pass+"x"))
	switch code := probe.Code(err); {
	case code == 401:
		return finding.Good("", "a wrong one is refused")
	case err == nil, code != 0, errors.Is(err, probe.ErrIntegrity): // a success that the wrong key has not signed
		return finding.Bad("", "a wrong one is not refused: strangers can relay through this server", "see which TURN server listens there; this one has no way to switch passwords off")
	default:
		return finding.Bad("", "a wrong one gets no answer: "+err.Error(), "look into the log of the server")
	}
}

// noRelay is for checks that come after one which took the last relay.
var noRelay = finding.Skip("", "no relay is to be had any more")

// peer is one that no relay may lead to.
type peer struct {
	what   string
	v4, v6 string
}

var (
	loopback = peer{"the server's own loopback", "127.0.0.1:9", "[::1]:9"}
	metadata = peer{"link-local addresses, such as a cloud's metadata", "169.254.169.254:80", "[fe80::a9fe:a9fe]:80"}
)

// refused asks for a permission that must not be given.
func (v *visit) refused(p peer) func(context.Context) finding.Finding {
	return func(ctx context.Context) finding.Finding {
		r := v.ends[0]
		if r == nil {
			return noRelay
		}
		target := p.v4
		if r.Relayed.Addr().Is6() {
			target = p.v6
		}
		err := r.CreatePermission(ctx, netip.MustParseAddrPort(target))
		switch probe.Code(err) {
		case 403:
			return finding.Good("", "%s: refused", p.what)
		case 0:
			if err != nil {
				return finding.Bad("", fmt.Sprintf("%s: no answer: %v", p.what, err), "look into the log of the server")
			}
		}
		return finding.Bad("", fmt.Sprintf("%s: a relay may lead to %s, and with it everybody with a credential to what listens there", p.what, target),
			"take it out of turn.peers-allow; if it is not there, another TURN server listens here")
	}
}
