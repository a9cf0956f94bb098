package gate

import (
	"net/netip"
	"sync"
	"time"

	"github.com/pion/stun"
)

// handlers serve the request methods. Each returns the attributes of a success
// or an error, a refusal where the client is at fault.
var handlers = map[stun.Method]func(*Gate, *request) ([]stun.Setter, error){
	stun.MethodBinding:          (*Gate).binding,
	stun.MethodAllocate:         (*Gate).allocate,
	stun.MethodRefresh:          (*Gate).refresh,
	stun.MethodCreatePermission: (*Gate).createPermission,
	stun.MethodChannelBind:      (*Gate).channelBind,
}

// binding tells a client the address it is seen at (RFC 8489 section 12). It
// needs no credential.
func (g *Gate) binding(r *request) ([]stun.Setter, error) {
	if err := r.checkUnderstood(); err != nil {
		return nil, err
	}
	return []stun.Setter{xorAddress{stun.AttrXORMappedAddress, r.from.Client}}, nil
}

func (g *Gate) succeed(r *request, attributes []stun.Setter) {
	g.answer(r, stun.ClassSuccessResponse, attributes)
}

// refuse answers with an error. To clients that are not authenticated there are
// only so many of those answers.
func (g *Gate) refuse(r *request, why refusal) {
	g.rules.count(why.name)
	g.rules.refusedAllocation(r, why.name)
	g.rules.ledger.refused(r, why.name)
	if r.isSuspect() && !g.rules.failures.allow(r.from.Client.Addr(), g.rules.Live().MaxUnauthenticated, time.Now()) {
		g.rules.count(silenced)
		return
	}
	attributes := []stun.Setter{stun.ErrorCodeAttribute{Code: why.code, Reason: []byte(why.reason)}}
	if why.name == unauthorized || why.name == stale {
		attributes = append(attributes, stun.NewNonce(g.rules.nonces.make(r.from, time.Now())), stun.NewRealm(g.rules.Realm))
	}
	if why.tell != nil {
		attributes = append(attributes, why.tell)
	}
	g.answer(r, stun.ClassErrorResponse, attributes)
}

// isSuspect tells whether an error answer counts against its source: over UDP any
// to a client that is not authenticated, since the source may be forged; over TCP,
// where it is not and a client asks once and waits, only a failed credential. A
// client whose nonce has grown old goes on: else a forger could end its call.
func (r *request) isSuspect() bool {
	return r.key == nil && !r.known && (r.from.Transport == UDP || r.signed)
}

// answers are kept for what responses are written into: nobody keeps one.
var answers = sync.Pool{New: func() any { return stun.New() }}

// answer sends a response: signed with the key of the request if it was
// authenticated, with a FINGERPRINT if the request had one.
func (g *Gate) answer(r *request, class stun.MessageClass, attributes []stun.Setter) {
	setters := append([]stun.Setter{r.Message, stun.NewType(r.Type.Method, class)}, attributes...)
	if r.key != nil {
		setters = append(setters, r.key)
	}
	if r.fingerprint {
		setters = append(setters, stun.Fingerprint)
	}
	m := answers.Get().(*stun.Message)
	defer answers.Put(m)
	if err := m.Build(setters...); err != nil { // r.Message sets the transaction id
		g.rules.Log.Error("building an answer", "method", r.Type.Method.String(), "err", err)
		return
	}
	g.send(m.Raw, r.from, Answer, nil)
}

// xorAddress is an address attribute of the XORed kind.
type xorAddress struct {
	kind    stun.AttrType
	address netip.AddrPort
}

// AddTo implements stun.Setter.
func (x xorAddress) AddTo(m *stun.Message) error {
	a := stun.XORMappedAddress{IP: x.address.Addr().AsSlice(), Port: int(x.address.Port())}
	return a.AddToAs(m, x.kind)
}
