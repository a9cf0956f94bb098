package signaling

import (
	"net/netip"
	"slices"
	"strings"
	"time"
)

// RoomInfo is a room as an operator sees it.
type RoomInfo struct {
	Name     string
	Capacity int
	PIN      bool
	Since    time.Time // when the longest seated of its members came
	Members  []MemberInfo
}

// MemberInfo is somebody in a room.
type MemberInfo struct {
	UID      string
	Address  netip.Addr
	Extended bool
	Away     bool
	Since    time.Time
}

// Rooms lists the rooms there are, by name.
func (s *Server) Rooms() []RoomInfo {
	var out []RoomInfo
	for _, v := range s.hub.views.all() {
		if info := v.info(); len(info.Members) > 0 {
			out = append(out, info)
		}
	}
	slices.SortFunc(out, func(a, b RoomInfo) int { return strings.Compare(a.Name, b.Name) })
	return out
}

func (v *view) info() RoomInfo {
	v.mu.Lock()
	defer v.mu.Unlock()
	out := RoomInfo{Capacity: v.record.capacity, PIN: v.record.pin != pin{}}
	for _, m := range v.record.members {
		i := v.local(m.seat)
		if i < 0 {
			continue
		}
		at := v.seats[i]
		out.Name = at.room.plain()
		if out.Since.IsZero() || at.since.Before(out.Since) {
			out.Since = at.since
		}
		out.Members = append(out.Members, MemberInfo{
			UID: m.uid.plain(), Address: at.who.addr, Extended: at.who.speaks == extended, Away: m.away, Since: at.since,
		})
	}
	return out
}

// CloseRoom closes the sockets of all who sit in a room, and tells whether there
// was such a room. Its name is a text, or, if no room is called that, a number.
func (s *Server) CloseRoom(name string) bool {
	v := s.hub.named(name)
	if v == nil {
		return false
	}
	v.mu.Lock()
	var members []*session
	for _, at := range v.seats {
		if at.announced { // who is about to be refused has a seat elsewhere
			members = append(members, at.who)
		}
	}
	v.mu.Unlock()
	s.hub.expelAll(members, roomClosed.end())
	return len(members) > 0
}
