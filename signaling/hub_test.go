package signaling

import (
	"testing"
	"time"
)

// TestDyingSocketIsOut: between its end and the end of its goroutines a socket
// can say what it likes; it takes no seat and gets no frame.
func TestDyingSocketIsOut(t *testing.T) {
	h := newHub(limitsFor(t), newRefusals())
	s, other := bareSocket(t, h), bareSocket(t, h)
	h.receive(s, []byte(`{"cmd":"join","roomId":1,"uid":1}`))
	h.expel(s, tooFast.end())
	h.expel(s, tooBig.end()) // the first ending counts
	h.receive(s, []byte(`{"cmd":"join","roomId":1,"uid":1}`))
	h.receive(other, []byte(`{"cmd":"join","roomId":1,"uid":2}`))
	if rooms, members := h.size(); rooms != 1 || members != 1 {
		t.Errorf("%d members in %d rooms", members, rooms)
	}
	if raw, some := s.queue.pop(); some {
		t.Errorf("the dying socket is to get %s", raw)
	}
	if counts := h.refusals.read(); s.end != tooFast.end() || counts["too-fast"] != 1 || counts["too-big"] != 0 {
		t.Errorf("ended as %v, counted %v", s.end, counts)
	}
}

// TestStopIsForGood: a socket whose upgrade was under way at the stop ends at
// once, and nobody hears that the others left.
func TestStopIsForGood(t *testing.T) {
	h := newHub(limitsFor(t), newRefusals())
	early := []*socket{bareSocket(t, h), bareSocket(t, h)}
	for i, s := range early {
		h.receive(s, []byte([]string{`{"cmd":"join","roomId":1,"uid":1}`, `{"cmd":"join","roomId":1,"uid":2}`}[i]))
		s.queue.pop()
	}
	early[0].queue.pop()
	h.stop()
	late := bareSocket(t, h)
	for _, s := range append(early, late) {
		if !s.isDying() || s.end != stopping.end() {
			t.Errorf("ended as %v", s.end)
		}
		if raw, some := s.queue.pop(); some {
			t.Errorf("hears %s", raw)
		}
	}
	if rooms, members := h.size(); rooms != 0 || members != 0 {
		t.Errorf("%d members in %d rooms", members, rooms)
	}
}

// bareSocket is a socket without a connection, added to a hub.
func bareSocket(t *testing.T, h *hub) *socket {
	limits := *h.limits
	limits.CloseGrace = time.Hour // nothing is there to be cut
	s := &socket{limits: &limits, queue: newQueue(&limits), dying: make(chan struct{})}
	h.add(s)
	t.Cleanup(func() {
		if s.reaper != nil {
			s.reaper.Stop()
		}
	})
	return s
}
