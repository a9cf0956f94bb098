package gate

import "github.com/pion/stun"

// ends remembers the last requests that ended an allocation, so that a
// retransmission gets the answer the first copy got (RFC 8489 section 6.3.1)
// and not 437. They were authenticated, and their number is fixed.
type ends struct {
	ring []end // grows to endsKept: most connections end one allocation
	next int
}

const endsKept = 64

type end struct {
	tuple       Tuple
	user        string
	transaction [stun.TransactionIDSize]byte
}

func endOf(r *request) end { return end{r.from, r.user, r.TransactionID} }

func (e *ends) note(r *request) {
	if len(e.ring) < endsKept {
		e.ring = append(e.ring, endOf(r))
		return
	}
	e.ring[e.next] = endOf(r)
	e.next = (e.next + 1) % endsKept
}

func (e *ends) has(r *request) bool {
	for _, known := range e.ring {
		if known == endOf(r) {
			return true
		}
	}
	return false
}
