package gate

import (
	"net/netip"
	"sync"
	"sync/atomic"
	"time"
)

// grants is what the engine has granted a client, permissions and channels: enough
// to relay its data without asking the engine, and to count what it holds under a
// cap, which the library has not.
//
// It is a cautious copy. An entry is made when the engine has granted the same, and
// ends a little before the engine's. What is not found here is the engine's to
// decide.
type grants struct {
	mu        sync.RWMutex
	channels  map[uint16]*grant         // by number
	bound     map[netip.AddrPort]*grant // the same, by peer
	permitted map[netip.Addr]*grant
	pruneAt   int // entries, when those that ended are looked for
}

// grant is a permission or a channel.
type grant struct {
	number  uint16         // of a channel
	peer    netip.AddrPort // of a channel
	until   time.Time      // guarded by grants.mu
	cleared atomic.Pointer[clearance]
}

// caution is how much earlier than the engine's an entry ends: the clock by which
// data is judged may be late by as long as a few packets take.
const caution = time.Second

// pruneSpare is how many entries more than were left by the last pruning make the
// next one worthwhile.
const pruneSpare = 32

// channel is what a number is bound to, or nil.
func (g *grants) channel(number uint16, now time.Time) *grant {
	g.mu.RLock()
	defer g.mu.RUnlock()
	return g.channels[number].at(now)
}

// permission is the one for an address, or nil.
func (g *grants) permission(a netip.Addr, now time.Time) *grant {
	g.mu.RLock()
	defer g.mu.RUnlock()
	return g.permitted[a].at(now)
}

// from is what lets a peer's data in, or nil: the channel rather than the
// permission.
func (g *grants) from(peer netip.AddrPort, now time.Time) *grant {
	g.mu.RLock()
	defer g.mu.RUnlock()
	if channel := g.bound[peer].at(now); channel != nil {
		return channel
	}
	return g.permitted[peer.Addr()].at(now)
}

func (g *grant) at(now time.Time) *grant {
	if g == nil || !g.until.After(now.Add(caution)) {
		return nil
	}
	return g
}

// channelFits tells whether the client may hold the channel too. What it holds it
// may always renew.
func (g *grants) channelFits(number uint16, most int, now time.Time) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	return fits(g.channels, []uint16{number}, most, now)
}

// permissionsFit tells the same of permissions: all of them, or none.
func (g *grants) permissionsFit(addresses []netip.Addr, most int, now time.Time) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	return fits(g.permitted, addresses, most, now)
}

func fits[K comparable](held map[K]*grant, keys []K, most int, now time.Time) bool {
	if most == 0 {
		return true
	}
	fresh := map[K]bool{}
	for _, k := range keys {
		if held[k].at(now) == nil {
			fresh[k] = true
		}
	}
	living := len(held)
	if living+len(fresh) > most { // maybe some have ended
		living = 0
		for _, g := range held {
			if g.at(now) != nil {
				living++
			}
		}
	}
	return living+len(fresh) <= most
}

// permit notes a permission that the engine has granted or renewed.
func (g *grants) permit(a netip.Addr, until, now time.Time) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if held := g.permitted[a]; held != nil {
		held.until = until
		return
	}
	g.prune(now)
	if g.permitted == nil {
		g.permitted = map[netip.Addr]*grant{}
	}
	g.permitted[a] = &grant{until: until}
}

// bind notes a channel that the engine has bound or renewed. Whatever had the
// number or the peer before has ended.
func (g *grants) bind(number uint16, peer netip.AddrPort, until, now time.Time) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if held := g.channels[number]; held != nil && held.peer == peer {
		held.until = until
		return
	}
	g.unbind(g.channels[number])
	g.unbind(g.bound[peer])
	g.prune(now)
	if g.channels == nil {
		g.channels, g.bound = map[uint16]*grant{}, map[netip.AddrPort]*grant{}
	}
	channel := &grant{number: number, peer: peer, until: until}
	g.channels[number], g.bound[peer] = channel, channel
}

func (g *grants) unbind(channel *grant) {
	if channel != nil {
		delete(g.channels, channel.number)
		delete(g.bound, channel.peer)
	}
}

// prune forgets what has ended, now and then.
func (g *grants) prune(now time.Time) {
	if len(g.channels)+len(g.permitted) < g.pruneAt {
		return
	}
	for _, channel := range g.channels {
		if channel.at(now) == nil {
			g.unbind(channel)
		}
	}
	for a, permission := range g.permitted {
		if permission.at(now) == nil {
			delete(g.permitted, a)
		}
	}
	g.pruneAt = 2*(len(g.channels)+len(g.permitted)) + pruneSpare
}
