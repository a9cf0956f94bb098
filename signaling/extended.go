package signaling

import (
	"encoding/json"
	"strconv"
	"time"
)

// Subprotocol is what a client asks for that speaks the extended dialect.
const Subprotocol = "zerortc.v2"

// welcome is the first frame of a socket. The server's limits are in it so that
// a client need not learn them by breaking them.
type welcome struct {
	Cmd              string          `json:"cmd"`
	Session          string          `json:"session"`
	Resume           string          `json:"resume"`
	ResumeSeconds    int             `json:"resumeSeconds"`
	HeartbeatSeconds int             `json:"heartbeatSeconds"`
	Limits           welcomeLimits   `json:"limits"`
	Invites          bool            `json:"invites,omitempty"`
	PINs             bool            `json:"pins,omitempty"`
	ICEServers       json.RawMessage `json:"iceServers,omitempty"`
	TTL              int             `json:"ttl,omitempty"`
}

type welcomeLimits struct {
	Capacity        int     `json:"capacity"`
	FrameBytes      int     `json:"frameBytes"`
	FrameDepth      int     `json:"frameDepth"`
	NameBytes       int     `json:"nameBytes"`
	FramesPerSecond float64 `json:"framesPerSecond"`
	FramesBurst     int     `json:"framesBurst"`
}

// welcome greets a new session. ICE servers are in it unless a join must earn
// them.
func (h *hub) welcome(s *session) []byte {
	l := h.limits.Load()
	w := welcome{
		Cmd: cmdWelcome, Session: s.id, Resume: s.secret,
		ResumeSeconds: seconds(l.Resume), HeartbeatSeconds: seconds(s.limits.PingEvery),
		Limits: welcomeLimits{l.RoomCapacity, s.limits.FrameBytes, s.limits.FrameDepth, s.limits.NameBytes,
			s.limits.FramesPerSecond, s.limits.FramesBurst},
		Invites: h.invites != nil, PINs: l.PINs,
	}
	if h.invites == nil {
		w.ICEServers, w.TTL = h.servers(s)
	}
	out, _ := json.Marshal(w) // of these types it cannot fail, but for what an ICE gives
	return textFrame(string(out))
}

func seconds(d time.Duration) int { return int(d / time.Second) }

// joined tells a newcomer that it is in, and who else is.
func joined(room name, capacity int, others []member) []byte {
	parts := []string{`{"cmd":"joined","roomId":`, room.raw, `,"capacity":`, strconv.Itoa(capacity), `,"members":[`}
	for i, m := range others {
		if i > 0 {
			parts = append(parts, `,`)
		}
		parts = append(parts, m.uid.raw)
	}
	return textFrame(append(parts, `]}`)...)
}

func resumed(at *seat, missed int) []byte {
	return textFrame(`{"cmd":"resumed","roomId":`, at.room.raw, `,"uid":`, at.uid.raw, `,"missed":`, strconv.Itoa(missed), `}`)
}

func pong(t string) []byte {
	if t == "" {
		return textFrame(`{"cmd":"pong"}`)
	}
	return textFrame(`{"cmd":"pong","t":`, t, `}`)
}

// errorFrame is the answer to a frame that had no effect. ref is a cmd as the client
// spelled it, if it could be read.
func errorFrame(why reason, ref string) []byte {
	out := `{"cmd":"error","code":"` + string(why) + `","message":"` + why.inWords() + `"`
	if ref != "" && len(ref) <= longestRef {
		quoted, _ := json.Marshal(ref)
		out += `,"ref":` + string(quoted)
	}
	return textFrame(out, `}`)
}

// longestRef is longer than any cmd there is.
const longestRef = 32

func closing(reconnect int) []byte {
	return textFrame(`{"cmd":"closing","reconnectSeconds":`, strconv.Itoa(reconnect), `}`)
}
