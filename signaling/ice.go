package signaling

import (
	"encoding/json"
	"strconv"
	"time"
)

// ICE gives the ICE servers that a client of the extended dialect is told of,
// with credentials for one peer in one room; both are empty before a join. The
// servers are a JSON array; none means that there are none to give.
type ICE interface {
	Servers(to Caller, room, peer string, now time.Time) (servers json.RawMessage, ttl time.Duration)
}

// Caller is how a client reached this server, which is how it will reach the
// others on this machine.
type Caller struct {
	Host string // without a port
	TLS  bool
}

// Invites checks the tokens that let into rooms.
type Invites interface {
	Check(token, room, uid string, now time.Time) error
}

// servers asks for ICE servers in the name of a session, and notes when to do so
// again: some time before the credentials end, so that a call can always be made.
func (h *hub) servers(s *session) (servers json.RawMessage, ttl int) {
	if h.ice == nil {
		return nil, 0
	}
	var room, peer string
	if at := s.seated(); at != nil {
		room, peer = at.room.plain(), at.uid.plain()
	}
	now := time.Now()
	servers, lasts := h.ice.Servers(s.caller, room, peer, now)
	if len(servers) == 0 {
		return nil, 0
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.fresh = (time.Time{}); lasts > 0 {
		s.fresh = now.Add(lasts * 8 / 10)
	}
	return servers, seconds(lasts)
}

// giveICE answers a client that asks for fresh servers.
func (h *hub) giveICE(s *session) reason {
	if h.invites != nil && s.seated() == nil {
		return notAllowed
	}
	if !h.pushICE(s) {
		return unavailable
	}
	return none
}

// pushICE sends fresh servers, if there are any.
func (h *hub) pushICE(s *session) bool {
	servers, ttl := h.servers(s)
	if servers == nil {
		return false
	}
	h.say(s, textFrame(`{"cmd":"ice","iceServers":`, string(servers), `,"ttl":`, strconv.Itoa(ttl), `}`))
	return true
}

// refreshICE sends fresh servers when the old ones are about to end. Who earned
// them by a seat must still have it.
func (h *hub) refreshICE(s *session, now time.Time) {
	s.mu.Lock()
	due := !s.ended && s.socket != nil && !s.fresh.IsZero() && !now.Before(s.fresh) && (h.invites == nil || s.seat != nil)
	s.mu.Unlock()
	if due {
		h.pushICE(s)
	}
}
