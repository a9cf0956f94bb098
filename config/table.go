package config

import (
	"log/slog"
	"net/netip"
	"time"
)

// Settings is the table, in the order of help and reference. The names are a
// contract: operators' scripts use them.
func Settings() []Setting {
	return []Setting{
		{
			Path: "config", NotInFile: true,
			Usage: "read settings from the YAML `FILE`",
			value: one(func(c *Config) *string { return &c.File }, parsePath),
		}, {
			Path: "http.listen", Default: ":9001", Repeatable: true,
			Usage: "serve the page, the signaling socket and the ICE list at `HOST:PORT`",
			value: many(func(c *Config) *[]string { return &c.HTTP.Listen }, parseListen),
		}, {
			Path: "http.origins", Live: true, Repeatable: true,
			Usage: "serve the pages of `ORIGIN` too, such as https://app.example.org; * is every origin, null the opaque one",
			value: many(func(c *Config) *Origins { return &c.HTTP.Origins }, parseOriginSetting),
		}, {
			Path: "http.trusted-proxies", Live: true, Repeatable: true,
			Usage: "believe the X-Forwarded headers of proxies in `CIDR`",
			value: many(func(c *Config) *[]netip.Prefix { return &c.HTTP.TrustedProxies }, parsePrefix),
		}, {
			Path: "http.plain", Live: true, Default: "on",
			Usage: "`on`: classic and native clients are served without TLS too; off: they are not",
			value: one(func(c *Config) *bool { return &c.HTTP.PlainOff }, parseOff),
		}, {
			Path: "http.reports", Live: true, Default: "on",
			Usage: "`on`: pages tell in a few fixed words how each call went, for the metrics and zerortc ctl reports; off: nothing is kept",
			value: one(func(c *Config) *bool { return &c.HTTP.ReportsOff }, parseOff),
		}, {
			Path: "http.mdns", Default: "on",
			Usage: "`on`: the local network finds the pages by the name of this machine, such as box.local, by mDNS; off: we answer to no name",
			value: one(func(c *Config) *bool { return &c.HTTP.MDNSOff }, parseOff),
		}, {
			Path: "turn.listen", Default: ":3478", Repeatable: true,
			Usage: "serve STUN and TURN at `HOST:PORT`, UDP and TCP",
			value: many(func(c *Config) *[]string { return &c.TURN.Listen }, parseListen),
			doubt: doubtLoopback,
		}, {
			Path: "turn.users", Live: true, Repeatable: true, Secret: true,
			Usage: "a static TURN user, as `NAME:PASSWORD`; 0x and a key in hexadecimal may stand for the password",
			value: many(func(c *Config) *[]User { return &c.TURN.Users }, parseUser),
			doubt: doubtUser,
		}, {
			Path: "turn.users-file", Live: true, Credential: true,
			Usage: "static TURN users, a name:password on each line of `FILE`",
			value: one(func(c *Config) *string { return &c.TURN.UsersFile }, parsePath),
		}, {
			Path: "turn.secrets", Live: true, Repeatable: true, Secret: true,
			Usage: "a shared `SECRET` that signs time-limited TURN users; the first one signs, all are accepted",
			value: many(func(c *Config) *[]Secret { return &c.TURN.Secrets }, parseSecret),
			doubt: doubtSecret,
		}, {
			Path: "turn.secrets-file", Live: true, Credential: true,
			Usage: "shared secrets, one on each line of `FILE`",
			value: one(func(c *Config) *string { return &c.TURN.SecretsFile }, parsePath),
		}, {
			Path: "turn.realm", Default: "zerortc",
			Usage: "the `REALM` of the TURN users",
			value: one(func(c *Config) *string { return &c.TURN.Realm }, parseRealm),
		}, {
			Path: "turn.relay-ports", Default: "49152-65535",
			Usage: "relay from the UDP ports `MIN-MAX`",
			value: one(func(c *Config) *PortRange { return &c.TURN.RelayPorts }, parsePortRange),
		}, {
			Path: "turn.public-ip", Repeatable: true,
			Usage: "tell clients that relays are at `ADDRESS`, where a NAT maps it to this machine one to one; " +
				"INTERNAL=ADDRESS for one of several; dns:NAME in place of an address is looked up now and then",
			value: many(func(c *Config) *[]PublicIP { return &c.TURN.PublicIPs }, parsePublicIP),
			doubt: doubtLoopback,
		}, {
			Path: "turn.peers-allow", Live: true, Repeatable: true,
			Usage: "relay to the peers in `CIDR` even if they are denied otherwise",
			value: many(func(c *Config) *[]netip.Prefix { return &c.TURN.PeersAllow }, parsePrefix),
		}, {
			Path: "turn.peers-deny", Live: true, Repeatable: true,
			Usage: "never relay to the peers in `CIDR`",
			value: many(func(c *Config) *[]netip.Prefix { return &c.TURN.PeersDeny }, parsePrefix),
		}, {
			Path: "turn.peers-mode", Live: true, Default: PeersLAN,
			Usage: "relay by `MODE`: lan to what is not denied, strict to relays of this server only",
			value: one(func(c *Config) *string { return &c.TURN.PeersMode }, parseWord(PeersLAN, PeersStrict)),
		}, {
			Path: "turn.max-allocations", Live: true, Default: "90%",
			Usage: "open `NUMBER` relays at the most, or so many % of the relay ports; 0: no limit",
			value: one(func(c *Config) *Portion { return &c.TURN.MaxAllocations }, parsePortion),
		}, {
			Path: "turn.max-allocations-per-user", Live: true, Default: "0",
			Usage: "open `NUMBER` relays for a user name at the most; 0: no limit, since a static user may be everybody",
			value: one(func(c *Config) *int { return &c.TURN.MaxAllocationsPerUser }, parseCount),
		}, {
			Path: "turn.max-allocations-per-address", Live: true, Default: "1000",
			Usage: "open `NUMBER` relays for an address or an IPv6 /64 at the most; 0: no limit",
			value: one(func(c *Config) *int { return &c.TURN.MaxAllocationsPerAddress }, parseCount),
		}, {
			Path: "turn.max-permissions", Live: true, Default: "256",
			Usage: "let a relay reach `NUMBER` addresses at a time at the most; 0: no limit",
			value: one(func(c *Config) *int { return &c.TURN.MaxPermissions }, parseCount),
		}, {
			Path: "turn.max-channels", Live: true, Default: "256",
			Usage: "let a relay bind `NUMBER` channels at the most; 0: no limit",
			value: one(func(c *Config) *int { return &c.TURN.MaxChannels }, parseCount),
		}, {
			Path: "turn.max-bitrate", Live: true, Default: "0",
			Usage: "relay `BYTES` a second for one allocation at the most, both ways together; 0: no limit",
			value: one(func(c *Config) *int { return &c.TURN.MaxBitrate }, parseCount),
		}, {
			Path: "turn.max-bitrate-per-user", Live: true, Default: "0",
			Usage: "relay `BYTES` a second for all allocations of a user name at the most; 0: no limit",
			value: one(func(c *Config) *int { return &c.TURN.MaxBitratePerUser }, parseCount),
		}, {
			Path: "turn.max-unauthenticated", Live: true, Default: "100",
			Usage: "answer `NUMBER` requests a second without a right credential from one address at the most; 0: no limit",
			value: one(func(c *Config) *int { return &c.TURN.MaxUnauthenticated }, parseCount),
		}, {
			Path: "turn.alternate-server", Live: true, Repeatable: true,
			Usage: "send clients that want a new relay while this server drains to the one at `ADDRESS:PORT`; one of each family",
			value: many(func(c *Config) *[]netip.AddrPort { return &c.TURN.Alternates }, parseServer),
		}, {
			Path: "ice.host", Live: true,
			Usage: "name `HOST` in the ICE list instead of the one the client came by",
			value: one(func(c *Config) *string { return &c.ICE.Host }, parseHost),
		}, {
			Path: "ice.ttl", Live: true, Default: "3600s",
			Usage: "hand out TURN credentials that open relays for `TIME`, such as 3600, 3600s or 1h",
			value: one(func(c *Config) *time.Duration { return &c.ICE.TTL }, parseTTL),
		}, {
			Path: "tls.mode", Default: TLSAuto,
			Usage: "take the certificate of the TCP ports by `MODE`: auto from a CA of our own, files, acme, or off behind a proxy",
			value: one(func(c *Config) *string { return &c.TLS.Mode }, parseWord(TLSAuto, TLSFiles, TLSACME, TLSOff)),
		}, {
			Path: "tls.cert", Credential: true,
			Usage: "the certificate and those above it, PEM in `FILE`, for tls.mode files",
			value: one(func(c *Config) *string { return &c.TLS.Cert }, parsePath),
			needs: tlsMode(TLSFiles),
		}, {
			Path: "tls.key", Credential: true,
			Usage: "the certificate's key, PEM in `FILE`, for tls.mode files",
			value: one(func(c *Config) *string { return &c.TLS.Key }, parsePath),
			needs: tlsMode(TLSFiles),
		}, {
			Path: "tls.domains", Repeatable: true,
			Usage: "the public `NAME` of this server, for tls.mode acme",
			value: many(func(c *Config) *[]string { return &c.TLS.Domains }, parseHost),
			needs: tlsMode(TLSACME),
		}, {
			Path:  "tls.acme-email",
			Usage: "tell `ADDRESS` to the CA when the account is made, for tls.mode acme",
			value: one(func(c *Config) *string { return &c.TLS.ACMEEmail }, parseEmail),
			needs: tlsMode(TLSACME),
		}, {
			Path:  "tls.acme-directory",
			Usage: "get certificates from the CA whose directory is at `URL`, for tls.mode acme; unset: Let's Encrypt",
			value: one(func(c *Config) *string { return &c.TLS.ACMEDirectory }, parseDirectory),
			needs: tlsMode(TLSACME),
		}, {
			Path: "tls.permit", Repeatable: true,
			Usage: "make the CA of tls.mode auto for `NAME-OR-CIDR` too, beside private networks and local names; a CA made before stays as it is",
			value: many(func(c *Config) *[]Permit { return &c.TLS.Permit }, parsePermit),
			needs: tlsMode(TLSAuto),
		}, {
			Path: "rooms.capacity", Live: true, Default: "2",
			Usage: "let `NUMBER` people into a room, from 2 to 16",
			value: one(func(c *Config) *int { return &c.Rooms.Capacity }, parseCapacity),
		}, {
			Path: "rooms.max-sockets", Live: true, Default: "10000",
			Usage: "serve `NUMBER` signaling sockets at the most; 0: no limit",
			value: one(func(c *Config) *int { return &c.Rooms.MaxSockets }, parseCount),
		}, {
			Path: "rooms.max-sockets-per-address", Live: true, Default: "4000",
			Usage: "serve `NUMBER` signaling sockets from an address or an IPv6 /64 at the most; 0: no limit",
			value: one(func(c *Config) *int { return &c.Rooms.MaxSocketsPerAddress }, parseCount),
		}, {
			Path: "rooms.max-joins-per-address", Live: true, Default: "200",
			Usage: "grant `NUMBER` joins a second to an address or an IPv6 /64 in the long run; 0: no limit",
			value: one(func(c *Config) *int { return &c.Rooms.MaxJoinsPerAddress }, parseCount),
		}, {
			Path: "rooms.max-rooms-per-address", Live: true, Default: "2000",
			Usage: "let an address or an IPv6 /64 make `NUMBER` rooms at a time at the most; 0: no limit",
			value: one(func(c *Config) *int { return &c.Rooms.MaxRoomsPerAddress }, parseCount),
		}, {
			Path: "rooms.resume", Live: true, Default: "30s",
			Usage: "keep the seat of a client whose connection broke for `TIME`, if it can resume; 0: not at all",
			value: one(func(c *Config) *time.Duration { return &c.Rooms.Resume }, parseWindow),
		}, {
			Path: "rooms.pins", Live: true, Default: "off",
			Usage: "`on`: whoever makes a room may guard it with a PIN; off: nobody",
			value: one(func(c *Config) *bool { return &c.Rooms.PINs }, parseOn),
		}, {
			Path: "rooms.access", Default: AccessOpen,
			Usage: "let in by `WORD`: open who knows a room's name, invite who holds an invite to it",
			value: one(func(c *Config) *string { return &c.Rooms.Access }, parseWord(AccessOpen, AccessInvite)),
		}, {
			Path: "rooms.invite-secrets", Repeatable: true, Secret: true,
			Usage: "a `SECRET` that signs invites; the first one signs, all are accepted",
			value: many(func(c *Config) *[]Secret { return &c.Rooms.InviteSecrets }, parseSecret),
			needs: roomsAccess(AccessInvite),
			doubt: doubtInviteSecret,
		}, {
			Path: "rooms.invite-secrets-file", Credential: true,
			Usage: "secrets that sign invites, one on each line of `FILE`",
			value: one(func(c *Config) *string { return &c.Rooms.InviteSecretsFile }, parsePath),
			needs: roomsAccess(AccessInvite),
		}, {
			Path: "drain.timeout", Live: true, Default: "5s",
			Usage: "when asked to end, wait for calls for `TIME` at the most, such as 60s; 0s: do not wait",
			value: one(func(c *Config) *time.Duration { return &c.Drain.Timeout }, parseWait),
		}, {
			Path:  "state-dir",
			Usage: "keep what must outlive the process in `FOLDER`; unset: $STATE_DIRECTORY, else $XDG_STATE_HOME/zerortc, else ~/.local/state/zerortc",
			value: one(func(c *Config) *string { return &c.StateDir }, parsePath),
		}, {
			Path: "banner", Default: string(Auto),
			Usage: "tell where the server is on standard output, `WHEN`: auto on a terminal, else in the log; always; never",
			value: one(func(c *Config) *When { return &c.Start.Banner }, parseWhen),
		}, {
			Path: "qr", Default: string(Auto),
			Usage: "end the banner with a QR code of a fresh room, `WHEN`: auto on a terminal; always; never",
			value: one(func(c *Config) *When { return &c.Start.QR }, parseWhen),
		}, {
			Path: "metrics.allow", Live: true, Repeatable: true,
			Usage: "let the monitors in `CIDR` read /metrics, beside this machine",
			value: many(func(c *Config) *[]netip.Prefix { return &c.Metrics.Allow }, parsePrefix),
		}, {
			Path: "log.level", Live: true, Default: "info",
			Usage: "log from `LEVEL` up: debug, info, warn or error",
			value: one(func(c *Config) *slog.Level { return &c.Log.Level }, parseLevel),
		}, {
			Path: "log.format", Default: LogAuto,
			Usage: "log in `FORMAT`: text, json, or auto: text on a terminal and in the journal, json elsewhere",
			value: one(func(c *Config) *string { return &c.Log.Format }, parseWord(LogAuto, LogText, LogJSON)),
		},
	}
}
