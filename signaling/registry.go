package signaling

import "slices"

// registry knows who sits in which room and decides every change of that. It is
// pure: it calls nobody, waits for nothing, and returns what is to be told to
// whom, in the order in which it must be told. M stands for whoever can hold a
// seat, here a socket, in the tests a number. The caller keeps calls apart.
type registry[M comparable] struct {
	capacity int
	// mayTake says whether a newcomer may take the seat of an old holder of the
	// same uid.
	mayTake func(holder, newcomer M) bool

	rooms map[value][]seat[M] // by roomId, in order of arrival; never empty
	seats map[M]seat[M]       // the same seats by who sits there: one each
}

// seat is a place in a room.
type seat[M comparable] struct {
	member    M
	room, uid name
}

// notice is one thing to tell a member: a cmd about a name, or, where end is
// set, that its socket is closed.
type notice[M comparable] struct {
	to    M
	cmd   string
	about name
	end   reason
}

func newRegistry[M comparable](capacity int, mayTake func(holder, newcomer M) bool) *registry[M] {
	return &registry[M]{
		capacity: capacity,
		mayTake:  mayTake,
		rooms:    make(map[value][]seat[M]),
		seats:    make(map[M]seat[M]),
	}
}

// join seats m in the room as uid. Whoever already sits there keeps the seat;
// whoever sits elsewhere leaves first, but only if there is room: a seat is not
// given up for a refusal. A uid that sits there is either taken over or, like a
// room without a seat left, a reason to refuse.
func (r *registry[M]) join(m M, room, uid name) ([]notice[M], reason) {
	if own, seated := r.seats[m]; seated && own.room.is(room) && own.uid.is(uid) {
		return nil, none
	}
	others := r.others(room, m)
	old := slices.IndexFunc(others, func(s seat[M]) bool { return s.uid.is(uid) })
	switch {
	case old < 0 && len(others) < r.capacity:
		return append(r.drop(m), r.sit(m, room, uid)...), none
	case old >= 0 && r.mayTake(others[old].member, m):
		return append(r.drop(m), r.take(others[old].member, m, room, uid)...), none
	default:
		return []notice[M]{{to: m, cmd: cmdRoomFull, about: room}}, roomFull
	}
}

// leave frees the seat of m if it is the one named.
func (r *registry[M]) leave(m M, room, uid name) ([]notice[M], reason) {
	if why := r.owns(m, room, uid); why != none {
		return nil, why
	}
	return r.drop(m), none
}

// drop frees whatever seat m holds and tells those who stay. A member without a
// seat is told about to nobody, so an end that comes twice is told once.
func (r *registry[M]) drop(m M) (out []notice[M]) {
	gone, seated := r.seats[m]
	if !seated {
		return nil
	}
	delete(r.seats, m)
	rest := r.others(gone.room, m)
	if len(rest) == 0 {
		delete(r.rooms, gone.room.value)
		return nil
	}
	r.rooms[gone.room.value] = rest
	for _, s := range rest {
		out = append(out, notice[M]{to: s.member, cmd: cmdPeerLeave, about: gone.uid})
	}
	return out
}

// route finds who is to receive what m sends to remote.
func (r *registry[M]) route(m M, room, uid, remote name) (to M, why reason) {
	if why := r.owns(m, room, uid); why != none {
		return to, why
	}
	for _, s := range r.others(room, m) {
		if s.uid.is(remote) {
			return s.member, none
		}
	}
	return to, unknownPeer
}

// sit gives m a free seat. Whoever is there hears of it before m hears of them.
func (r *registry[M]) sit(m M, room, uid name) (out []notice[M]) {
	for _, s := range r.rooms[room.value] {
		out = append(out,
			notice[M]{to: s.member, cmd: cmdNewPeer, about: uid},
			notice[M]{to: m, cmd: cmdRespJoin, about: s.uid})
	}
	taken := seat[M]{member: m, room: room, uid: uid}
	r.seats[m] = taken
	r.rooms[room.value] = append(r.rooms[room.value], taken)
	return out
}

// take moves the seat of the holder to m. Those who stay hear that the old peer
// left, so that a client which keeps a dead connection to it lets go of that.
func (r *registry[M]) take(holder, m M, room, uid name) []notice[M] {
	out := []notice[M]{{to: holder, end: takenOver}}
	out = append(out, r.drop(holder)...)
	return append(out, r.sit(m, room, uid)...)
}

// owns says why m may not speak as uid in the room, or none.
func (r *registry[M]) owns(m M, room, uid name) reason {
	own, seated := r.seats[m]
	switch {
	case !seated || !own.room.is(room):
		return notJoined
	case !own.uid.is(uid):
		return notAllowed
	default:
		return none
	}
}

// others are the seats of a room that m does not hold.
func (r *registry[M]) others(room name, m M) []seat[M] {
	return slices.DeleteFunc(slices.Clone(r.rooms[room.value]), func(s seat[M]) bool { return s.member == m })
}
