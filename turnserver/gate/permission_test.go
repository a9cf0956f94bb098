package gate

import (
	"net/netip"
	"testing"
	"time"

	"github.com/pion/stun"
)

// A request that comes again and again has the engine renew nothing; one that comes
// when some time is over has it renew everything.
func TestRepeatedPermissions(t *testing.T) {
	g, box := newGate(t)
	ask(t, g, box, caller, append([]stun.Setter{allocateRequest, overUDP}, credentials(g, caller, time.Now())...)...)
	s := g.session(caller)
	permit := func() (until []time.Time) {
		t.Helper()
		setters := []stun.Setter{stun.NewType(stun.MethodCreatePermission, stun.ClassRequest)}
		for range 30 {
			for _, peer := range []string{"198.51.100.2:9", "198.51.100.1:9", "198.51.100.1:7"} {
				setters = append(setters, xorAddress{stun.AttrXORPeerAddress, netip.MustParseAddrPort(peer)})
			}
		}
		if m := ask(t, g, box, caller, append(setters, credentials(g, caller, time.Now())...)...); code(t, m) != 0 {
			t.Fatalf("refused: %v", m)
		}
		for _, p := range s.grants.permitted {
			until = append(until, p.until)
		}
		return until
	}
	first := permit()
	if len(first) != 2 || !first[0].Equal(first[1]) {
		t.Fatalf("granted until %v, want two of one time", first)
	}
	if again := permit(); !again[0].Equal(first[0]) || !again[1].Equal(first[1]) {
		t.Errorf("at once again: until %v, was %v", again, first)
	}
	s.grants.permitted[0].until = first[0].Add(-renewed)
	if later := permit(); !later[0].After(first[0]) || !later[1].Equal(first[1]) {
		t.Errorf("when it was due for the first: until %v, was %v", later, first)
	}
}
