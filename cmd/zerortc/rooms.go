package main

import (
	"encoding/json"
	"log/slog"
	"net/http"
	"time"

	"zerortc/config"
	"zerortc/signaling"
	"zerortc/signaling/invite"
	"zerortc/turnserver/icelist"
	"zerortc/web"
)

// newRooms makes the signaling server with the ICE list and the invites it works
// with.
func newRooms(cfg config.Config, ice *icelist.List, invites *invite.Book, log *slog.Logger) *signaling.Server {
	parts := signaling.Parts{
		Origins: cfg.HTTP.Origins,
		ICE:     roomICE{ice},
		Reached: func(r *http.Request) signaling.Caller {
			host, byTLS := web.Reached(r)
			return signaling.Caller{Host: host, TLS: byTLS}
		},
	}
	if invites != nil {
		parts.Invites = invites
	}
	return signaling.New(cfg.Rooms, parts, log)
}

// roomICE hands the ICE list to clients over signaling, in the shape in which
// /api/ice gives it.
type roomICE struct{ list *icelist.List }

// Servers implements signaling.ICE.
func (i roomICE) Servers(to signaling.Caller, room, peer string, now time.Time) (json.RawMessage, time.Duration) {
	name := "" // a random one
	if room != "" {
		name = i.list.Member(room, peer)
	}
	var g web.Grant
	g.STUN, g.TURN = i.list.URLs(to.Host, to.TLS)
	g.Username, g.Credential, g.Expires = i.list.Credentials(name, now)
	servers := g.Servers()
	if len(servers) == 0 {
		return nil, 0
	}
	out, err := json.Marshal(servers)
	if err != nil {
		return nil, 0
	}
	return out, i.list.TTL()
}
