package gate

import (
	"sync/atomic"

	"github.com/pion/stun"
)

// name is why a packet was refused: a counter, and a word in the log.
type name int

const (
	malformed name = iota
	unauthorized
	stale
	otherUser
	mismatch
	bad
	unknownAttribute
	addressFamily
	transport
	peerFamily
	peerDenied
	quotaReached
	capacity
	tooManyPermissions
	tooManyChannels
	noAllocation
	draining
	overBitrate
	silenced
	overloaded
	flooded
	undelivered
	crowded
	crowdedByAddress
	names // how many there are
)

var nameStrings = [names]string{
	malformed:          "malformed",
	unauthorized:       "unauthorized",
	stale:              "stale-nonce",
	otherUser:          "wrong-credentials",
	mismatch:           "allocation-mismatch",
	bad:                "bad-request",
	unknownAttribute:   "unknown-attribute",
	addressFamily:      "address-family",
	transport:          "transport",
	peerFamily:         "peer-family",
	peerDenied:         "peer-denied",
	quotaReached:       "allocation-quota", // one user's, or one address's
	capacity:           "capacity",
	tooManyPermissions: "max-permissions",
	tooManyChannels:    "max-channels",
	noAllocation:       "no-allocation",
	draining:           "draining", // no new allocation, since the server is about to end
	overBitrate:        "max-bitrate",
	silenced:           "max-unauthenticated", // refused with one of the above, and not answered
	overloaded:         "overload",            // requests and doubtful data wait to be looked at, and more does not fit
	flooded:            "overload-per-source", // so many of them are of one address or IPv6 /64
	undelivered:        "undelivered",         // to somebody who reads too slowly, or cannot be reached
	crowded:            "max-connections",     // a connection over TCP or TLS, at once closed
	crowdedByAddress:   "max-connections-per-address",
}

// String implements fmt.Stringer.
func (n name) String() string { return nameStrings[n] }

// tally counts refusals by name.
type tally []atomic.Uint64

func newTally() tally { return make(tally, names) }

func (t tally) read() map[string]uint64 {
	m := make(map[string]uint64, names)
	for n := range names {
		m[n.String()] = t[n].Load()
	}
	return m
}

// refusal is an error answer.
type refusal struct {
	name   name
	code   stun.ErrorCode
	reason string      // for the people who read a packet capture
	tell   stun.Setter // an attribute that goes with it, or nil
}

// Error implements error.
func (r refusal) Error() string { return r.name.String() }

// Answers before authentication carry no reason: they are to be small, since
// anybody can have them sent to anybody.
var (
	badRequest           = refusal{name: bad, code: stun.CodeBadRequest, reason: "Bad Request"}
	mustAuthenticate     = refusal{name: unauthorized, code: stun.CodeUnauthorized}
	staleNonce           = refusal{name: stale, code: stun.CodeStaleNonce}
	wrongCredentials     = refusal{name: otherUser, code: stun.CodeWrongCredentials, reason: "Wrong Credentials"}
	allocationMismatch   = refusal{name: mismatch, code: stun.CodeAllocMismatch, reason: "Allocation Mismatch"}
	unsupportedFamily    = refusal{name: addressFamily, code: stun.CodeAddrFamilyNotSupported, reason: "Address Family not Supported"}
	unsupportedTransport = refusal{name: transport, code: stun.CodeUnsupportedTransProto, reason: "Unsupported Transport Protocol"}
	peerFamilyMismatch   = refusal{name: peerFamily, code: stun.CodePeerAddrFamilyMismatch, reason: "Peer Address Family Mismatch"}
	forbidden            = refusal{name: peerDenied, code: stun.CodeForbidden, reason: "Forbidden"}
	allocationQuota      = refusal{name: quotaReached, code: stun.CodeAllocQuotaReached, reason: "Allocation Quota Reached"}
	permissionLimit      = refusal{name: tooManyPermissions, code: stun.CodeInsufficientCapacity, reason: "Too Many Permissions"}
	channelLimit         = refusal{name: tooManyChannels, code: stun.CodeInsufficientCapacity, reason: "Too Many Channels"}
	insufficientCapacity = refusal{name: capacity, code: stun.CodeInsufficientCapacity, reason: "Insufficient Capacity"}
)
