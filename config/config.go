// Package config holds every setting of zerortc: its type, its default and its
// check.
//
// One table (table.go) has a row for each setting. Load reads the YAML file, the
// environment and the flags by that table and lays them over the defaults, each
// source over the one before. Everything wrong in any of them comes back at once,
// as Faults. The package keeps no state, starts nothing and touches no disk but
// through the function it is handed.
package config

import (
	"log/slog"
	"net/netip"
	"time"
)

// Config is the whole of the settings. Each part of the program is handed its
// own section only.
type Config struct {
	File     string // the YAML file the settings were read from; empty: none
	HTTP     HTTP
	TURN     TURN
	ICE      ICE
	TLS      TLS
	Rooms    Rooms
	Log      Log
	Metrics  Metrics
	Drain    Drain
	Start    Start
	StateDir string
}

// HTTP says where the page, the signaling socket and the ICE endpoint are
// served and which web pages may use them.
type HTTP struct {
	Listen  []string // host:port; an empty host is every address
	Origins Origins

	TrustedProxies []netip.Prefix // whose X-Forwarded headers are believed
	PlainOff       bool           // without TLS there are redirects only, where there is TLS
	ReportsOff     bool           // what pages tell of their calls is not wanted
	MDNSOff        bool           // the pages have no name in the local network
}

// TURN is what the STUN/TURN server listens on, whom it serves and what it
// relays to.
type TURN struct {
	Listen      []string // host:port, UDP and TCP each
	SharedTCP   []string // those of Listen that http.listen names too: UDP only
	Users       []User
	UsersFile   string // lines of name:password, merged into Users when loaded
	Secrets     []Secret
	SecretsFile string // one secret a line, merged into Secrets when loaded
	Realm       string
	RelayPorts  PortRange
	PublicIPs   []PublicIP // none: the relay's own address is advertised
	PeersAllow  []netip.Prefix
	PeersDeny   []netip.Prefix
	PeersMode   string // PeersLAN or PeersStrict

	Alternates []netip.AddrPort // where new clients are sent while we drain

	// Limits; 0 is none.
	MaxAllocations           Portion // of the relay ports, or a number
	MaxAllocationsPerUser    int
	MaxAllocationsPerAddress int
	MaxPermissions           int // of one allocation
	MaxChannels              int // of one allocation
	MaxBitrate               int // bytes a second of one allocation
	MaxBitratePerUser        int // bytes a second
	MaxUnauthenticated       int // answers a second to one address
}

// What turn.peers-mode may be.
const (
	PeersLAN    = "lan"
	PeersStrict = "strict"
)

// Portion is a number, or so many hundredths of something.
type Portion struct{ Count, Percent int }

// Of is the number that the portion of the whole is.
func (p Portion) Of(whole int) int {
	if p.Percent > 0 {
		return max(1, whole*p.Percent/100)
	}
	return p.Count
}

// User is a static long-term user (RFC 8489 section 9.2).
type User struct {
	Name     string
	Password Secret
}

// PublicIP is an address that a NAT maps one to one to one of this machine.
type PublicIP struct {
	Internal netip.Addr // the zero value: every address of the family
	External netip.Addr // the zero value: what Name stands for
	Name     string
}

// PortRange is a range of ports, both ends included.
type PortRange struct{ Min, Max uint16 }

// Count is how many ports there are.
func (r PortRange) Count() int { return int(r.Max) - int(r.Min) + 1 }

// ICE shapes the list of ICE servers that clients fetch.
type ICE struct {
	Host string        // named to clients instead of the host they reached us by
	TTL  time.Duration // how long handed out credentials open allocations
}

// TLS says where the certificate of the TCP ports comes from.
type TLS struct {
	Mode    string   // TLSAuto, TLSFiles, TLSACME or TLSOff
	Cert    string   // file, for TLSFiles
	Key     string   // file, for TLSFiles
	Domains []string // for TLSACME

	Permit        []Permit // for TLSAuto: what the CA may speak for beside what is local
	ACMEEmail     string   // for TLSACME, told to the CA
	ACMEDirectory string   // for TLSACME, the URL of the CA; empty: Let's Encrypt
}

// Permit is a name, and those below it, or a network.
type Permit struct {
	Name    string // empty: it is a network
	Network netip.Prefix
}

// What tls.mode may be.
const (
	TLSAuto  = "auto"  // a CA of our own
	TLSFiles = "files" // tls.cert and tls.key
	TLSACME  = "acme"  // from a public CA for tls.domains
	TLSOff   = "off"   // behind a proxy
)

// Rooms says who may enter the rooms, and how much of them there may be.
type Rooms struct {
	Capacity int           // of each room
	Resume   time.Duration // how long a seat is kept for a broken connection; 0: not at all
	PINs     bool          // whoever makes a room may guard it with a PIN

	// Limits; 0 is none.
	MaxSockets           int
	MaxSocketsPerAddress int
	MaxJoinsPerAddress   int // a second
	MaxRoomsPerAddress   int

	Access            string // AccessOpen or AccessInvite
	InviteSecrets     []Secret
	InviteSecretsFile string // one secret a line, merged into InviteSecrets when loaded
}

// What rooms.access may be.
const (
	AccessOpen   = "open"   // whoever knows a room's name
	AccessInvite = "invite" // whoever holds an invite to it
)

// Metrics says who may read them.
type Metrics struct {
	Allow []netip.Prefix // beside this machine
}

// Drain says how the process ends.
type Drain struct {
	Timeout time.Duration // to wait for calls; 0: they are not waited for
}

// Log says how much is logged and in which shape.
type Log struct {
	Level  slog.Level
	Format string // LogAuto, LogText or LogJSON
}

// What log.format may be.
const (
	LogAuto = "auto" // text on a terminal and in the journal, else json
	LogText = "text"
	LogJSON = "json"
)

// Start says what is shown once the server runs.
type Start struct {
	Banner When // on standard output instead of the log
	QR     When // below the banner
}

// When is when something is shown: Auto, Always or Never.
type When string

// What banner and qr may be.
const (
	Auto   When = "auto"
	Always When = "always"
	Never  When = "never"
)

// Wanted decides; auto is whether it is of use here.
func (w When) Wanted(auto bool) bool { return w == Always || w == Auto && auto }
