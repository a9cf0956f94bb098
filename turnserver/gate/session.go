package gate

import (
	"errors"
	"sync/atomic"
	"time"

	"github.com/pion/stun"

	"zerortc/turnserver/engine"
	"zerortc/turnserver/policy"
	"zerortc/turnserver/quota"
	"zerortc/turnserver/relay"
)

// session is a client's allocation as the gate sees it.
type session struct {
	// Set before anybody else can meet the session.
	id     uint64
	user   string
	key    stun.MessageIntegrity // it was opened with
	policy *policy.Policy        // that was in force then
	tuple  Tuple
	gate   *Gate
	relay  *relay.Socket
	share  *quota.Share
	opened time.Time
	behind *behind

	// Any goroutine.
	grants    grants
	lasts     atomic.Int64 // a time.Duration from opened on
	toPeers   traffic
	fromPeers traffic
	reason    atomic.Pointer[Reason] // why it ends, set by whoever ends it first

	// Set once the engine has the allocation, before the ledger knows it.
	allocation *engine.Allocation

	// Handle's goroutine only.
	transaction [stun.TransactionIDSize]byte // of the Allocate request
	terms       terms                        // of its answer
}

// traffic counts what passes one way. Padding and headers do not count.
type traffic struct{ packets, bytes atomic.Uint64 }

func (t *traffic) add(size int) {
	t.packets.Add(1)
	t.bytes.Add(uint64(size))
}

func (t *traffic) read() Traffic { return Traffic{t.packets.Load(), t.bytes.Load()} }

// end ends the allocation, for the reason unless there is one already.
func (s *session) end(why Reason) error {
	s.reason.CompareAndSwap(nil, &why)
	return s.allocation.Close()
}

// setEnd notes when the allocation will end unless it is refreshed.
func (s *session) setEnd(at time.Time) { s.lasts.Store(int64(at.Sub(s.opened))) }

// expires is when that will be.
func (s *session) expires() time.Time { return s.opened.Add(time.Duration(s.lasts.Load())) }

// over tells whether it is about to be: then the engine is asked about data.
func (s *session) over(now time.Time) bool {
	return now.Add(caution).Sub(s.opened) >= time.Duration(s.lasts.Load())
}

func (g *Gate) session(of Tuple) *session {
	g.mu.RLock()
	defer g.mu.RUnlock()
	return g.sessions[of]
}

// open makes an allocation of a relay socket, which is closed if that fails.
func (g *Gate) open(r *request, socket *relay.Socket, lifetime time.Duration) (*session, error) {
	share, ok := socket.Holder().(*quota.Share)
	if !ok {
		_ = socket.Close()
		return nil, errors.New("a relay port without a share of the quota")
	}
	s := &session{
		id: g.rules.ledger.number(), user: r.user, key: r.key, policy: g.rules.Live().Peers,
		tuple: r.from, gate: g, relay: socket, share: share, opened: time.Now(), transaction: r.TransactionID,
	}
	s.behind = newBehind(s)
	s.setEnd(s.opened.Add(lifetime))
	g.remember(s) // now, since the allocation may end before Allocate returns
	var err error
	if s.allocation, err = g.rules.Engines.Allocate(s.behind, lifetime, g.sink(s)); err != nil {
		_ = socket.Close()
		g.forget(s)
		return nil, err
	}
	if err := socket.Serve(g.loops, s, s.fromPeer); err != nil {
		_ = s.allocation.Close()
		return nil, err
	}
	g.rules.ledger.add(s)
	if !g.rules.Users.Stands(s.user, s.key) { // taken away since it was checked
		_ = s.end(Revoked)
	}
	return s, nil
}

func (g *Gate) remember(s *session) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.sessions[s.tuple] = s
}

func (g *Gate) forget(s *session) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.sessions[s.tuple] == s {
		delete(g.sessions, s.tuple)
	}
}

// all lists the sessions there are.
func (g *Gate) all() (list []*session) {
	g.mu.Lock()
	defer g.mu.Unlock()
	for _, s := range g.sessions {
		list = append(list, s)
	}
	return list
}
