package selftest

import (
	"context"
	"errors"
	"net/netip"

	"zerortc/cmd/lan"
	"zerortc/turnserver/probe"
)

// Places are the addresses by which this machine reaches a listener of its own,
// the one that clients would take first. Loopback comes last: a policy may well
// forbid it to relays.
func Places(listener netip.AddrPort) (all []netip.AddrPort) {
	if !listener.Addr().IsUnspecified() {
		return []netip.AddrPort{listener}
	}
	const tried = 2 // of the network's: each that fails costs time
	addrs := lan.Addresses()
	for _, addr := range append(addrs[:min(len(addrs), tried):min(len(addrs), tried)], loopback4, netip.IPv6Loopback()) {
		if addr.Is6() && listener.Addr().Is4() {
			continue
		}
		all = append(all, netip.AddrPortFrom(addr, listener.Port()))
	}
	return all
}

var loopback4 = netip.AddrFrom4([4]byte{127, 0, 0, 1})

// Answers tells whether every listener answers a Binding request over UDP, which
// the loop that serves calls has to come round for.
func Answers(ctx context.Context, listeners []netip.AddrPort) error {
	for _, listener := range listeners {
		if err := answers(ctx, listener); err != nil {
			return err
		}
	}
	return nil
}

func answers(ctx context.Context, listener netip.AddrPort) error {
	var failed error
	places := Places(listener)
	for i := range places {
		err := binding(ctx, places[len(places)-1-i]) // loopback is always there
		if err == nil {
			return nil
		}
		failed = errors.Join(failed, err)
	}
	return failed
}

func binding(ctx context.Context, server netip.AddrPort) error {
	client, err := probe.Dial(ctx, probe.Config{Network: "udp", Server: server.String()})
	if err != nil {
		return err
	}
	defer client.Close()
	_, err = client.Binding(ctx)
	return err
}
