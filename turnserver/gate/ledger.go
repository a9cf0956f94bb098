package gate

import (
	"cmp"
	"maps"
	"net/netip"
	"slices"
	"sync"
	"time"
)

// Session is an allocation as the operator sees it.
type Session struct {
	ID        uint64
	User      string // as the client sent it: quote it
	Transport Transport
	Client    netip.AddrPort
	Server    netip.AddrPort // our end of the client's 5-tuple
	Relay     netip.AddrPort // as advertised
	Opened    time.Time
	Expires   time.Time // unless refreshed
	ToPeers   Traffic
	FromPeers Traffic
}

// Traffic is what passed one way: datagrams, and the bytes of data in them.
type Traffic struct{ Packets, Bytes uint64 }

// Event is something that happened to a session.
type Event struct {
	Kind    Kind
	Session Session // as it was then
	Reason  Reason  // of a Closed
	Refusal string  // of a Refused: a word of Refused's names
}

// Kind is what happened. The words are stable.
type Kind string

// The kinds of events.
const (
	Opened    Kind = "opened"
	Refreshed Kind = "refreshed"
	Closed    Kind = "closed"
	// Refused is a request of a user who was let in. Of its Session there are the user
	// and where the request came from.
	Refused Kind = "refused"
)

// Reason is why a session ended. The words are stable.
type Reason string

// The reasons.
const (
	Expired      Reason = "expired"           // it was not refreshed in time
	ByClient     Reason = "client"            // refreshed with a lifetime of zero
	Kicked       Reason = "kicked"            // by the operator
	Revoked      Reason = "revoked"           // its static user was taken away or has another password
	Disconnected Reason = "connection-closed" // of a client on TCP
	Stopped      Reason = "stopped"           // the server
)

// Reasons lists them all.
func Reasons() []Reason {
	return []Reason{Expired, ByClient, Kicked, Revoked, Disconnected, Stopped}
}

// ledger lists the sessions of all gates.
type ledger struct {
	observe func(Event)
	why     counters // of those that ended, by Reason

	mu        sync.Mutex
	last      uint64
	sessions  map[uint64]*session
	ended     map[uint64]bool // before they could be added
	toPeers   Traffic         // of those that ended
	fromPeers Traffic
}

func newLedger(observe func(Event)) *ledger {
	why := make([]string, 0, len(Reasons()))
	for _, r := range Reasons() {
		why = append(why, string(r))
	}
	return &ledger{observe: observe, why: newCounters(why...), sessions: map[uint64]*session{}, ended: map[uint64]bool{}}
}

func (l *ledger) number() uint64 {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.last++
	return l.last
}

// add makes a session known. One that has ended meanwhile never was.
func (l *ledger) add(s *session) {
	l.mu.Lock()
	if l.ended[s.id] {
		delete(l.ended, s.id)
		l.mu.Unlock()
		return
	}
	l.sessions[s.id] = s
	l.mu.Unlock()
	l.observe(Event{Kind: Opened, Session: s.view()})
}

func (l *ledger) remove(s *session) {
	l.mu.Lock()
	known := l.sessions[s.id] != nil
	delete(l.sessions, s.id)
	l.toPeers, l.fromPeers = l.toPeers.plus(s.toPeers.read()), l.fromPeers.plus(s.fromPeers.read())
	if !known {
		l.ended[s.id] = true
	}
	l.mu.Unlock()
	if known {
		l.why.count(string(s.why()))
		l.observe(Event{Kind: Closed, Session: s.view(), Reason: s.why()})
	}
}

func (l *ledger) refreshed(s *session) { l.observe(Event{Kind: Refreshed, Session: s.view()}) }

// refused tells of a request that an authenticated user was not granted. That a nonce
// has grown old is nothing to tell.
func (l *ledger) refused(r *request, why name) {
	if r.user != "" && why != stale {
		l.observe(Event{Kind: Refused, Session: Session{User: r.user, Transport: r.from.Transport, Client: r.from.Client}, Refusal: why.String()})
	}
}

func (l *ledger) get(id uint64) *session {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.sessions[id]
}

// all is every session.
func (l *ledger) all() []*session {
	l.mu.Lock()
	defer l.mu.Unlock()
	return slices.Collect(maps.Values(l.sessions))
}

// list is every session as the operator sees it, the oldest first.
func (l *ledger) list() []Session {
	sessions := l.all()
	all := make([]Session, 0, len(sessions))
	for _, s := range sessions {
		all = append(all, s.view())
	}
	slices.SortFunc(all, func(a, b Session) int { return cmp.Compare(a.ID, b.ID) })
	return all
}

func (s *session) view() Session {
	return Session{
		ID: s.id, User: s.user, Transport: s.tuple.Transport,
		Client: s.tuple.Client, Server: s.tuple.Server, Relay: s.relay.Advertised(),
		Opened: s.opened, Expires: s.expires(),
		ToPeers: s.toPeers.read(), FromPeers: s.fromPeers.read(),
	}
}

// why is the reason for the end: somebody's, or time.
func (s *session) why() Reason {
	if r := s.reason.Load(); r != nil {
		return *r
	}
	return Expired
}
