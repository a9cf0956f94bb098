// Package icelist makes the list of ICE servers for one caller: the URLs of this
// very server, under the address by which the caller reached it, and credentials
// that end by themselves. A client on one network is thereby never sent to an
// address of another, and nothing has to be configured for it.
//
// The list is a pure function of settings, who asks, how they reached us and the
// clock (randomness only tells nameless callers apart). Its settings change at
// once, by Apply; there is no lock.
package icelist

import (
	"crypto/rand"
	"net"
	"net/netip"
	"strconv"
	"sync/atomic"
	"time"

	"zerortc/config"
	"zerortc/turnserver/auth"
)

// maxURLs bounds the list: browsers contact every server in it, and Firefox
// warns from five on.
const maxURLs = 4

// List knows the listeners of the TURN server and how to name them to clients.
type List struct {
	settings  atomic.Pointer[config.ICE]
	book      *auth.Book
	listeners []netip.AddrPort
	secure    Secure
	minted    atomic.Uint64
}

// Secure tells whether a caller is offered TURN over TLS at a host, and whether
// that caller came by TLS. A client that does not trust our certificate loses
// time over it, and native ones trust no CA that was installed by hand.
type Secure func(host string, cameByTLS bool) bool

// New makes the list. host, when not empty, is named to every caller instead of
// the host they reached. listeners are the addresses the TURN server has bound,
// each for UDP and TCP.
func New(host string, ttl time.Duration, book *auth.Book, listeners []netip.AddrPort, secure Secure) *List {
	l := &List{book: book, listeners: listeners, secure: secure}
	l.Apply(config.ICE{Host: host, TTL: ttl})
	return l
}

// Apply takes other settings for the answers from now on.
func (l *List) Apply(cfg config.ICE) { l.settings.Store(&cfg) }

// TTL is how long credentials open allocations.
func (l *List) TTL() time.Duration { return l.settings.Load().TTL }

// Credentials mints a user that ends after the TTL; expires is the second in
// its name. A caller without a name gets a random one, so that two callers never
// share a user.
func (l *List) Credentials(name string, now time.Time) (username, credential string, expires time.Time) {
	return l.Mint(name, l.TTL(), now)
}

// Mint is Credentials for another time than the settings'.
func (l *List) Mint(name string, ttl time.Duration, now time.Time) (username, credential string, expires time.Time) {
	if name == "" {
		name = rand.Text()[:8]
	}
	expires = now.Add(ttl).Truncate(time.Second)
	username, credential = l.book.Mint(name, expires)
	l.minted.Add(1)
	return username, credential, expires
}

// Minted is how many credentials there were so far.
func (l *List) Minted() uint64 { return l.minted.Load() }

// Member is the name to mint credentials for that are bound to one person in one
// room; without a peer, to a random one.
func (l *List) Member(room, peer string) string {
	if peer == "" {
		peer = rand.Text()[:8]
	}
	return l.book.Member(room, peer)
}

// URLs lists the server's URLs (RFC 7064, RFC 7065) for a caller who reached us
// as reached, a host name or an address without port and brackets: one for STUN
// and those for TURN over UDP, TCP and maybe TLS, four at most. It is empty when
// there is no host that could stand in a URL.
func (l *List) URLs(reached string, cameByTLS bool) (stun, turn []string) {
	caller := parseHost(reached)
	fixed := parseHost(l.settings.Load().Host)
	for _, listener := range choose(l.listeners, firstOf(fixed, caller)) {
		h := firstOf(fixed, hostFor(listener, caller))
		if h == (host{}) {
			continue
		}
		at := net.JoinHostPort(h.String(), strconv.Itoa(int(listener.Port())))
		if len(stun) == 0 {
			stun = append(stun, "stun:"+at)
		}
		for _, transport := range []string{"udp", "tcp"} {
			turn = appendNew(turn, "turn:"+at+"?transport="+transport)
		}
		if h := l.secured(h, firstOf(fixed, caller), cameByTLS); h != (host{}) {
			turn = appendNew(turn, "turns:"+net.JoinHostPort(h.String(), strconv.Itoa(int(listener.Port())))+"?transport=tcp")
		}
	}
	return stun, turn[:min(len(turn), maxURLs-len(stun))]
}

// secured is the first of the hosts under which TURN over TLS is offered: a
// certificate for a name says nothing of the address that a listener is bound to,
// and who came by the name gets there by it again.
func (l *List) secured(h, cameBy host, cameByTLS bool) host {
	for _, h := range []host{h, cameBy} {
		if h != (host{}) && l.secure(h.String(), cameByTLS) {
			return h
		}
	}
	return host{}
}

// hostFor is the host under which the caller finds the listener.
func hostFor(listener netip.AddrPort, caller host) host {
	if listener.Addr().IsUnspecified() {
		return caller
	}
	return host{addr: reachable(listener.Addr())}
}

// appendNew appends what is not in the list: two listeners on one port have the
// same URLs once ice.host stands for both.
func appendNew(list []string, s string) []string {
	for _, have := range list {
		if have == s {
			return list
		}
	}
	return append(list, s)
}
