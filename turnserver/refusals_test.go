package turnserver

import (
	"net/netip"
	"strconv"
	"testing"
	"time"

	"github.com/pion/stun"

	"zerortc/config"
	"zerortc/turnserver/auth"
	"zerortc/turnserver/probe"
)

// minted is an HMAC user whose time ends as told from now.
func minted(name string, left time.Duration) (username, password string) {
	return auth.New(realm, nil, []config.Secret{config.NewSecret(secret)}).Mint(name, time.Now().Add(left))
}

func TestWhoMayAllocate(t *testing.T) {
	s := start(t, settings())
	inTime, inTimePassword := minted("alice", time.Hour)
	over, overPassword := minted("alice", -time.Second)
	for _, c := range []struct {
		what, username, password string
		code                     int
	}{
		{"a static user", "lqf", "123456", 0},
		{"an HMAC user", inTime, inTimePassword, 0},
		{"an HMAC user whose time is over", over, overPassword, 401},
		{"an HMAC user who prolongs his time", strconv.FormatInt(time.Now().Add(time.Hour).Unix(), 10) + ":alice", overPassword, 401},
		{"a wrong password", "lqf", "1234567", 401},
		{"an unknown user", "mallory", "123456", 401},
		{"no password", "lqf", "", 401},
	} {
		_, err := client(t, s, "udp", as(c.username, c.password)).Allocate(deadline(t), probe.AllocateOptions{})
		wantCode(t, c.what, err, c.code)
	}
}

// What a request is refused with, for one by one thing that is wrong with it.
func TestRefusals(t *testing.T) {
	s := start(t, settings())
	udp, ip4 := raw(stun.AttrRequestedTransport, 17, 0, 0, 0), raw(stun.AttrRequestedAddressFamily, 1, 0, 0, 0)
	outside := probe.Peer(netip.MustParseAddrPort("198.51.100.7:9"))
	outside6 := probe.Peer(netip.MustParseAddrPort("[2001:db8::7]:9"))
	cases := []struct {
		what       string
		with       bool // an allocation
		method     stun.Method
		attributes []stun.Setter
		code       int
	}{
		{"no transport", false, stun.MethodAllocate, nil, 400},
		{"a transport cut short", false, stun.MethodAllocate, []stun.Setter{raw(stun.AttrRequestedTransport, 17)}, 400},
		{"TCP as transport", false, stun.MethodAllocate, []stun.Setter{raw(stun.AttrRequestedTransport, 6, 0, 0, 0)}, 442},
		{"DONT-FRAGMENT", false, stun.MethodAllocate, []stun.Setter{udp, raw(stun.AttrDontFragment)}, 420},
		{"an attribute nobody knows", false, stun.MethodAllocate, []stun.Setter{udp, raw(0x7ABC)}, 420},
		{"an optional attribute nobody knows", false, stun.MethodAllocate, []stun.Setter{udp, raw(0x9ABC)}, 0},
		{"the family reached", false, stun.MethodAllocate, []stun.Setter{udp, ip4}, 0},
		{"the other family, where it is to be had", false, stun.MethodAllocate, []stun.Setter{udp, raw(stun.AttrRequestedAddressFamily, 2, 0, 0, 0)}, 0},
		{"a family nobody knows", false, stun.MethodAllocate, []stun.Setter{udp, raw(stun.AttrRequestedAddressFamily, 9, 0, 0, 0)}, 440},
		{"an unknown token", false, stun.MethodAllocate, []stun.Setter{udp, raw(stun.AttrReservationToken, 1, 2, 3, 4, 5, 6, 7, 8)}, 508},
		{"a token cut short", false, stun.MethodAllocate, []stun.Setter{udp, raw(stun.AttrReservationToken, 1)}, 400},
		{"a token and an even port", false, stun.MethodAllocate, []stun.Setter{udp, raw(stun.AttrReservationToken, 1, 2, 3, 4, 5, 6, 7, 8), raw(stun.AttrEvenPort, 0)}, 400},
		{"a token and a family", false, stun.MethodAllocate, []stun.Setter{udp, raw(stun.AttrReservationToken, 1, 2, 3, 4, 5, 6, 7, 8), ip4}, 400},
		{"an even port cut short", false, stun.MethodAllocate, []stun.Setter{udp, raw(stun.AttrEvenPort)}, 400},
		{"a lifetime cut short", false, stun.MethodAllocate, []stun.Setter{udp, raw(stun.AttrLifetime, 1)}, 400},
		{"a second allocation", true, stun.MethodAllocate, []stun.Setter{udp}, 437},

		{"refresh of nothing", false, stun.MethodRefresh, nil, 437},
		{"the end of nothing", false, stun.MethodRefresh, []stun.Setter{probe.Lifetime(0)}, 437},
		{"refresh", true, stun.MethodRefresh, nil, 0},
		{"refresh for another family", true, stun.MethodRefresh, []stun.Setter{raw(stun.AttrRequestedAddressFamily, 2, 0, 0, 0)}, 443},

		{"permission on nothing", false, stun.MethodCreatePermission, []stun.Setter{outside}, 437},
		{"permission", true, stun.MethodCreatePermission, []stun.Setter{outside}, 0},
		{"permission for nobody", true, stun.MethodCreatePermission, nil, 400},
		{"permission for half an address", true, stun.MethodCreatePermission, []stun.Setter{raw(stun.AttrXORPeerAddress, 0, 1)}, 400},
		{"permission for an empty address", true, stun.MethodCreatePermission, []stun.Setter{raw(stun.AttrXORPeerAddress)}, 400},
		{"permission for another family", true, stun.MethodCreatePermission, []stun.Setter{outside, outside6}, 443},
		{"permission for loopback", true, stun.MethodCreatePermission, []stun.Setter{probe.Peer(netip.MustParseAddrPort("127.0.0.1:80"))}, 403},
		{"permission for loopback among others", true, stun.MethodCreatePermission, []stun.Setter{outside, probe.Peer(netip.MustParseAddrPort("127.0.0.1:80"))}, 403},
		{"permission for metadata", true, stun.MethodCreatePermission, []stun.Setter{probe.Peer(netip.MustParseAddrPort("169.254.169.254:80"))}, 403},

		{"channel on nothing", false, stun.MethodChannelBind, []stun.Setter{probe.Channel(0x4000), outside}, 437},
		{"channel", true, stun.MethodChannelBind, []stun.Setter{probe.Channel(0x7FFF), outside}, 0},
		{"no channel", true, stun.MethodChannelBind, []stun.Setter{outside}, 400},
		{"a channel below the range", true, stun.MethodChannelBind, []stun.Setter{probe.Channel(0x3FFF), outside}, 400},
		{"a channel above the range", true, stun.MethodChannelBind, []stun.Setter{probe.Channel(0x8000), outside}, 400},
		{"a channel that reads like an answer", true, stun.MethodChannelBind, []stun.Setter{probe.Channel(0x0109), outside}, 400},
		{"a channel to nobody", true, stun.MethodChannelBind, []stun.Setter{probe.Channel(0x4000)}, 400},
		{"a channel to two", true, stun.MethodChannelBind, []stun.Setter{probe.Channel(0x4000), outside, outside}, 400},
		{"a channel to loopback", true, stun.MethodChannelBind, []stun.Setter{probe.Channel(0x4000), probe.Peer(netip.MustParseAddrPort("127.0.0.1:80"))}, 403},

		{"an unknown attribute in a Binding", false, stun.MethodBinding, []stun.Setter{raw(0x7ABC)}, 420},
	}
	for _, network := range networks {
		for _, c := range cases {
			cl := client(t, s, network)
			if c.with {
				_, err := cl.Allocate(deadline(t), probe.AllocateOptions{})
				must(t, err)
			}
			_, err := request(t, cl, c.method, c.attributes...)
			wantCode(t, network+": "+c.what, err, c.code)
			hangUp(s, cl, cl.LocalAddr())
		}
	}
}

// Two bytes a type, and every type.
func TestUnknownAttributesAreListed(t *testing.T) {
	c := client(t, start(t, settings()), "udp")
	answer, err := request(t, c, stun.MethodAllocate, raw(stun.AttrRequestedTransport, 17, 0, 0, 0), raw(0x7ABC), raw(stun.AttrDontFragment))
	wantCode(t, "unknown attributes", err, 420)
	if list, _ := answer.Get(stun.AttrUnknownAttributes); string(list) != "\x7A\xBC\x00\x1A" {
		t.Errorf("UNKNOWN-ATTRIBUTES is % x", list)
	}
}

func TestOneOwnerPerAllocation(t *testing.T) {
	s := start(t, settings())
	c, _ := allocated(t, s, "udp")
	for method, code := range map[stun.Method]int{
		stun.MethodRefresh: 441, stun.MethodCreatePermission: 441, stun.MethodChannelBind: 441, stun.MethodAllocate: 437,
	} {
		m, err := probe.Request(method, probe.Lifetime(0))
		must(t, err)
		_, err = c.Do(deadline(t), m, probe.SignedAs("bob", "builder"))
		wantCode(t, method.String()+" by another user", err, code)
	}
	_, err := c.Refresh(deadline(t), time.Hour)
	wantCode(t, "refresh by the owner afterwards", err, 0)
}

// A call outlives the credential it began with; a new one cannot begin.
func TestExpiryDoesNotCutACall(t *testing.T) {
	s := start(t, settings())
	username, password := minted("alice", 2*time.Second)
	c, _ := allocated(t, s, "udp", as(username, password))
	eventually(t, "the time is over", func() bool {
		_, err := client(t, s, "udp", as(username, password)).Allocate(deadline(t), probe.AllocateOptions{})
		return probe.Code(err) == 401
	})
	_, err := c.Refresh(deadline(t), 10*time.Minute)
	wantCode(t, "refresh", err, 0)
	wantCode(t, "permission", c.CreatePermission(deadline(t), netip.MustParseAddrPort("198.51.100.7:9")), 0)
	_, err = c.Refresh(deadline(t), 0)
	wantCode(t, "the end", err, 0)
	_, err = c.Allocate(deadline(t), probe.AllocateOptions{})
	wantCode(t, "a new call", err, 401)
}

// The answer to the first copy may have been lost.
func TestARetransmissionGetsTheSameAnswer(t *testing.T) {
	s := start(t, settings())
	c := client(t, s, "udp")
	_, err := request(t, c, stun.MethodRefresh) // for the challenge
	wantCode(t, "refresh of nothing", err, 437)
	plain, err := probe.Request(stun.MethodAllocate, raw(stun.AttrRequestedTransport, 17, 0, 0, 0))
	must(t, err)
	signed, err := c.Sign(plain)
	must(t, err)
	first, err := c.Do(deadline(t), signed)
	must(t, err)
	second, err := c.Do(deadline(t), signed)
	must(t, err)
	if string(first.Raw) != string(second.Raw) || s.relays.InUse() != 1 {
		t.Errorf("first % x\nthen  % x\nwith %d relays", first.Raw, second.Raw, s.relays.InUse())
	}
}

func TestANonceIsForOneClient(t *testing.T) {
	s := start(t, settings())
	mine, _ := allocated(t, s, "udp")
	yours := client(t, s, "udp")
	plain, err := probe.Request(stun.MethodAllocate, raw(stun.AttrRequestedTransport, 17, 0, 0, 0))
	must(t, err)
	signed, err := mine.Sign(plain)
	must(t, err)
	_, err = yours.Do(deadline(t), signed)
	wantCode(t, "with the nonce of another port", err, 438)
}

func TestLifetimes(t *testing.T) {
	s := start(t, settings())
	for _, c := range []struct{ asked, granted time.Duration }{
		{0, 10 * time.Minute}, // none asked for
		{time.Second, 10 * time.Minute},
		{30 * time.Minute, 30 * time.Minute},
		{time.Hour, time.Hour},
		{100 * time.Hour, time.Hour},
	} {
		cl := client(t, s, "udp")
		a, err := cl.Allocate(deadline(t), probe.AllocateOptions{Lifetime: c.asked})
		if err != nil || a.Lifetime != c.granted {
			t.Errorf("asked for %v: %v, %v, want %v", c.asked, a.Lifetime, err, c.granted)
		}
	}
}
