package signaling

import (
	"fmt"
	"slices"
	"testing"
)

// TestRegistry tells short stories in which members are numbers. A step is what
// a member does, then what is to be told, in order.
func TestRegistry(t *testing.T) {
	type steps [][]string
	for about, story := range map[string]steps{
		"the second comes": {
			{"1 join x a"},
			{"2 join x b", "1 new-peer b", "2 resp-join a"},
		},
		"the third does not": {
			{"1 join x a"},
			{"2 join x b", "1 new-peer b", "2 resp-join a"},
			{"3 join x c", "3 room-full x"},
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
			{"1 join x c", "2 peer-leave a", "2 new-peer c", "1 resp-join b"},
		},
		"another room leaves first": {
			{"1 join x a"},
			{"2 join x b", "1 new-peer b", "2 resp-join a"},
			{"3 join y c"},
			{"1 join y a", "2 peer-leave a", "3 new-peer a", "1 resp-join c"},
			{"1 leave x a", "not-joined"},
		},
		"a refused move keeps the seat": {
			{"1 join x a"},
			{"2 join x b", "1 new-peer b", "2 resp-join a"},
			{"3 join y c"},
			{"3 join x c", "3 room-full x"},
			{"1 join y a", "2 peer-leave a", "3 new-peer a", "1 resp-join c"},
		},
		"a seat is taken over": {
			{"1 join x a"},
			{"2 join x b", "1 new-peer b", "2 resp-join a"},
			{"11 join x a", "1 taken-over", "2 peer-leave a", "2 new-peer a", "11 resp-join b"},
			{"1 drop"},
			{"1 leave x a", "not-joined"},
			{"2 offer x b a", "to 11"},
		},
		"a seat is taken over by whoever sat elsewhere": {
			{"1 join x a"},
			{"2 join y b"},
			{"11 join y c", "2 new-peer c", "11 resp-join b"},
			{"11 join x a", "2 peer-leave c", "1 taken-over"},
			{"2 leave y b"},
		},
		"a seat is taken over by the other in the room": {
			{"1 join x a"},
			{"11 join x b", "1 new-peer b", "11 resp-join a"},
			{"11 join x a", "1 peer-leave b", "1 taken-over"},
			{"2 join x b", "11 new-peer b", "2 resp-join a"},
		},
		"a seat is kept against strangers": {
			{"1 join x a"},
			{"2 join x a", "2 room-full x"},
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
			{"1 offer x a b", "to 2"},
			{"1 offer x b b", "not-allowed"},
			{"1 offer y a b", "not-joined"},
			{"2 offer x b a", "to 1"},
			{"3 offer x a b", "not-joined"},
		},
	} {
		t.Run(about, func(t *testing.T) {
			r := newRegistry(2, sameTail)
			for _, step := range story {
				if got := act(t, r, step[0]); !slices.Equal(got, step[1:]) {
					t.Fatalf("%s: %q, want %q", step[0], got, step[1:])
				}
			}
		})
	}
}

// TestRegistryOfThree shows that nothing but the capacity says two.
func TestRegistryOfThree(t *testing.T) {
	r := newRegistry(3, sameTail)
	act(t, r, "1 join x a")
	act(t, r, "2 join x b")
	got := act(t, r, "3 join x c")
	want := []string{"1 new-peer c", "3 resp-join a", "2 new-peer c", "3 resp-join b"}
	if !slices.Equal(got, want) {
		t.Fatalf("%q, want %q", got, want)
	}
	if got := act(t, r, "4 join x d"); !slices.Equal(got, []string{"4 room-full x"}) {
		t.Fatalf("%q", got)
	}
}

// TestEmptyRoomsVanish looks inside, where a leak would be.
func TestEmptyRoomsVanish(t *testing.T) {
	r := newRegistry(2, sameTail)
	for i := range 100 {
		act(t, r, fmt.Sprintf("%d join room%d a", i, i))
		act(t, r, fmt.Sprintf("%d join room%d b", i, i))
		act(t, r, fmt.Sprintf("%d drop", i))
	}
	if len(r.rooms)+len(r.seats) != 0 {
		t.Fatalf("%d rooms and %d seats are left", len(r.rooms), len(r.seats))
	}
}

// sameTail lets members 1, 11 and 21 take one another's seats.
func sameTail(holder, newcomer int) bool { return holder%10 == newcomer%10 }

// act does one step and says in words what came of it; a room-full is told
// besides being a reason.
func act(t *testing.T, r *registry[int], step string) (out []string) {
	t.Helper()
	var m int
	var cmd, room, uid, remote string
	fmt.Sscan(step, &m, &cmd, &room, &uid, &remote)
	quoted := func(s string) name { return mustName(t, `"`+s+`"`) }
	var notices []notice[int]
	var why reason
	switch cmd {
	case "join":
		notices, why = r.join(m, quoted(room), quoted(uid))
	case "leave":
		notices, why = r.leave(m, quoted(room), quoted(uid))
	case "drop":
		notices = r.drop(m)
	default:
		var to int
		if to, why = r.route(m, quoted(room), quoted(uid), quoted(remote)); why == none {
			return []string{fmt.Sprint("to ", to)}
		}
	}
	for _, n := range notices {
		out = append(out, fmt.Sprint(n.to, " ", n.cmd, n.end, " ", n.about.value.text))
		if n.end != none {
			out[len(out)-1] = fmt.Sprint(n.to, " ", n.end)
		}
	}
	if why != none && why != roomFull {
		out = append(out, string(why))
	}
	return out
}
