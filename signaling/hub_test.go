package signaling

import (
	"net/netip"
	"testing"
)

func mustAddr(s string) netip.Addr { return netip.MustParseAddr(s) }

// TestDyingSocketIsOut: between its end and the end of its goroutine a socket
// can say what it likes; it takes no seat and gets no frame.
func TestDyingSocketIsOut(t *testing.T) {
	h := newHub(limitsFor(t), newRefusals())
	s, other := newBare(t, h, ""), newBare(t, h, "")
	s.does(`{"cmd":"join","roomId":1,"uid":1}`)
	h.expel(s.session, tooFast.end())
	h.expel(s.session, tooBig.end()) // the first ending counts
	s.does(`{"cmd":"join","roomId":1,"uid":1}`)
	other.does(`{"cmd":"join","roomId":1,"uid":2}`)
	if rooms, members, _ := h.rooms.size(); rooms != 1 || members != 1 {
		t.Errorf("%d members in %d rooms", members, rooms)
	}
	if frames, ended := s.gets(); len(frames) > 0 || !ended {
		t.Errorf("the dying socket is to get %s", frames)
	}
	if counts := h.refusals.read(); s.end != tooFast.end() || counts["too-fast"] != 1 || counts["too-big"] != 0 {
		t.Errorf("ended as %v, counted %v", s.end, counts)
	}
}

// TestStopIsForGood: a socket whose upgrade was under way at the stop ends at
// once, and nobody hears that the others left.
func TestStopIsForGood(t *testing.T) {
	h := newHub(limitsFor(t), newRefusals())
	early := []bare{newBare(t, h, ""), newBare(t, h, "")}
	for i, s := range early {
		s.does([]string{`{"cmd":"join","roomId":1,"uid":1}`, `{"cmd":"join","roomId":1,"uid":2}`}[i])
	}
	early[0].gets()
	early[1].gets()
	h.stop()
	late := newBare(t, h, "")
	h.enter(late.socket)
	for _, s := range append(early, late) {
		if !s.socket.dying.Load() || s.end != stopping.end() {
			t.Errorf("ended as %v", s.end)
		}
		if frames, _ := s.gets(); len(frames) > 0 {
			t.Errorf("hears %s", frames)
		}
	}
	if rooms, members, _ := h.rooms.size(); rooms != 0 || members != 0 {
		t.Errorf("%d members in %d rooms", members, rooms)
	}
}

// TestDecisions tells short stories. A step is what a member does, then what the
// members are told. Members whose numbers end alike come from one address.
func TestDecisions(t *testing.T) {
	for about, story := range map[string][][]string{
		"the second comes": {
			{"1 join x a"},
			{"2 join x b", "1 new-peer b", "2 resp-join a"},
		},
		"the third does not": {
			{"1 join x a"},
			{"2 join x b", "1 new-peer b", "2 resp-join a"},
			{"3 join x c", "3 room-full x", "room-full"},
			{"3 leave x c", "not-joined"},
		},
		"the same again": {
			{"1 join x a"},
			{"1 join x a"},
			{"2 join x b", "1 new-peer b", "2 resp-join a"},
			{"1 join x a"},
		},
		"another uid leaves first": {
			{"1 join x a"},
			{"2 join x b", "1 new-peer b", "2 resp-join a"},
			{"1 join x c", "1 resp-join b", "2 peer-leave a", "2 new-peer c"},
		},
		"another room leaves first": {
			{"1 join x a"},
			{"2 join x b", "1 new-peer b", "2 resp-join a"},
			{"3 join y c"},
			{"1 join y a", "1 resp-join c", "2 peer-leave a", "3 new-peer a"},
			{"1 leave x a", "not-joined"},
		},
		"a refused move keeps the seat": {
			{"1 join x a"},
			{"2 join x b", "1 new-peer b", "2 resp-join a"},
			{"3 join y c"},
			{"3 join x c", "3 room-full x", "room-full"},
			{"1 join y a", "1 resp-join c", "2 peer-leave a", "3 new-peer a"},
		},
		"a refused move within the room keeps the seat": {
			{"1 join x a"},
			{"2 join x b", "1 new-peer b", "2 resp-join a"},
			{"1 join x b", "1 room-full x", "room-full"},
			{"2 offer x b a", "1 offer x"},
			{"11 join x a", "1 taken-over", "2 peer-leave a", "2 new-peer a", "11 resp-join b"},
		},
		"a seat is taken over": {
			{"1 join x a"},
			{"2 join x b", "1 new-peer b", "2 resp-join a"},
			{"11 join x a", "1 taken-over", "2 peer-leave a", "2 new-peer a", "11 resp-join b"},
			{"1 drop"},
			{"1 leave x a", "not-joined"},
			{"2 offer x b a", "11 offer x"},
		},
		"a seat is taken over by whoever sat elsewhere": {
			{"1 join x a"},
			{"2 join y b"},
			{"11 join y c", "2 new-peer c", "11 resp-join b"},
			{"11 join x a", "1 taken-over", "2 peer-leave c"},
			{"2 leave y b"},
		},
		"a seat is taken over by the other in the room": {
			{"1 join x a"},
			{"11 join x b", "1 new-peer b", "11 resp-join a"},
			{"11 join x a", "1 taken-over"},
			{"2 join x b", "2 resp-join a", "11 new-peer b"},
		},
		"a seat is kept against strangers": {
			{"1 join x a"},
			{"2 join x a", "2 room-full x", "room-full"},
			{"1 leave x a"},
			{"2 join x a"},
		},
		"leaving": {
			{"1 leave x a", "not-joined"},
			{"1 join x a"},
			{"2 join x b", "1 new-peer b", "2 resp-join a"},
			{"1 leave y a", "not-joined"},
			{"1 leave x b", "not-allowed"},
			{"1 leave x a", "2 peer-leave a"},
			{"1 leave x a", "not-joined"},
			{"1 drop"},
			{"2 drop"},
			{"3 join x c"},
		},
		"relaying": {
			{"1 offer x a b", "not-joined"},
			{"1 join x a"},
			{"1 offer x a b", "unknown-peer"},
			{"1 offer x a a", "unknown-peer"},
			{"2 join x b", "1 new-peer b", "2 resp-join a"},
			{"1 offer x a b", "2 offer x"},
			{"1 offer x b b", "not-allowed"},
			{"1 offer y a b", "not-joined"},
			{"2 offer x b a", "1 offer x"},
			{"3 offer x a b", "not-joined"},
		},
	} {
		t.Run(about, func(t *testing.T) { newStage(t, 2).tell(story) })
	}
}

// TestRoomOfThree shows that nothing but the capacity says two.
func TestRoomOfThree(t *testing.T) {
	newStage(t, 3).tell([][]string{
		{"1 join x a"},
		{"2 join x b", "1 new-peer b", "2 resp-join a"},
		{"3 join x c", "1 new-peer c", "2 new-peer c", "3 resp-join a", "3 resp-join b"},
		{"4 join x d", "4 room-full x", "room-full"},
		{"2 leave x b", "1 peer-leave b", "3 peer-leave b"},
	})
}

// TestEmptyRoomsVanish looks inside, where a leak would be.
func TestEmptyRoomsVanish(t *testing.T) {
	s := newStage(t, 2)
	for i := range 100 {
		room := string(rune('A' + i%50))
		s.act(i*10+1, "join", room, "a", "")
		s.act(i*10+2, "join", room, "b", "")
		s.h.expel(s.member(i*10+1).session, ending{})
		s.h.expel(s.member(i*10+2).session, ending{})
	}
	s.empty()
}
