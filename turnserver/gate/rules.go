package gate

import (
	"fmt"
	"log/slog"
	"net/netip"
	"time"

	"zerortc/turnserver/auth"
	"zerortc/turnserver/policy"
	"zerortc/turnserver/relay"
)

// Rules is what all gates of a server have in common. Its fields are set once.
type Rules struct {
	Realm  string
	Users  *auth.Book
	Peers  *policy.Policy
	Relays *relay.Ports
	Own    func(netip.Addr) bool // whether an address is this machine's, or advertised for it
	Log    *slog.Logger

	nonces  nonces
	tally   tally
	grumble sparing
}

// NewRules completes rules; every exported field must be set.
func NewRules(r Rules) (*Rules, error) {
	var err error
	if r.nonces, err = newNonces(); err != nil {
		return nil, fmt.Errorf("making the nonce key: %w", err)
	}
	r.tally = newTally()
	r.grumble = newSparing(linesASecond)
	return &r, nil
}

// Refused tells how many packets were refused so far, by reason. The names are
// stable.
func (r *Rules) Refused() map[string]uint64 { return r.tally.read() }

func (r *Rules) count(n name) { r.tally[n].Add(1) }

// complain writes a log line about a client, unless there were many just now.
func (r *Rules) complain(line string, facts ...any) {
	if r.grumble.allows(time.Now()) {
		r.Log.Info(line, facts...)
	}
}
