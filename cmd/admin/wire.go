package admin

import "time"

// Status is how the server is doing.
type Status struct {
	Version      string        `json:"version"`
	PID          int           `json:"pid"`
	Started      time.Time     `json:"started"`
	Ready        bool          `json:"ready"`
	Reasons      []string      `json:"reasons"` // why it is not ready
	Draining     bool          `json:"draining"`
	HTTP         []string      `json:"http"` // addresses listened on
	TURN         []string      `json:"turn"`
	Sockets      int           `json:"sockets"` // of signaling
	Rooms        int           `json:"rooms"`
	Members      int           `json:"members"`
	Calls        int           `json:"calls"` // rooms with two members or more
	Allocations  int           `json:"allocations"`
	Certificates []Certificate `json:"certificates"`
}

// Certificate is one that is served, or stands behind one.
type Certificate struct {
	Name  string    `json:"name"`
	From  time.Time `json:"from"`
	Until time.Time `json:"until"`
}

// Report is what a page told of a call that is over.
type Report struct {
	At        time.Time `json:"at"`
	Outcome   string    `json:"outcome"`
	Pair      string    `json:"pair"`
	Transport string    `json:"transport"`
	Verdict   string    `json:"verdict"`
	ConnectMS int64     `json:"connectMs"` // 0: it never ran
}

// Session is an allocation of the TURN server.
type Session struct {
	ID        uint64    `json:"id"`
	User      string    `json:"user"` // as the client sent it
	Transport string    `json:"transport"`
	Client    string    `json:"client"`
	Relay     string    `json:"relay"`
	Opened    time.Time `json:"opened"`
	Expires   time.Time `json:"expires"` // unless it is refreshed
	ToPeers   Traffic   `json:"toPeers"`
	FromPeers Traffic   `json:"fromPeers"`
}

// Traffic is what passed one way.
type Traffic struct {
	Packets uint64 `json:"packets"`
	Bytes   uint64 `json:"bytes"`
}

// Reloaded is what came of reading the settings again.
type Reloaded struct {
	Changed  []string `json:"changed"` // settings that took effect
	Restart  []string `json:"restart"` // settings that have changed and need a restart
	Warnings []string `json:"warnings"`
}

// Draining is what a drain waits for.
type Draining struct {
	Calls  int     `json:"calls"`
	Within float64 `json:"within"` // seconds, at the most
}

// Secret is a TURN secret by its id, which does not tell it.
type Secret struct {
	ID    string `json:"id"`
	Signs bool   `json:"signs"` // new credentials; the others are accepted
}

// Credentials are what a client of the ICE endpoint gets.
type Credentials struct {
	STUN       []string  `json:"stun"`
	TURN       []string  `json:"turn"`
	Username   string    `json:"username"`
	Credential string    `json:"credential"`
	TTL        int       `json:"ttl"` // seconds
	Expires    time.Time `json:"expires"`
}

// Wish is which credentials are asked for.
type Wish struct {
	User string        `json:"user"` // empty: a random one
	TTL  time.Duration `json:"ttl"`  // 0: that of the settings
	Host string        `json:"host"` // by which the client reaches the server
}
