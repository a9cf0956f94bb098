package main

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"os"
	"slices"

	"zerortc/cmd/mdns"
	"zerortc/config"
)

// wishedName is this machine's name in the local network as the settings would have
// it, or why it shall have none: browsers that come by it must find it in the
// certificate, and ours alone has it by itself.
func wishedName(cfg config.Config) (name, nameless string) {
	host, _ := os.Hostname()
	name = mdns.Name(host)
	switch {
	case cfg.HTTP.MDNSOff:
		return "", "http.mdns is off"
	case name == "":
		return "", fmt.Sprintf("the host name %q can be none of a local network", host)
	case !slices.ContainsFunc(cfg.HTTP.Listen, beyondLoopback):
		return "", "the pages are for this machine only"
	case cfg.TLS.Mode != config.TLSAuto && cfg.TLS.Mode != config.TLSOff && !slices.Contains(publicNames(cfg.TLS), name):
		return "", "the certificate is not for " + name
	}
	return name, ""
}

// beyondLoopback tells whether others than this machine reach a listen address.
func beyondLoopback(address string) bool {
	host, _, _ := net.SplitHostPort(address)
	addr, err := netip.ParseAddr(host)
	return host != "localhost" && (err != nil || !addr.IsLoopback())
}

// openName takes that name. Without it the pages are found by address.
func (s *server) openName() {
	name, _ := wishedName(s.cfg)
	if name == "" {
		return
	}
	log := s.part("mdns")
	answers, err := mdns.Listen(name, servedBy(addrPorts(s.pages.Addrs())), log)
	switch {
	case errors.Is(err, mdns.ErrSystem):
		s.localName = name
	case err != nil:
		log.Info("the pages have no name in the local network", "name", name, "err", err)
	default:
		s.name = answers
		if answers.Heard() {
			s.localName = name
		}
	}
}

// servedBy tells at which addresses of this machine a listener is reached.
func servedBy(listeners []netip.AddrPort) func(netip.Addr) bool {
	return func(addr netip.Addr) bool {
		return slices.ContainsFunc(listeners, func(at netip.AddrPort) bool {
			return at.Addr() == addr || at.Addr().IsUnspecified() && (at.Addr().Is6() || addr.Is4())
		})
	}
}
