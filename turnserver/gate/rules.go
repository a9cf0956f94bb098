package gate

import (
	"fmt"
	"log/slog"
	"net/netip"
	"sync/atomic"
	"time"

	"zerortc/turnserver/auth"
	"zerortc/turnserver/engine"
	"zerortc/turnserver/policy"
	"zerortc/turnserver/quota"
	"zerortc/turnserver/relay"
)

// Rules is what all gates of a server have in common. Its exported fields are set
// once; what can change while the server runs is in Live.
type Rules struct {
	Realm   string
	Users   *auth.Book
	Machine policy.Machine
	Relays  *relay.Ports
	Quota   *quota.Quota
	Engines *engine.Engines // keep the allocations, which end with their gates
	// Sibling is the address of the other family where the given one is, for a
	// client that wants its relay there.
	Sibling func(netip.Addr) (netip.Addr, bool)
	Log     *slog.Logger

	live     *atomic.Pointer[Live]
	draining *atomic.Bool
	nonces   nonces
	tally    tally
	figures
	failures *failures
	ledger   *ledger
	grumble  sparing
}

// Live is what of the rules can change while the server runs. A value never
// changes: Apply puts another one in its place.
type Live struct {
	Peers              *policy.Policy
	MaxPermissions     int // of one allocation, in addresses; 0: no limit
	MaxChannels        int // of one allocation; 0: no limit
	MaxUnauthenticated int // answers a second to one source; 0: no limit
	// Alternates are the servers that clients are sent to while this one drains, of
	// each family one at most.
	Alternates []netip.AddrPort
}

// NewRules completes rules; every exported field must be set. observe is told what
// happens to sessions, on the goroutine it happens on.
func NewRules(r Rules, live Live, observe func(Event)) (*Rules, error) {
	var err error
	r.live = new(atomic.Pointer[Live])
	r.live.Store(&live)
	r.draining = new(atomic.Bool)
	if r.nonces, err = newNonces(); err != nil {
		return nil, fmt.Errorf("making the nonce key: %w", err)
	}
	r.tally = newTally()
	r.figures = newFigures()
	r.failures = newFailures()
	r.ledger = newLedger(observe)
	r.grumble = newSparing(linesASecond)
	return &r, nil
}

// Live is what of the rules is in force.
func (r *Rules) Live() *Live { return r.live.Load() }

// Apply sets other rules for all requests and packets from now on.
func (r *Rules) Apply(live Live) { r.live.Store(&live) }

// Drain opens no allocation from now on. Those that live go on.
func (r *Rules) Drain() { r.draining.Store(true) }

// Revoke ends the allocations of static users that are gone from the book or have
// another password.
func (r *Rules) Revoke() {
	for _, s := range r.ledger.all() {
		if !r.Users.Stands(s.user, s.key) {
			_ = s.end(Revoked)
		}
	}
}

// Refused tells how many packets were refused so far, by reason. The names are
// stable.
func (r *Rules) Refused() map[string]uint64 { return r.tally.read() }

// Sessions lists the allocations, the oldest first.
func (r *Rules) Sessions() []Session { return r.ledger.list() }

// Kick ends an allocation; its client's next request is answered with 437. It
// tells whether there was such an allocation.
func (r *Rules) Kick(id uint64) bool {
	s := r.ledger.get(id)
	return s != nil && s.end(Kicked) == nil
}

// Overloaded counts a packet that found too many others waiting.
func (r *Rules) Overloaded() { r.count(overloaded) }

// Flooded counts a packet whose source has its share of those that wait.
func (r *Rules) Flooded() { r.count(flooded) }

// Crowded counts a connection of a client that is closed since there are too many.
func (r *Rules) Crowded(client netip.AddrPort) { r.turnedAway(crowded, client) }

// CrowdedByAddress counts one whose address has too many.
func (r *Rules) CrowdedByAddress(client netip.AddrPort) { r.turnedAway(crowdedByAddress, client) }

func (r *Rules) turnedAway(why name, client netip.AddrPort) {
	r.count(why)
	r.complain("connection refused", "why", why.String(), "client", client)
}

// Undelivered counts packets that the system would not take.
func (r *Rules) Undelivered(packets int) { r.tally[undelivered].Add(uint64(packets)) }

func (r *Rules) count(n name) { r.tally[n].Add(1) }

// complain writes a log line about a client, unless there were many just now.
func (r *Rules) complain(line string, facts ...any) {
	if r.grumble.allows(time.Now()) {
		r.Log.Info(line, facts...)
	}
}
