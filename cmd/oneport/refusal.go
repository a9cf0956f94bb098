package oneport

import (
	"net"
	"sync/atomic"

	"golang.org/x/time/rate"
)

// reason is why a connection was closed before anybody served it: a counter, and a
// word in the log.
type reason int

const (
	tooManyStrangers reason = iota
	tooManyStrangersOfAddress
	tooManyHandshakes
	tooMany
	tooManyOfAddress
	unknownProtocol
	tlsIsOff
	reasons // how many there are
)

var reasonStrings = [reasons]string{
	tooManyStrangers:          "max-silent",             // the oldest of those that had not said what they want
	tooManyStrangersOfAddress: "max-silent-per-address", // the same
	tooManyHandshakes:         "max-handshakes",         // its turn to compute did not come in time
	tooMany:                   "max-connections",        // of HTTP
	tooManyOfAddress:          "max-connections-per-address",
	unknownProtocol:           "unknown-protocol",
	tlsIsOff:                  "tls-off",
}

// String implements fmt.Stringer.
func (r reason) String() string { return reasonStrings[r] }

// isLimit tells what an operator wants to know of from what whoever looks for open
// ports does all day.
func (r reason) isLimit() bool { return r < unknownProtocol }

// refusals counts by reason, and tells of some: a few lines, then one a second, so that
// nobody can fill the disk.
type refusals struct {
	counts [reasons]atomic.Uint64
	lines  *rate.Limiter
}

func newRefusals() *refusals { return &refusals{lines: rate.NewLimiter(1, 5)} }

// refuse counts a connection that the caller closes. No lock is held: it may log.
func (p *Ports) refuse(conn net.Conn, why reason) {
	p.refused.counts[why].Add(1)
	if why.isLimit() && p.refused.lines.Allow() {
		p.log.Info("connection refused", "why", why.String(), "client", conn.RemoteAddr(), "on", conn.LocalAddr())
	}
}

// Refused tells how many connections were refused so far, by reason. The names are
// stable.
func (p *Ports) Refused() map[string]uint64 {
	m := make(map[string]uint64, reasons)
	for why := range reasons {
		m[why.String()] = p.refused.counts[why].Load()
	}
	return m
}
