package policy

import (
	"encoding/binary"
	"math/rand/v2"
	"net/netip"
	"slices"
	"testing"
)

// spellings are all ways to write v4 inside an IPv6 address; salt fills the
// bits that do not matter.
func spellings(v4 netip.Addr, salt uint64) []netip.Addr {
	b := v4.As4()
	tail := func(prefix string) netip.Addr {
		a := netip.MustParseAddr(prefix).As16()
		copy(a[12:], b[:])
		return netip.AddrFrom16(a)
	}
	sixToFour := netip.MustParseAddr("2002::").As16()
	copy(sixToFour[2:], b[:])
	binary.BigEndian.PutUint64(sixToFour[8:], salt)

	teredo := netip.MustParseAddr("2001::").As16() // server and client, both v4
	copy(teredo[4:], b[:])
	for i := range b {
		teredo[12+i] = ^b[i]
	}
	return []netip.Addr{
		tail("::ffff:0:0"), tail("::"), tail("::ffff:0:0:0"), tail("64:ff9b::"),
		netip.AddrFrom16(sixToFour), netip.AddrFrom16(teredo),
	}
}

// checkSpellings holds the promise of Permit: denied in one spelling, denied in
// all; and allowed in all otherwise.
func checkSpellings(t *testing.T, p *Policy, v4 netip.Addr, port uint16, salt uint64) {
	t.Helper()
	want := p.Permit(netip.AddrPortFrom(v4, port), lanRelay, machine)
	for _, s := range spellings(v4, salt) {
		if s == netip.IPv6Unspecified() || s == netip.IPv6Loopback() {
			continue // these two are addresses of their own
		}
		if got := p.Permit(netip.AddrPortFrom(s, port), lanRelay, machine); got.Allowed != want.Allowed && !own(s) {
			t.Fatalf("%v port %d: %v, but %v: %v, with %v", v4, port, want, s, got, p)
		}
	}
}

// TestEmbeddedLikePlain is the property over random addresses and random rules,
// with addresses drawn mostly from where decisions change.
func TestEmbeddedLikePlain(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	edges := []string{"0.0.0.0", "10.0.0.0", "127.0.0.0", "169.254.0.0", "192.0.2.2", "224.0.0.0", "239.255.255.255", "255.255.255.255", "8.8.8.8"}
	draw := func() netip.Addr {
		v := r.Uint32()
		if r.IntN(4) > 0 {
			base := netip.MustParseAddr(edges[r.IntN(len(edges))]).As4()
			v = binary.BigEndian.Uint32(base[:]) ^ v>>r.IntN(33)
		}
		return netip.AddrFrom4([4]byte(binary.BigEndian.AppendUint32(nil, v)))
	}
	for range 500 {
		var rules [2][]netip.Prefix
		for i := range rules {
			for range r.IntN(4) {
				rules[i] = append(rules[i], netip.PrefixFrom(draw(), r.IntN(33)))
			}
		}
		p := New(false, rules[0], rules[1])
		for range 20 {
			checkSpellings(t, p, draw(), []uint16{0, 22, 50000}[r.IntN(3)], r.Uint64())
		}
	}
}

// FuzzPermit feeds raw addresses, as XOR-PEER-ADDRESS carries them, and one rule.
func FuzzPermit(f *testing.F) {
	for _, s := range []string{"127.0.0.1", "::1", "::ffff:127.0.0.1", "64:ff9b::a9fe:a9fe", "2002:7f00:1::", "fe80::1", "2001::7f00:1"} {
		f.Add(netip.MustParseAddr(s).AsSlice(), uint16(80), []byte{10, 0, 0, 0}, 8, true)
	}
	f.Fuzz(func(t *testing.T, raw []byte, port uint16, base []byte, bits int, allow bool) {
		addr, ok := netip.AddrFromSlice(raw)
		if !ok {
			return
		}
		var rules [2][]netip.Prefix
		if b, ok := netip.AddrFromSlice(base); ok {
			if prefix, err := b.Prefix(bits); err == nil {
				rules[map[bool]int{true: 0, false: 1}[allow]] = []netip.Prefix{prefix}
			}
		}
		p := New(false, rules[0], rules[1])
		got := p.Permit(netip.AddrPortFrom(addr, port), lanRelay, machine)
		if again := p.Permit(netip.AddrPortFrom(addr.Unmap(), port), lanRelay, machine); again != got {
			t.Fatalf("%v: %v, unmapped %v", addr, got, again)
		}
		if got.Allowed && len(rules[0]) == 0 && hurts(addr.Unmap()) {
			t.Fatalf("%v allowed: %v", addr, got)
		}
		if plain := addr.Unmap(); plain.Is4() && !slices.ContainsFunc(rules[0], is6) && !slices.ContainsFunc(rules[1], is6) {
			checkSpellings(t, p, plain, port, uint64(port)<<40)
		}
	})
}

// hurts asks the standard library instead of our tables.
func hurts(a netip.Addr) bool {
	return a.IsLoopback() || a.IsUnspecified() || a.IsMulticast() || a.IsLinkLocalUnicast()
}

func is6(p netip.Prefix) bool { return p.Addr().Is6() }
