package gate

import (
	"cmp"
	"net/netip"
	"slices"
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
//
// The lists are in order. Most clients hold a handful, for which maps take many times
// the room, and longer.
type grants struct {
	mu        sync.RWMutex
	channels  []*grant // by number
	bound     []*grant // the same, by peer
	permitted []*grant // by address
	pruneAt   int      // entries, when those that ended are looked for
}

// grant is a permission or a channel.
type grant struct {
	number  uint16         // of a channel
	peer    netip.AddrPort // a permission has no port
	until   time.Time      // guarded by grants.mu
	cleared atomic.Pointer[clearance]
}

// caution is how much earlier than the engine's an entry ends: the clock by which
// data is judged may be late by as long as a few packets take.
const caution = time.Second

// pruneSpare is how many entries more than were left by the last pruning make the
// next one worthwhile.
const pruneSpare = 32

// Orders of the lists.
func byNumber(g *grant, number uint16) int       { return cmp.Compare(g.number, number) }
func byPeer(g *grant, peer netip.AddrPort) int   { return g.peer.Compare(peer) }
func byAddress(g *grant, address netip.Addr) int { return g.peer.Addr().Compare(address) }

// look finds the entry of a key, ended or not, or nil.
func look[K any](list []*grant, key K, by func(*grant, K) int) *grant {
	if i, found := slices.BinarySearchFunc(list, key, by); found {
		return list[i]
	}
	return nil
}

// put puts an entry in whose key is not there.
func put[K any](list *[]*grant, key K, by func(*grant, K) int, g *grant) {
	i, _ := slices.BinarySearchFunc(*list, key, by)
	*list = slices.Insert(*list, i, g)
}

// drop takes the entry of a key out.
func drop[K any](list *[]*grant, key K, by func(*grant, K) int) {
	if i, found := slices.BinarySearchFunc(*list, key, by); found {
		*list = slices.Delete(*list, i, i+1)
	}
}

// channel is what a number is bound to, or nil.
func (g *grants) channel(number uint16, now time.Time) *grant {
	g.mu.RLock()
	defer g.mu.RUnlock()
	return look(g.channels, number, byNumber).at(now)
}

// permission is the one for an address, or nil.
func (g *grants) permission(a netip.Addr, now time.Time) *grant {
	g.mu.RLock()
	defer g.mu.RUnlock()
	return look(g.permitted, a, byAddress).at(now)
}

// from is what lets a peer's data in, or nil: the channel rather than the
// permission.
func (g *grants) from(peer netip.AddrPort, now time.Time) *grant {
	g.mu.RLock()
	defer g.mu.RUnlock()
	if channel := look(g.bound, peer, byPeer).at(now); channel != nil {
		return channel
	}
	return look(g.permitted, peer.Addr(), byAddress).at(now)
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
	return fits(g.channels, []uint16{number}, byNumber, most, now)
}

// permissionsFit tells the same of permissions: all of them, or none.
func (g *grants) permissionsFit(addresses []netip.Addr, most int, now time.Time) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	return fits(g.permitted, addresses, byAddress, most, now)
}

func fits[K comparable](held []*grant, keys []K, by func(*grant, K) int, most int, now time.Time) bool {
	if most == 0 {
		return true
	}
	fresh := map[K]bool{}
	for _, k := range keys {
		if look(held, k, by).at(now) == nil {
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

// due is which of the addresses the engine has to be asked for, each once: not those
// whose permission was granted or renewed a moment ago.
func (g *grants) due(addresses []netip.Addr, now time.Time) []netip.Addr {
	g.mu.RLock()
	defer g.mu.RUnlock()
	return slices.DeleteFunc(merged(addresses, netip.Addr.Compare), func(a netip.Addr) bool {
		held := look(g.permitted, a, byAddress)
		return held != nil && held.until.Sub(now) > permissionTime-renewed
	})
}

// permit notes a permission that the engine has granted or renewed.
func (g *grants) permit(a netip.Addr, until, now time.Time) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if held := look(g.permitted, a, byAddress); held != nil {
		held.until = until
		return
	}
	g.prune(now)
	put(&g.permitted, a, byAddress, &grant{peer: netip.AddrPortFrom(a, 0), until: until})
}

// bind notes a channel that the engine has bound or renewed. Whatever had the
// number or the peer before has ended.
func (g *grants) bind(number uint16, peer netip.AddrPort, until, now time.Time) {
	g.mu.Lock()
	defer g.mu.Unlock()
	before := look(g.channels, number, byNumber)
	if before != nil && before.peer == peer {
		before.until = until
		return
	}
	g.unbind(before)
	g.unbind(look(g.bound, peer, byPeer))
	g.prune(now)
	channel := &grant{number: number, peer: peer, until: until}
	put(&g.channels, number, byNumber, channel)
	put(&g.bound, peer, byPeer, channel)
}

func (g *grants) unbind(channel *grant) {
	if channel != nil {
		drop(&g.channels, channel.number, byNumber)
		drop(&g.bound, channel.peer, byPeer)
	}
}

// prune forgets what has ended, now and then.
func (g *grants) prune(now time.Time) {
	if len(g.channels)+len(g.permitted) < g.pruneAt {
		return
	}
	ended := func(g *grant) bool { return g.at(now) == nil }
	g.channels = slices.DeleteFunc(g.channels, ended)
	g.bound = slices.DeleteFunc(g.bound, ended)
	g.permitted = slices.DeleteFunc(g.permitted, ended)
	g.pruneAt = 2*(len(g.channels)+len(g.permitted)) + pruneSpare
}
