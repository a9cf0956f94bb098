package interop

import (
	"fmt"
	"net"
	"net/netip"
	"slices"
	"testing"
	"time"

	"github.com/pion/stun"

	"zerortc/turnserver/probe"
)

// Attacks by asking for much.

// TestA10NoLimits: one user takes as many relays, permissions and channels as
// he likes, and the library searches channels one by one for every packet. 486
// for what the user holds, 508 for what his allocation holds (RFC 8656 sections
// 7.2, 10.2 and 12.2).
func TestA10NoLimits(t *testing.T) {
	duel(t, bareAttacked, oursLimited, func(t *testing.T, to target) (harm []string) {
		var c *probe.Client
		harm = exceed(harm, "allocations", mostAllocations, 486, func(int) int {
			c = client(t, "udp", to.addr)
			return to.say(t, c, allocateRequest(t), probe.Signed())
		})
		must(t, c.Close())

		c = client(t, "tcp", to.addr)
		to.say(t, c, allocateRequest(t), probe.SignedAs(bob, bobsPassword))
		harm = exceed(harm, "permissions", mostPermissions, 508, func(n int) int {
			peer := probe.Peer(netip.AddrPortFrom(netip.AddrFrom4([4]byte{127, 0, 1, byte(n)}), 9))
			return to.say(t, c, request(t, stun.MethodCreatePermission, peer), probe.SignedAs(bob, bobsPassword))
		})
		return exceed(harm, "channels", mostChannels, 508, func(n int) int {
			peer := probe.Peer(netip.MustParseAddrPort(fmt.Sprintf("127.0.1.0:%d", n+1)))
			return to.say(t, c, request(t, stun.MethodChannelBind, probe.Channel(0x4000+uint16(n)), peer), probe.SignedAs(bob, bobsPassword))
		})
	})
}

// exceed asks for more than the most and wants the rest refused with the code.
func exceed(harm []string, what string, most, code int, ask func(n int) int) []string {
	const more = 20
	var want, got []int
	for n := range most + more {
		got = append(got, ask(n))
		if n < most {
			want = append(want, success)
		} else {
			want = append(want, code)
		}
	}
	if !slices.Equal(got, want) {
		harm = append(harm, fmt.Sprintf("%s: %v, want %v", what, got, want))
	}
	return harm
}

// TestA11Amplification: the shortest request there is, from a forged address,
// has the server send its answer to whoever lives there: the answer is to be
// small, and the answers are to be few.
func TestA11Amplification(t *testing.T) {
	duel(t, bareAttacked, oursLimited, func(t *testing.T, to target) (harm []string) {
		const requests, small = 200, 4 * 20 // four times the request
		conn, err := net.Dial("udp", to.addr)
		must(t, err)
		defer conn.Close()
		began := time.Now()
		bare := stun.MustBuild(stun.TransactionID, stun.NewType(stun.MethodAllocate, stun.ClassRequest)).Raw
		for range requests {
			_, err := conn.Write(bare)
			must(t, err)
		}
		answers, size := answersUpTo(t, conn, stun.MustBuild(stun.TransactionID, stun.BindingRequest))
		if size > small {
			harm = append(harm, fmt.Sprintf("%d bytes for %d", size, len(bare)))
		}
		// So many at once, and so many a second since.
		if most := mostUnauthenticated * (1 + time.Since(began).Seconds()); float64(answers) > most {
			harm = append(harm, fmt.Sprintf("%d answers to %d requests, want %.0f", answers, requests, most))
		}
		if answers == 0 {
			t.Error("no request was answered: this test has lost its meaning")
		}
		return harm
	})
}

// answersUpTo counts what comes before the answer to the last request, which is
// always served, and tells the longest.
func answersUpTo(t *testing.T, conn net.Conn, last *stun.Message) (count, longest int) {
	t.Helper()
	_, err := conn.Write(last.Raw)
	must(t, err)
	must(t, conn.SetReadDeadline(time.Now().Add(childStarts)))
	for b := make([]byte, 2048); ; count++ {
		n, err := conn.Read(b)
		must(t, err)
		m := &stun.Message{Raw: b[:n]}
		must(t, m.Decode())
		if m.TransactionID == last.TransactionID {
			return count, longest
		}
		longest = max(longest, n)
	}
}
