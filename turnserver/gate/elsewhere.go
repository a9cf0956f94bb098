package gate

import (
	"github.com/pion/stun"
)

// elsewhere sends a client to another server (RFC 8656 section 7.2, RFC 8489
// section 10). It has shown its credential, which the other server has to know too,
// and the answer is signed, so nobody can lead it astray. The other server has to be
// of the client's family, as RFC 5389 section 11 wanted: an old client has no other
// socket. Without one it is 508: the client has to wait, or knows of others itself.
func (r *Rules) elsewhere(from *request) error {
	for _, server := range r.Live().Alternates {
		if server.Addr().Is4() == from.from.Client.Addr().Is4() {
			return refusal{
				name: draining, code: stun.CodeTryAlternate, reason: "Try Alternate",
				tell: &stun.AlternateServer{IP: server.Addr().AsSlice(), Port: int(server.Port())},
			}
		}
	}
	return refusal{name: draining, code: stun.CodeInsufficientCapacity, reason: "Draining"}
}
