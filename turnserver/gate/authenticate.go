package gate

import (
	"time"

	"github.com/pion/stun"

	"zerortc/turnserver/auth"
)

// authenticate checks the long-term credential (RFC 8489 section 9.2.4) and
// returns the session the client has, if any. Where the RFC has a request that
// fails the check answered, the answer is 401 or 438 with a fresh nonce,
// whether the user is unknown, the password wrong or the time over.
func (g *Gate) authenticate(r *request) (*session, error) {
	if !r.signed {
		return nil, mustAuthenticate // the usual first request: no fault
	}
	var (
		username stun.Username
		realm    stun.Realm
		nonce    stun.Nonce
	)
	if username.GetFrom(r.Message) != nil || realm.GetFrom(r.Message) != nil || nonce.GetFrom(r.Message) != nil {
		return nil, badRequest
	}
	now := time.Now()
	switch g.rules.nonces.check(nonce.String(), r.from, now) {
	case foreign:
		return nil, staleNonce
	case outlived:
		r.known = true // our answers reach this client: it had one
		return nil, staleNonce
	}
	user := username.String()
	key, verdict := g.rules.Users.Check(user, r.signedWith, now)
	s := g.session(r.from)
	if key == nil && g.opened(s, user, r) {
		key, verdict = s.key, auth.Expired
	}
	if ours := realm.String() == g.rules.Realm; !ours || !g.admits(r, verdict, user, s) {
		g.rules.failed(verdict, ours)
		g.rules.complain("credential refused", "why", auth.Explain(verdict, user, now), "user", Clip(user), "realm", Clip(realm.String()),
			"client", r.from.Client, "transport", r.from.Transport.String())
		return nil, mustAuthenticate
	}
	r.user, r.key = user, key
	if s != nil && s.user != user && r.Type.Method != stun.MethodAllocate {
		return nil, wrongCredentials // RFC 8656 section 5; for Allocate it is 437
	}
	return s, nil
}

// admits decides by the verdict on a credential. One whose time is over opens
// nothing, and keeps what it opened in time: a call must not end because it
// lasts.
func (g *Gate) admits(r *request, v auth.Verdict, user string, s *session) bool {
	switch v {
	case auth.Accepted:
		return true
	case auth.Expired:
		return s != nil && s.user == user && r.Type.Method != stun.MethodAllocate
	default:
		return false
	}
}

// opened tells whether the request is signed with what opened the session, though
// the book does not know that any more: an allocation keeps its credential for as
// long as it lasts (RFC 8656 section 3.2).
func (g *Gate) opened(s *session, user string, r *request) bool {
	return s != nil && s.user == user && r.signedWith(s.key) && g.rules.Users.Stands(user, s.key)
}

// holder authenticates a request about an allocation and returns its session:
// 437 without one (RFC 8656 section 5), and 420 for what we do not understand.
func (g *Gate) holder(r *request) (*session, error) {
	s, err := g.authenticate(r)
	if err != nil {
		return nil, err
	}
	if s == nil {
		return nil, allocationMismatch
	}
	return s, r.checkUnderstood()
}
