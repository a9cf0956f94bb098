package turnserver

import (
	"testing"

	"github.com/pion/stun"

	"zerortc/turnserver/probe"
)

// Packets that get no answer, over UDP: on a stream most of them end the
// connection, since nobody knows where the next message begins.
func TestRFCSilence(t *testing.T) {
	binding := stun.MustBuild(stun.TransactionID, stun.BindingRequest).Raw
	but := func(change func(b []byte)) []byte {
		b := append([]byte(nil), binding...)
		change(b)
		return b
	}
	message := func(method stun.Method, class stun.MessageClass, attributes ...stun.Setter) []byte {
		return stun.MustBuild(append([]stun.Setter{stun.TransactionID, stun.NewType(method, class)}, attributes...)...).Raw
	}
	broken := stun.MustBuild(stun.TransactionID, stun.BindingRequest, stun.Fingerprint)
	broken.Raw[len(broken.Raw)-1] ^= 1
	displaced := stun.MustBuild(stun.TransactionID, stun.BindingRequest, stun.Fingerprint, stun.NewSoftware("behind"))

	var rows []demand
	for _, row := range []struct {
		section, what string
		packet        []byte
	}{
		{"8489 5", "the first two bits are not zero", but(func(b []byte) { b[0] |= 0x80 })},
		{"8489 5", "the cookie is wrong", but(func(b []byte) { b[4] ^= 1 })},
		{"8489 5", "the length is no multiple of four", append(but(func(b []byte) { b[3] = 2 }), 0, 0)},
		{"8489 5", "the length is more than there is", but(func(b []byte) { b[3] = 4 })},
		{"8489 5", "the length is less than there is", append(binding[:20:20], 0, 0, 0, 0)},
		{"8489 5", "the header is not whole", binding[:19]},
		{"8489 6.3", "an attribute that is longer than the message", append(but(func(b []byte) { b[3] = 4 }), 0, 6, 0, 1)},
		{"8489 6.3", "a method that nobody knows", message(0xFFE, stun.ClassRequest)},
		{"8489 6.3", "a Send that is a request", message(stun.MethodSend, stun.ClassRequest)},
		{"8489 6.3", "a Data that is a request", message(stun.MethodData, stun.ClassRequest)},
		{"8489 6.3", "a success that nobody asked for", message(stun.MethodBinding, stun.ClassSuccessResponse)},
		{"8489 6.3", "an error that nobody asked for", message(stun.MethodAllocate, stun.ClassErrorResponse)},
		{"8489 6.3", "a FINGERPRINT that is wrong", broken.Raw},
		{"8489 14.7", "a FINGERPRINT that is not last", displaced.Raw},
		{"8489 6.3.2", "an indication: Binding", message(stun.MethodBinding, stun.ClassIndication)},
		{"8489 6.3.2", "an indication: Allocate", message(stun.MethodAllocate, stun.ClassIndication)},
		{"8489 6.3.2", "an indication with something unknown", message(stun.MethodBinding, stun.ClassIndication, raw(0x7ABC))},
		{"8656 5", "a Send indication without an allocation", message(stun.MethodSend, stun.ClassIndication, probe.Peer(peerA), raw(stun.AttrData, 1))},
		{"8656 5", "ChannelData without an allocation", []byte{0x40, 0, 0, 4, 1, 2, 3, 4}},
		{"8656 12", "what is no message at all", []byte{0x16, 0xFE, 0xFD, 0}},
		{"8656 12", "a first byte above channels", []byte{0x80, 0, 0, 4, 1, 2, 3, 4}},
	} {
		rows = append(rows, demand{row.section, row.what, func(t *testing.T, l *line) {
			if list := l.answers(row.packet); len(list) != 0 {
				t.Errorf("it was answered with %v", list)
			}
			// And with an allocation no more than without one.
			l.allocate()
			if list := l.answers(row.packet); len(list) != 0 {
				t.Errorf("with an allocation it was answered with %v", list)
			}
		}})
	}
	hold(t, rows, "udp")
}
