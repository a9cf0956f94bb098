package interop

import (
	"fmt"
	"net"
	"net/netip"
	"testing"
	"time"

	"github.com/pion/stun"

	"zerortc/turnserver/probe"
)

// Attacks by somebody who is not the owner of the allocation: on the way, or
// with a credential of his own.

// TestA02AttributesBehindIntegrity: who can change packets on their way appends
// attributes to a signed request. The signature does not cover them and the
// library heeds them: a peer of the attacker is let in, or the allocation ends.
func TestA02AttributesBehindIntegrity(t *testing.T) {
	duel(t, bareAttacked, oursAttacked, func(t *testing.T, to target) (harm []string) {
		c := to.allocated(t, "udp")
		wanted, _ := listen(t, "127.0.0.1")
		smuggled, heard := listen(t, "127.0.0.2")
		to.say(t, c, behind(t, c, request(t, stun.MethodCreatePermission, probe.Peer(wanted)), probe.Peer(smuggled)))
		must(t, c.Send(smuggled, []byte("let in by nobody")))
		settle(t, c)
		if heard() != nil {
			harm = append(harm, "a permission nobody asked for")
		}
		to.say(t, c, behind(t, c, request(t, stun.MethodRefresh), probe.Lifetime(0)))
		if code := to.ask(t, c, stun.MethodRefresh); code != success {
			harm = append(harm, fmt.Sprintf("the allocation has ended: %d", code))
		}
		return harm
	})
}

// behind signs a request and adds attributes behind MESSAGE-INTEGRITY, where
// only FINGERPRINT may stand.
func behind(t *testing.T, c *probe.Client, m *stun.Message, attributes ...stun.Setter) *stun.Message {
	t.Helper()
	signed, err := c.Sign(m)
	must(t, err)
	const fingerprint = 8
	signed.Raw = signed.Raw[:len(signed.Raw)-fingerprint]
	signed.Length -= fingerprint
	signed.WriteLength()
	for _, a := range append(attributes, stun.Fingerprint) {
		must(t, a.AddTo(signed))
	}
	return signed
}

// TestA03RefreshByAnotherUser: bob has a credential of his own and sends from
// alice's address, which over UDP anybody can forge. RFC 8656 section 5 wants
// 441.
func TestA03RefreshByAnotherUser(t *testing.T) {
	duel(t, bareAttacked, oursAttacked, func(t *testing.T, to target) (harm []string) {
		c := to.allocated(t, "udp")
		code := to.say(t, c, request(t, stun.MethodRefresh, probe.Lifetime(0)), probe.SignedAs(bob, bobsPassword))
		if code != 441 {
			harm = append(harm, fmt.Sprintf("bob's Refresh gave %d", code))
		}
		if code := to.ask(t, c, stun.MethodRefresh); code != success {
			harm = append(harm, fmt.Sprintf("the owner's Refresh gave %d", code))
		}
		return harm
	})
}

// TestA04NonceOfAnotherClient: a nonce that was given to one address and port
// serves another. Whoever has seen a signed request can then have it executed
// for an address of his own.
func TestA04NonceOfAnotherClient(t *testing.T) {
	duel(t, bareAttacked, oursAttacked, func(t *testing.T, to target) (harm []string) {
		seen, err := to.allocated(t, "udp").Sign(allocateRequest(t))
		must(t, err)
		for what, thief := range map[string]*probe.Client{
			"another port":      client(t, "udp", to.addr),
			"another address":   clientAt(t, "127.0.0.2", to.addr),
			"another transport": client(t, "tcp", to.addr),
		} {
			if code := to.say(t, thief, seen); code != 438 {
				harm = append(harm, fmt.Sprintf("from %s: %d", what, code))
			}
		}
		return harm
	})
}

// clientAt is a client over UDP with an address of its own choice.
func clientAt(t *testing.T, host, server string) *probe.Client {
	t.Helper()
	d := net.Dialer{LocalAddr: &net.UDPAddr{IP: net.ParseIP(host)}}
	conn, err := d.DialContext(soon(t), "udp", server)
	must(t, err)
	c := probe.New(conn, probe.Config{Network: "udp", Username: "lqf", Password: "123456", Realm: realm})
	t.Cleanup(func() { c.Close() })
	return c
}

// listen opens a UDP socket on the host. What is heard is what waits there: a
// packet that the server has sent is there at once on this machine.
func listen(t *testing.T, host string) (at netip.AddrPort, heard func() []byte) {
	t.Helper()
	conn, err := net.ListenPacket("udp", net.JoinHostPort(host, "0"))
	must(t, err)
	t.Cleanup(func() { conn.Close() })
	return conn.LocalAddr().(*net.UDPAddr).AddrPort(), func() []byte {
		must(t, conn.SetReadDeadline(time.Now().Add(20*time.Millisecond)))
		b := make([]byte, 2048)
		n, _, err := conn.ReadFrom(b)
		if err != nil {
			return nil
		}
		return b[:n]
	}
}
