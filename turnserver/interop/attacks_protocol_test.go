package interop

import (
	"fmt"
	"net/netip"
	"sync"
	"testing"

	"github.com/pion/stun"

	"zerortc/turnserver/probe"
)

// Where the library's answers are not those of the standards, to a client's
// harm.

// TestA14UnknownAttribute: an attribute that must be understood (below 0x8000)
// asks for something we cannot do, and doing the rest regardless is wrong: 420
// (RFC 8489 section 6.3.1).
func TestA14UnknownAttribute(t *testing.T) {
	duel(t, bareAttacked, oursAttacked, func(t *testing.T, to target) (harm []string) {
		unknown := stun.RawAttribute{Type: 0x7ABC, Value: []byte{1, 2, 3, 4}}
		c := client(t, "udp", to.addr)
		code, answer := to.answer(t, c, allocateRequest(t, unknown), probe.Signed())
		if code != 420 {
			return []string{fmt.Sprintf("Allocate gave %d", code)}
		}
		if list, _ := answer.Get(stun.AttrUnknownAttributes); string(list) != "\x7A\xBC" {
			harm = append(harm, fmt.Sprintf("UNKNOWN-ATTRIBUTES is % x", list))
		}
		return harm
	})
}

// TestA16WrongAnswers: a relay over TCP that is one over UDP, silence where
// there is no allocation (a browser then waits for up to forty seconds), and a
// wrong password that ends the client's attempts instead of having it ask for
// the right one.
func TestA16WrongAnswers(t *testing.T) {
	duel(t, bareAttacked, oursAttacked, func(t *testing.T, to target) (harm []string) {
		const tcp = 6
		if code := to.ask(t, client(t, "udp", to.addr), stun.MethodAllocate, probe.RequestedTransport(tcp)); code != 442 {
			harm = append(harm, fmt.Sprintf("a relay over TCP: %d", code))
		}
		harm = append(harm, withoutAllocation(t, to)...)
		return append(harm, wrongPassword(t, to)...)
	})
}

// withoutAllocation asks all that needs an allocation, at once, since the
// library lets each of them wait to the end.
func withoutAllocation(t *testing.T, to target) (harm []string) {
	peer := probe.Peer(netip.MustParseAddrPort("127.0.0.1:9"))
	var (
		all sync.WaitGroup
		mu  sync.Mutex
	)
	for _, m := range []*stun.Message{
		request(t, stun.MethodRefresh),
		request(t, stun.MethodCreatePermission, peer),
		request(t, stun.MethodChannelBind, probe.Channel(0x4000), peer),
	} {
		c := client(t, "udp", to.addr)
		all.Go(func() {
			if code := to.say(t, c, m, probe.Signed()); code != 437 {
				mu.Lock()
				defer mu.Unlock()
				harm = append(harm, fmt.Sprintf("%s without an allocation: %d", m.Type.Method, code))
			}
		})
	}
	all.Wait()
	return harm
}

// wrongPassword tries one, and then the right one with the nonce that the
// refusal brought: a client that asks its user again does the same.
func wrongPassword(t *testing.T, to target) []string {
	c := client(t, "udp", to.addr)
	code, answer := to.answer(t, c, allocateRequest(t), probe.SignedAs("lqf", "1234567"))
	if code != 401 || !answer.Contains(stun.AttrNonce) || !answer.Contains(stun.AttrRealm) {
		return []string{fmt.Sprintf("a wrong password: %d %v", code, answer)}
	}
	nonce, err := answer.Get(stun.AttrNonce)
	must(t, err)
	key := stun.NewLongTermIntegrity("lqf", realm, "123456")
	again := stun.MustBuild(stun.TransactionID, stun.NewType(stun.MethodAllocate, stun.ClassRequest), probe.RequestedTransport(probe.UDP),
		stun.NewUsername("lqf"), stun.NewRealm(realm), stun.Nonce(nonce), key)
	if code := to.say(t, c, again); code != success {
		return []string{fmt.Sprintf("the right password after a wrong one: %d", code)}
	}
	return nil
}
