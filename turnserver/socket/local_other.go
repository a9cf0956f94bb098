//go:build !linux

package socket

import (
	"net/netip"
	"syscall"
)

// Elsewhere than on Linux a wildcard socket does not learn which address a
// packet was sent to: it assumes the one the answer will leave from, and the
// system chooses that by route.

const (
	canShare = false
	oobSize  = 0
)

func prepare(syscall.RawConn, netip.Addr, bool) error { return nil }

func reached(_ []byte, from netip.AddrPort) netip.Addr { return routed(from) }

func leaveFrom(netip.Addr, bool) []byte { return nil }

func tellLocal(syscall.RawConn, netip.Addr) error { return nil }
