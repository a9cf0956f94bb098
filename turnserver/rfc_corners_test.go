package turnserver

import (
	"testing"

	"github.com/pion/stun"

	"zerortc/turnserver/probe"
)

// What is easily overlooked.
func TestRFCCorners(t *testing.T) {
	hold(t, []demand{
		{"8489 6.3.2", "Send with something unknown in it is dropped", func(t *testing.T, l *line) {
			l.allocate()
			p := peerOn(t, hostA)
			l.permit(p.at)
			l.write(stun.MustBuild(stun.TransactionID, sendIndication, probe.Peer(p.at), raw(stun.AttrData, 'x'), raw(0x7ABC)).Raw)
			p.wantSilence(l)
		}},
		{"8656 11.2", "Send with DONT-FRAGMENT is dropped by a server that cannot do it", func(t *testing.T, l *line) {
			l.allocate()
			p := peerOn(t, hostA)
			l.permit(p.at)
			l.write(stun.MustBuild(stun.TransactionID, sendIndication, probe.Peer(p.at), raw(stun.AttrData, 'x'), raw(stun.AttrDontFragment)).Raw)
			p.wantSilence(l)
		}},
		{"8656 7.2", "Allocate by another user where there is an allocation is 437", func(t *testing.T, l *line) {
			l.allocate()
			l.user, l.pass = "bob", "builder"
			wantAnswer(t, l.ask(stun.MethodAllocate, overUDP), 437)
		}},
		{"8656 7.2", "both address families at once: no token, no family, not IPv4, no pair of ports", func(t *testing.T, l *line) {
			both := func(f byte) stun.Setter { return raw(0x8000, f, 0, 0, 0) }
			for _, with := range [][]stun.Setter{
				{both(2), raw(stun.AttrRequestedAddressFamily, 1, 0, 0, 0)}, {both(1)}, {both(2), raw(stun.AttrEvenPort, 0x80)},
			} {
				wantAnswer(t, dialLine(t, l.server, "udp").ask(stun.MethodAllocate, append(with, overUDP)...), 400)
			}
		}},
		{"8656 7.3", "who wants both families and gets one is told which is missing", func(t *testing.T, l *line) {
			answer := l.ask(stun.MethodAllocate, overUDP, raw(0x8000, 2, 0, 0, 0))
			wantAnswer(t, answer, 0)
			if v, _ := answer.Get(0x8001); string(v) != "\x02\x00\x04\x28" {
				t.Errorf("ADDRESS-ERROR-CODE % x", v)
			}
		}},
		{"8489 6.3.1", "a late copy of an end does not end the next allocation", func(t *testing.T, l *line) {
			l.allocate()
			end := l.sign(stun.MethodRefresh, probe.Lifetime(0))
			wantAnswer(t, l.send(end), 0)
			l.allocate()
			wantAnswer(t, l.send(end), 0)
			wantAnswer(t, l.ask(stun.MethodRefresh), 0)
		}},
		{"8489 9.2", "a nonce begins with the cookie", func(t *testing.T, l *line) {
			l.sign(stun.MethodAllocate)
			if s := l.nonce.String(); len(s) < 13 || s[:13] != "obMatJos2AAAA" {
				t.Errorf("nonce %s", s)
			}
		}},
	}, networks...)
}
