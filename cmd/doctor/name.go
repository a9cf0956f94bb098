package doctor

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"time"

	"zerortc/cmd/finding"
	"zerortc/cmd/mdns"
)

const nameTime = 1500 * time.Millisecond // an answer takes a few milliseconds

// localName asks the local network for this machine by its name. Without an answer
// people type addresses, which is no fault.
func (h Home) localName(ctx context.Context) finding.List {
	switch {
	case h.Name == "" && h.Nameless == "":
		return nil
	case h.Name == "":
		return finding.List{finding.Skip("mdns", "%s", h.Nameless)}
	}
	ctx, cancel := context.WithTimeout(ctx, nameTime)
	defer cancel()
	addrs, err := h.Ask(ctx, h.Name)
	switch {
	case errors.Is(err, mdns.ErrNoLink):
		return finding.List{finding.Skip("mdns", "%s is for private networks, and there is none here", h.Name)}
	case err != nil:
		return finding.List{finding.Worth("mdns", fmt.Sprintf("nobody answers to %s: people find the pages by their addresses only", h.Name),
			"look into the log of the server for who else has the name or the port, and let udp 5353 in where a firewall keeps it out; or switch the name off by http.mdns")}
	case !slices.ContainsFunc(addrs, func(a netip.Addr) bool { return slices.Contains(h.Addrs, a) }):
		return finding.List{finding.Worth("mdns", fmt.Sprintf("%s leads to another machine, at %s", h.Name, listed(addrs)),
			"give one of the two another host name, or open the pages by their addresses")}
	}
	return finding.List{finding.Good("mdns", "%s leads to %s", h.Name, listed(addrs))}
}

func listed(addrs []netip.Addr) string { return strings.Trim(fmt.Sprint(addrs), "[]") }
