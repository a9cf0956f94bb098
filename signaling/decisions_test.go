package signaling

import (
	"fmt"
	"maps"
	"slices"
	"testing"
)

// decisions plays stories on a hub with bare sessions.
type decisions struct {
	t       *testing.T
	h       *hub
	members map[int]bare
}

func newStage(t *testing.T, capacity int) *decisions {
	limits := limitsFor(t)
	limits.RoomCapacity = capacity
	limits.JoinsPerAddress = 0
	return &decisions{t: t, h: newHub(limits, newRefusals()), members: map[int]bare{}}
}

func (d *decisions) tell(story [][]string) {
	d.t.Helper()
	for _, step := range story {
		var m int
		var cmd, room, uid, remote string
		fmt.Sscan(step[0], &m, &cmd, &room, &uid, &remote)
		if got := d.act(m, cmd, room, uid, remote); !slices.Equal(got, step[1:]) {
			d.t.Fatalf("%s: %q, want %q", step[0], got, step[1:])
		}
	}
}

// member is a session; those whose numbers end alike come from one address.
func (d *decisions) member(m int) bare {
	if _, there := d.members[m]; !there {
		d.members[m] = newBare(d.t, d.h, fmt.Sprint("192.0.2.", m%10))
	}
	return d.members[m]
}

// act does one step and says what each member was told, and the reason if it was
// refused.
func (d *decisions) act(m int, cmd, room, uid, remote string) (out []string) {
	d.t.Helper()
	var why reason
	if cmd == "drop" {
		d.h.expel(d.member(m).session, ending{})
	} else {
		why = d.member(m).does(fmt.Sprintf(`{"cmd":%q,"roomId":%q,"uid":%q,"remoteUid":%q}`, cmd, room, uid, remote))
	}
	for _, m := range slices.Sorted(maps.Keys(d.members)) {
		frames, ended := d.members[m].gets()
		for _, frame := range frames {
			out = append(out, fmt.Sprint(m, " ", brief(frame)))
		}
		if ended {
			out = append(out, fmt.Sprint(m, " ", d.members[m].end.why))
		}
	}
	if why != none {
		out = append(out, string(why))
	}
	return out
}

// empty fails if the hub remembers anything of rooms.
func (d *decisions) empty() {
	d.t.Helper()
	rooms, members, calls := d.h.rooms.size()
	if views := len(d.h.views.all()); rooms+members+calls+views+len(d.h.guests.rooms) != 0 {
		d.t.Errorf("%d rooms, %d members, %d calls, %d views, %d makers are left", rooms, members, calls, views, len(d.h.guests.rooms))
	}
}
