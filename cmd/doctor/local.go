package doctor

import (
	"context"
	"crypto/x509"
	"net"
	"net/netip"

	"zerortc/cmd/finding"
	"zerortc/config"
)

// Home is the server of this machine, as far as its settings tell.
type Home struct {
	Config   config.Config
	Warnings []string     // of the settings
	Addrs    []netip.Addr // of this machine, the best first

	Files       uint64 // how many a process may open; 0: not known
	FilesNeeded uint64 // by everything that the settings allow

	// Name is this machine's in the local network, and Ask asks for the addresses of
	// one; Nameless is why it has none. Both empty: nobody cares.
	Name, Nameless string
	Ask            func(ctx context.Context, name string) ([]netip.Addr, error)

	// ServerName, CA, Room and Invite are as in Patient.
	ServerName   string
	CA           *x509.Certificate
	Room, Invite string
}

// Unreadable is what there is to say of settings that no server would start with.
func Unreadable(faults config.Faults) (list finding.List) {
	for _, f := range faults {
		remedy := f.Remedy
		if remedy == "" {
			remedy = "correct it"
		}
		what := f
		what.Remedy = ""
		list = append(list, finding.Bad("settings", what.Error(), remedy))
	}
	return append(list, finding.Skip("server", "needs settings"))
}

// Local looks at the server of this machine: first at what needs no server, then
// whether it is reached by every address it should be, and last as Visit does. When
// none runs it says whether one could.
func Local(ctx context.Context, h Home) finding.List {
	cfg := h.Config
	list := h.settings()
	list = append(list, relayRange(cfg.TURN), fileLimit(h.Files, h.FilesNeeded), udpBuffers(mostBuffered()))
	reached, base := h.reach(ctx)
	if base == nil {
		return append(list, append(reachedOnly(reached), h.none())...)
	}
	list = append(list, reached...)
	list = append(list, h.localName(ctx)...)
	list = append(list, Visit(ctx, Patient{URL: base, ServerName: h.ServerName, CA: h.CA, Room: h.Room, Invite: h.Invite})...)
	if !nowhere(base.Hostname()) {
		outside := finding.Skip("outside", "firewalls, and a Wi-Fi that keeps its clients apart, are seen from another machine only")
		outside.Remedy = "run there: zerortc doctor --url " + base.String()
		list = append(list, outside)
	}
	return list
}

func (h Home) settings() (list finding.List) {
	from := "the defaults, the environment and flags"
	if h.Config.File != "" {
		from = h.Config.File
	}
	list = finding.List{finding.Good("settings", "read from %s", from)}
	for _, w := range h.Warnings {
		list = append(list, finding.Worth("settings", w, "see that it is meant"))
	}
	return list
}

// hairpin asks the server by the address that a NAT is said to map to it. From here
// an answer shows that both the address and the router are right for calls between
// inside and outside; none shows nothing for sure.
func (h Home) hairpin() (checks []check) {
	for _, public := range h.Config.TURN.PublicIPs {
		host := public.Name
		if host == "" {
			host = public.External.String()
		}
		_, port, _ := net.SplitHostPort(h.Config.TURN.Listen[0])
		at := net.JoinHostPort(host, port)
		checks = append(checks, check{name: "hairpin " + at, label: "hairpin", run: func(ctx context.Context) finding.Finding {
			if _, _, err := binding(ctx, at); err != nil {
				return finding.Worth("", "no answer from turn.public-ip at "+at+": it may be the wrong address, or the router leads nothing back in",
					"run the doctor from outside, with --url; if all is well there, only clients inside that are not relayed miss the relayed ones outside")
			}
			return finding.Good("", "turn.public-ip at %s leads here, from inside too", at)
		}})
	}
	return checks
}
